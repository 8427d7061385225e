import { expect } from 'vitest';
import type { FaultEffect } from '../../src/simulator/faults.ts';
import { eventually } from './eventually.ts';
import type { Operations } from './operations.ts';
import type { Deed, Operator } from './operator.ts';

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

/** Does it up to where it was sent; the panel stays open. */
export async function send(operations: Operations, operator: Operator, told: ToldAction): Promise<void> {
  const before = operations.mutations();
  const preview = await operator.plan(told);
  if (told.preview) expect(preview).toMatch(told.preview);
  expect(operations.mutations(), `${told.id} before its confirmation`).toEqual(before);
  if (told.strike) {
    const { effect, ...match } = told.strike;
    operations.simulator.faults.add({ match: { rack: 'staging', ...match }, times: 1, effect });
  }
  await operator.confirm(told.answer);
  const wanted = told.sends.map((each) => (typeof each === 'string' ? each : expect.stringMatching(each)));
  await eventually(() => expect(operations.mutations().slice(before.length), told.id).toEqual(wanted));
}

/** The list of runs, once it says of each of them what became of it. */
export async function runsOf(operator: Operator, all: readonly ToldAction[], patience?: number): Promise<string> {
  await operator.goTo('runs');
  return operator.terminal.waitFor((screen) => {
    // Long words go on in the next line.
    const lines = screen.replace(/\n {2}(?=\S)/g, ' ').split('\n');
    return all.every(({ title, says = /verified/ }) =>
      lines.some((line) => line.includes(` ${title} `) && says.test(line)),
    );
  }, patience);
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
