import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { AttachEnd, AttachRequest, Interaction } from '../actions/interaction.ts';
import { asFailure, Failure } from '../domain/failure.ts';
import type { ProxyDesk } from '../live/proxy-desk.ts';
import { type CastEnd, CastRecording } from '../live/recording/cast-recording.ts';
import { RECORDING_CONSENT } from '../live/recording/recording-consent.ts';
import { SYSTEM_TIMERS } from '../live/timers.ts';
import type { Environment } from '../platform/environment.ts';
import { writeNewFile } from '../platform/new-file.ts';
import { packFiles } from '../platform/pack-files.ts';
import type { TerminalInput } from '../platform/raw-input.ts';
import { runInTerminal, type TerminalOutput } from '../platform/run-in-terminal.ts';
import { stateFolder } from '../platform/state-folder.ts';
import { unpackFiles } from '../platform/unpack-files.ts';
import type { ExecEnd } from '../protocol/exec-socket.ts';

export interface InteractionDependencies {
  readonly environment: Environment;
  readonly input: TerminalInput;
  readonly output: TerminalOutput;
  readonly proxies: ProxyDesk;
  /** Hands over the screen and takes it back; absent where nobody draws. */
  readonly suspend?: (work: () => Promise<void>) => Promise<void>;
  /** Output is for a program (`--json`): no session may write into it. */
  readonly closed?: boolean;
}

/** The person's own machine, as actions may use it. */
export function createInteraction(dependencies: InteractionDependencies): Interaction {
  const { environment, proxies } = dependencies;
  // A shell expands it; a form of the dashboard has none.
  const place = (path: string): string => resolve(environment.cwd, path.replace(/^~(?=\/|$)/, environment.home));
  return {
    hasTerminal: dependencies.closed !== true,
    attach: (request) => attach(request, dependencies),
    keepProxy: (title, proxy) => {
      proxies.add(title, proxy);
      return `127.0.0.1:${proxy.port}`;
    },
    pack: (path, remotePath) => packFiles(place(path), remotePath),
    unpack: (archive, { remotePath, localPath }) => unpackFiles(archive, { remotePath, localPath: place(localPath) }),
    readFile: (path) => readText(place(path)),
    saveSecret: (name, secret) => writeNewFile(place(name), secret),
  };
}

async function attach(request: AttachRequest, dependencies: InteractionDependencies): Promise<AttachEnd> {
  const { title, open } = request;
  const { input, output, suspend } = dependencies;
  const recording = request.record === true ? await startRecording(request, dependencies) : undefined;
  const notice = recording ? ` ${RECORDING_CONSENT}` : '';
  const ended = await runInTerminal<ExecEnd>({
    input,
    output,
    open,
    ...(suspend ? { suspend } : {}),
    ...(recording ? { tap: recording } : {}),
    greeting: `rackdeck: ${title}. Enter, then ~. hangs up.${notice}`,
    // What it said last stays readable until a dashboard covers it.
    farewell: (end, hungUp) => ({
      text: `rackdeck: ${endText(end, hungUp)}${suspend ? ' Enter goes back.' : ''}`,
      waitForEnter: suspend !== undefined,
    }),
  }).catch(async (error: unknown) => {
    await recording?.close();
    throw error;
  });
  const kept = await recording?.close();
  return { end: ended.end, hungUp: ended.hungUp, recording: kept && keptText(kept) };
}

/** Agreed to, so a session that cannot be recorded does not begin. Rejects with a Failure. */
function startRecording(
  { title, secrets }: AttachRequest,
  { environment, output }: InteractionDependencies,
): Promise<CastRecording> {
  return CastRecording.create({
    folder: join(stateFolder(environment), 'sessions'),
    title,
    size: { columns: output.columns ?? 80, rows: output.rows ?? 24 },
    term: environment.env.TERM,
    secrets,
    now: environment.now,
    timers: SYSTEM_TIMERS,
  });
}

function keptText({ path, redactions, cutOff }: CastEnd): string {
  const hidden = redactions === 0 ? '' : `, ${redactions} secrets replaced`;
  if (cutOff === undefined) return `Recorded in ${path}${hidden}.`;
  return `Recorded in part in ${path}${hidden}: ${cutOff === 'full' ? 'it grew too large' : cutOff.message}.`;
}

function endText(end: ExecEnd, hungUp: boolean): string {
  if (hungUp) return 'hung up; the command may go on there.';
  if (end.reason === 'exited') return `ended with exit status ${end.exitCode}.`;
  return end.reason === 'failed' ? end.failure.message.replace(/(?<![.!?])$/, '.') : 'the session ended.';
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new Failure({
      kind: 'usage',
      what: `Could not read ${path}`,
      why: asFailure(error).what,
      next: 'Name a file that exists and may be read.',
      cause: error,
    });
  }
}
