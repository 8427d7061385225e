import { expect } from 'vitest';
import type { FaultEffect } from '../../src/simulator/faults.ts';
import { eventually } from './eventually.ts';
import type { Operations } from './operations.ts';
import type { Deed, Operator } from './operator.ts';
import { answer } from './question.ts';

/** What the rack or the way to it does to one request. */
export interface Strike {
  readonly rack?: string;
  readonly method: string;
  readonly path: RegExp;
  readonly effect: FaultEffect;
}

/** One action from the keys to the journal: what it may send, and how it ends. */
export interface ToldAction extends Deed {
  readonly id: string;
  /** Everything that changes something, as `Operations.mutations` says it; sent once it is confirmed, and never again. */
  readonly sends: readonly (string | RegExp)[];
  readonly strike?: Strike;
  /** What its preview has to say. */
  readonly preview?: RegExp;
  /** Nothing will prove it soon: watching is ended by hand as soon as something was seen. */
  readonly byHand?: true;
  /** Outcome and words in the list of runs. */
  readonly says?: RegExp;
  /** Result and verification in the journal view. */
  readonly ends: RegExp;
}

/** What somebody does in a session that takes the whole terminal. */
export interface ToldSession extends ToldAction {
  /** What stands there once it is open. */
  readonly opens: RegExp;
  readonly typed: string;
  /** What is left behind when it is over. */
  readonly over: RegExp;
}

/** From the keys into the session and back to the panel, which is left. */
export async function attend(operations: Operations, operator: Operator, told: ToldSession): Promise<void> {
  const { terminal } = operator;
  const before = operations.mutations();
  await propose(operations, operator, told);
  await answer(terminal, 'enter', told.opens);
  expect(terminal.isAlternateScreen(), told.id).toBe(false);
  await hasSent(operations, told, before.length);
  terminal.type(told.typed);
  await terminal.waitFor(told.over);
  // What was typed for the session must not leave its last words behind: enter counts after a pause only.
  await answer(terminal, 'enter', /─{40}/);
  await terminal.waitFor(() => terminal.isAlternateScreen());
  await operator.leave();
}

/** One after the other; each is left as soon as it was sent, and goes on while the next one is done. */
export async function sendAll(
  operations: Operations,
  operator: Operator,
  all: readonly ToldAction[],
  meanwhile: (told: ToldAction) => void = () => undefined,
): Promise<void> {
  const { terminal } = operator;
  for (const told of all) {
    await send(operations, operator, told);
    meanwhile(told);
    if (told.byHand) {
      await terminal.waitFor(/Verifying \(\d+s\): \S/);
      terminal.press('e');
      await terminal.waitFor(/No longer watched/);
    }
    await operator.leave();
  }
}

/** Up to the question: nothing has left by then. */
async function propose(operations: Operations, operator: Operator, told: ToldAction): Promise<void> {
  const before = operations.mutations();
  const preview = await operator.plan(told);
  if (told.preview) expect(preview).toMatch(told.preview);
  expect(operations.mutations(), `${told.id} before its confirmation`).toEqual(before);
  if (!told.strike) return;
  const { effect, ...match } = told.strike;
  operations.simulator.faults.add({ match: { rack: 'staging', ...match }, times: 1, effect });
}

/** Does it up to where it was sent; the panel stays open. */
export async function send(operations: Operations, operator: Operator, told: ToldAction): Promise<void> {
  const before = operations.mutations();
  await propose(operations, operator, told);
  await operator.confirm(told.answer);
  await hasSent(operations, told, before.length);
}

/** Until everything has left that it may send, and nothing else since that many requests. */
export function hasSent(operations: Operations, { id, sends }: ToldAction, before: number): Promise<void> {
  const wanted = sends.map((each) => (typeof each === 'string' ? each : expect.stringMatching(each)));
  return eventually(() => expect(operations.mutations().slice(before), id).toEqual(wanted));
}

/** The list of runs, once it says of each of them what became of it. Long words go on in the next line: in one here. */
export async function runsOf(operator: Operator, all: readonly ToldAction[], patience?: number): Promise<string> {
  await operator.goTo('runs');
  const joined = (screen: string): string => screen.replace(/\n {2}(?=\S)/g, ' ');
  const screen = await operator.terminal.waitFor((each) => {
    const lines = joined(each).split('\n');
    return all.every(({ title, says = /verified/ }) =>
      lines.some((line) => line.includes(` ${title} `) && says.test(line)),
    );
  }, patience);
  return joined(screen);
}

/** The journal, once it says of each of them how it ended. */
export async function journalOf(operator: Operator, all: readonly ToldAction[], patience?: number): Promise<string> {
  await operator.goTo('journal');
  return operator.terminal.waitFor((screen) => {
    const lines = screen.split('\n');
    return all.every(({ id, ends }) => lines.some((line) => line.includes(` ${id} `) && ends.test(line)));
  }, patience);
}

/** Neither the terminal, not even for a moment, nor what is kept on the disk tells any of them; every one is a real secret. */
export function expectSecret(operations: Operations, operator: Operator, secrets: readonly string[]): void {
  const kept = operations.kept();
  expect(kept).toContain('"actionId"');
  for (const [at, secret] of secrets.entries()) {
    expect(secret.length, `secret ${at}`).toBeGreaterThan(6);
    expect(operator.terminal.raw.includes(secret), `secret ${at} on the terminal`).toBe(false);
    expect(kept.includes(secret), `secret ${at} on the disk`).toBe(false);
  }
}
