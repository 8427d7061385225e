import { Failure } from '../domain/failure.ts';
import type { AttachEnd, Interaction } from './interaction.ts';
import type { Observation } from './observation.ts';

/** Interactive actions need somebody to talk to: found out before anything is sent. */
export function needTerminal({ hasTerminal }: Interaction): void {
  if (hasTerminal) return;
  throw new Failure({
    kind: 'usage',
    what: 'There is no terminal to hand over',
    why: 'input or output is not a terminal',
    next: 'Run it from a terminal, or give a command that needs no input.',
  });
}

/** The failure of a session that did not come about or broke off, thrown so that the run ends with it. */
export function endOrThrow(end: AttachEnd): AttachEnd {
  if (end.end.reason === 'failed') throw end.end.failure;
  return end;
}

/** A session proves itself: its end is what there is to see. */
export function sessionObservation(name: string, result: AttachEnd | undefined): Observation {
  if (result === undefined) return { state: 'unknown', words: `How ${inSentence(name)} ended is not known.` };
  const { state, words } = endObservation(name, result);
  return { state, words: result.recording === undefined ? words : `${words} ${result.recording}` };
}

function endObservation(name: string, { end, hungUp }: AttachEnd): Observation {
  if (hungUp) return { state: 'done', words: `Hung up; ${inSentence(name)} may still be running there.` };
  if (end.reason === 'exited') {
    return end.exitCode === 0
      ? { state: 'done', words: `${name} ended with exit status 0.` }
      : { state: 'failed', words: `${name} ended with exit status ${end.exitCode}.` };
  }
  return { state: 'done', words: `${name} ended; its exit status is not known.` };
}

/** Without a command of its own a shell ends with the status of whatever was typed last, which says nothing about it. */
export function shellObservation(name: string, result: AttachEnd | undefined): Observation {
  const ended = sessionObservation(name, result);
  return result?.end.reason === 'exited' ? { ...ended, state: 'done' } : ended;
}

/** A session is over when it is over. */
export const SESSION_WAIT = { firstMs: 0, everyMs: 1_000, deadlineMs: 0, steady: 1 } as const;

function inSentence(name: string): string {
  return name.replace(/^The /, 'the ');
}
