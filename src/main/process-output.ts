import type { Output } from '../cli/output.ts';
import { Failure } from '../domain/failure.ts';

export interface ProcessOutput extends Output {
  /** Why the output is not whole (a full disk); undefined where all is well or the reader simply left. */
  problem(): Failure | undefined;
}

/** The real streams. A reader that went away (`| head`) ends the command quietly instead of crashing it. */
export function processOutput(proc: NodeJS.Process, stop: () => void): ProcessOutput {
  let broken: NodeJS.ErrnoException | undefined;
  proc.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') broken = error;
    stop();
  });
  // Nobody is left to be told.
  proc.stderr.on('error', () => {});
  return {
    problem: () =>
      broken &&
      new Failure({
        kind: 'server',
        what: 'The output could not be written whole',
        why: broken.code ?? 'unknown reason',
        next: 'Check the disk or the program that reads it.',
      }),
    out: (text) => {
      proc.stdout.write(text);
    },
    err: (text) => {
      proc.stderr.write(text);
    },
    isTerminal: proc.stdout.isTTY === true,
    columns: proc.stdout.columns ?? 80,
  };
}
