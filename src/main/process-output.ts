import type { Output } from '../cli/output.ts';

/** The real streams. A reader that went away (`| head`) ends the command quietly instead of crashing it. */
export function processOutput(proc: NodeJS.Process, stop: () => void): Output {
  proc.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') stop();
  });
  return {
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
