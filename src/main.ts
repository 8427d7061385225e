import { exitCodeOf } from './cli/exit-code.ts';
import type { Invocation } from './cli/invocation.ts';
import type { Output } from './cli/output.ts';
import { parseCommandLine } from './cli/program.ts';
import { renderFailure } from './cli/render-failure.ts';
import { asFailure } from './domain/failure.ts';
import { openTrace } from './main/debug-trace.ts';
import { doctorCommand } from './main/doctor-command.ts';
import { tuneForOneAnswer } from './main/engine-flags.ts';
import { loginCommand, logoutCommand } from './main/login-command.ts';
import { processOutput } from './main/process-output.ts';
import { viewCommand } from './main/view-command.ts';
import { createWorld, environmentOf, type World } from './main/world.ts';
import { EarlyKeys } from './platform/early-keys.ts';

declare const __RACKDECK_VERSION__: string;

export interface Run {
  readonly world: World;
  readonly output: Output;
  readonly signal: AbortSignal;
  readonly proc: NodeJS.Process;
  readonly version: string;
}

/**
 * The composition root: reads the command line, makes the world, hands it to one command. Resolves with the exit code
 * (cli/exit-code.ts); never rejects for a failure that has a name.
 */
export async function main(argv: readonly string[], proc: NodeJS.Process): Promise<number> {
  const abort = new AbortController();
  const stop = () => abort.abort();
  const output = processOutput(proc, stop);
  try {
    const invocation = parseCommandLine(argv, __RACKDECK_VERSION__);
    if (invocation.command === 'print') {
      output.out(invocation.text);
      return 0;
    }
    const code = await inWorld(invocation, { output, signal: abort.signal, proc, stop });
    const problem = output.problem();
    if (problem) throw problem;
    return code;
  } catch (error) {
    const failure = asFailure(error, 'rackdeck met something unexpected');
    output.err(renderFailure(failure));
    return exitCodeOf(failure);
  }
}

interface Surroundings {
  readonly output: Output;
  readonly signal: AbortSignal;
  readonly proc: NodeJS.Process;
  readonly stop: () => void;
}

type Command = Exclude<Invocation, { command: 'print' }>;

async function inWorld(invocation: Command, { output, signal, proc, stop }: Surroundings): Promise<number> {
  const environment = environmentOf(proc);
  const version = __RACKDECK_VERSION__;
  if (opensDashboard(invocation, output, proc)) {
    const keys = new EarlyKeys(proc.stdin, (signal) => proc.kill(proc.pid, signal), proc);
    try {
      if (invocation.command === 'replay') {
        const { runReplayDashboard } = await import('./main/replay-dashboard.ts');
        return await runReplayDashboard({ invocation, environment, version, proc, keys });
      }
      const { runDashboard } = await import('./main/dashboard.ts');
      return await runDashboard({ invocation, environment, version, proc, keys });
    } finally {
      keys.giveBack();
    }
  }
  const trace = await openTrace(environment, invocation.common.debug);
  const world = await createWorld(environment, { common: invocation.common, version, ...trace.hook });
  proc.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return await runCommand(invocation, { world, output, signal, proc, version });
  } finally {
    await world.close();
    await trace.close();
  }
}

/** A view opens the dashboard in a terminal; a pipe, `--json` or `--plain` gets text. */
function opensDashboard(
  invocation: Command,
  output: Output,
  proc: NodeJS.Process,
): invocation is Extract<Command, { command: 'dashboard' | 'view' | 'open' | 'replay' }> {
  if (!output.isTerminal || proc.stdin.isTTY !== true) return false;
  if (invocation.command === 'replay') return !invocation.replay.json && !invocation.replay.plain;
  if (invocation.command === 'open') return !invocation.open.json && !invocation.open.plain;
  if (invocation.command === 'view') return !invocation.view.json && !invocation.view.plain;
  return invocation.command === 'dashboard';
}

/**
 * Loaded when they are asked for: what a printed view does without and takes long to load (the dashboard, everything live).
 * The rest is in one piece with this file, because each further file of the bundle costs a millisecond before the first byte.
 */
async function runCommand(invocation: Command, run: Run): Promise<number> {
  switch (invocation.command) {
    case 'dashboard':
    case 'view':
      tuneForOneAnswer(run.proc);
      return viewCommand(invocation, run);
    case 'logs':
      return (await import('./main/logs-command.ts')).logsCommand(invocation, run);
    case 'open':
      return (await import('./main/open-command.ts')).openCommand(invocation, run);
    case 'bundle':
      return (await import('./main/bundle-command.ts')).bundleCommand(invocation, run);
    case 'record':
      return (await import('./main/record-command.ts')).recordCommand(invocation, run);
    case 'replay':
      return (await import('./main/replay-command.ts')).replayCommand(invocation, run);
    case 'do':
      return (await import('./main/do-command.ts')).doCommand(invocation, run);
    case 'journal-verify':
      return (await import('./main/journal-command.ts')).journalVerifyCommand(invocation, run);
    case 'guides':
      return (await import('./main/guide-command.ts')).guidesCommand(invocation, run);
    case 'guide':
      return (await import('./main/guide-command.ts')).guideCommand(invocation, run);
    case 'triage':
      return (await import('./main/triage-command.ts')).triageCommand(invocation, run);
    case 'doctor':
      return doctorCommand(invocation, run);
    case 'login':
      return loginCommand(invocation, run);
    case 'logout':
      return logoutCommand(invocation, run);
  }
}
