import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { Terminal } from '../support/terminal.ts';

let terminal: Terminal;
afterEach(() => terminal.close());

/** What a question is not ready for is dropped, as it is for people, and typed again. */
async function answer(keys: () => void, after: RegExp): Promise<void> {
  await eventually(
    () => {
      if (!after.test(terminal.screen())) keys();
      expect(terminal.screen()).toMatch(after);
    },
    { interval: 450 },
  );
}

async function openGuide(rack: string, guide: string): Promise<void> {
  await terminal.waitFor(/live/);
  terminal.press(':', ...rack, 'enter');
  await terminal.waitFor(new RegExp(`${rack} > apps`));
  terminal.press(':', ...guide);
  await terminal.waitFor(new RegExp(`> ${guide} +\\(${rack}\\)`));
  terminal.press('enter');
  await terminal.waitFor(new RegExp(`guides > ${guide}`));
}

describe('a rack move at 80x24', () => {
  it('refuses what destroys the rack, then: copy, the exact command, and the copy taken back', async () => {
    terminal = Terminal.open({ args: ['--demo'] });
    await openGuide('acme/eu', 'rack-move');
    // To this machine: no credentials of the provider in the environment.
    await terminal.waitFor(/> x blocked +Credentials of the provider/);
    await terminal.waitFor(/Export them in the shell/);
    const name = async (to: string): Promise<void> => {
      terminal.press('o');
      await terminal.waitFor(/move to/);
      terminal.press('ctrl+u');
      terminal.type(to);
      await terminal.waitFor(new RegExp(`move to.*${to}`));
      terminal.press('enter');
      await terminal.waitUntilGone(/where the rack is now/);
    };
    await name('acme/eu');
    await terminal.waitFor(/\? unknown +From where to where|> .*From where to where/);
    await name('beta/eu');
    await terminal.waitFor(/> ! to do +next A copy of folder or state/);
    terminal.press('a');
    await terminal.waitFor(/Copy the state of acme\/eu[\s\S]*waits for you/);
    await answer(() => terminal.press('enter'), /Verified\./);
    terminal.press('escape');
    await terminal.waitFor(/> \+ applied +A copy of folder or state/);
    terminal.press('j');
    await terminal.waitFor(/convox rack mv acme\/eu beta\/eu/);
    terminal.press('k', 'u');
    await terminal.waitFor(/Type \S+ to confirm/);
    await answer(() => {
      terminal.press('ctrl+u');
      terminal.type('eu');
    }, /to confirm: +eu/);
    terminal.press('tab');
    terminal.type('not today');
    await terminal.waitFor(/journal: +not today/);
    terminal.press('enter');
    await terminal.waitFor(/There is no copy/);
    terminal.press('escape');
    await terminal.waitFor(/! to do +next A copy of folder or state/);
  }, 60_000);
});
