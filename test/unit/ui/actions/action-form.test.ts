import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActionField } from '../../../../src/actions/action-field.ts';
import { Failure } from '../../../../src/domain/failure.ts';
import { editLines, pasteLines, placeOf } from '../../../../src/ui/actions/lines-input.ts';
import { pasteText } from '../../../../src/ui/shell/press-key.ts';
import { textInput } from '../../../../src/ui/shell/text-input.ts';
import { type FakeActions, fakeActions, sampleAction, sampleProposal } from '../fake-actions.ts';
import { FakeSession } from '../fake-deck.ts';
import { createWorld, sampleReads, type World } from '../sample-world.ts';

const FIELDS: readonly ActionField[] = [
  { id: 'count', label: 'Count', kind: 'number', required: true, help: 'How many run.' },
  {
    id: 'env',
    label: 'Environment',
    kind: 'choice',
    required: true,
    choices: [
      { value: 'current', label: 'as it is now' },
      { value: 'old', label: 'as it was then' },
    ],
  },
  { id: 'force', label: 'Force', kind: 'flag', required: false },
  { id: 'password', label: 'Password', kind: 'secret', required: false },
  { id: 'pairs', label: 'Variables', kind: 'lines', required: false },
];

async function form(
  parts: Parameters<typeof sampleAction>[0] = {},
  prepare: (actions: FakeActions) => void = () => {},
  size: { columns?: number; rows?: number } = {},
): Promise<{ world: World; actions: FakeActions }> {
  const actions = fakeActions([sampleAction({ fields: FIELDS, ...parts })]);
  prepare(actions);
  const world = createWorld({
    ...size,
    services: { start: { view: 'processes', rack: 'acme/prod', app: 'shop' }, actions },
    sessions: (now) => [new FakeSession({ name: 'acme/prod', kind: 'gateway', now, reads: sampleReads() })],
  });
  await world.settle();
  world.press('x');
  await world.settle();
  return { world, actions };
}

describe('the form of an action', () => {
  it('asks before anything is planned', async () => {
    const { world, actions } = await form();
    expect(actions.desk.runs.get()).toEqual([]);
    const text = world.text();
    expect(text).toContain('Stop process: web-6d9f-9dk2p of shop');
    expect(text).toContain('> Count');
    expect(text).toContain('How many run.');
    expect(text).toContain('as it is now');
    expect(text).toContain('[ ] no');
  });

  it('hands on what was typed, chosen and switched', async () => {
    const { world, actions } = await form();
    world.press('3', 'tab', 'right', 'tab', 'space', 'tab', ...'s3cret', 'tab', ...'A=1', 'enter', ...'B=2', 'ctrl+s');
    expect(actions.desk.last.request.input).toEqual({
      count: '3',
      env: 'old',
      force: 'yes',
      password: 's3cret',
      pairs: 'A=1\nB=2',
    });
  });

  it('starts with what is true now', async () => {
    const { world, actions } = await form({ initial: async () => ({}) }, (each) => {
      each.desk.initialOf = async () => ({ count: '7', env: 'old' });
    });
    expect(world.text()).toMatch(/Count +7/);
    world.press('enter');
    expect(actions.desk.last.request.input).toEqual({ count: '7', env: 'old' });
  });

  it.each([
    ['a digit takes the place of the number that is there', ['4'], '4'],
    ['and the next ones follow it', ['1', '2'], '12'],
    ['a key that moves leaves the number to be edited', ['end', '4'], '74'],
    ['what is no digit changes nothing', ['x'], '7'],
    ['backspace empties it', ['backspace', '5'], '5'],
    ['tab keeps it', ['tab', 'shift+tab'], '7'],
  ])('%s', async (_name, keys, count) => {
    const { world, actions } = await form({ initial: async () => ({}) }, (each) => {
      each.desk.initialOf = async () => ({ count: '7', env: 'old' });
    });
    world.press(...keys);
    expect(world.text()).toMatch(new RegExp(`Count +${count}\\s`));
    world.press('enter');
    expect(actions.desk.last.request.input).toEqual({ count, env: 'old' });
  });

  it('a pasted number takes the place of the one that is there', async () => {
    const { world } = await form({ initial: async () => ({}) }, (each) => {
      each.desk.initialOf = async () => ({ count: '7' });
    });
    pasteText(world.dashboard, '12');
    expect(world.text()).toMatch(/Count +12\s/);
  });

  it('takes nothing while it is still asking, and says why where it could not', async () => {
    let fail: (error: unknown) => void = () => {};
    const { world } = await form({ initial: async () => ({}) }, (each) => {
      each.desk.initialOf = () =>
        new Promise((_resolve, reject) => {
          fail = reject;
        });
    });
    expect(world.text()).toContain('Asking acme/prod what is true now');
    world.press('9', 'enter');
    expect(world.dashboard.state.overlay?.kind).toBe('action-form');
    fail(new Failure({ kind: 'forbidden', what: 'Services cannot be read', why: 'needs role ops' }));
    await world.settle();
    expect(world.text()).toContain('! Services cannot be read: needs role ops');
    world.press('4');
    expect(world.text()).toMatch(/Count +4/);
  });

  it('shows what is wrong where it is wrong, and goes there', async () => {
    const { world, actions } = await form({
      fields: [
        { id: 'name', label: 'Name', kind: 'text', required: true, check: (v) => (v === 'x' ? 'Not x' : undefined) },
        { id: 'other', label: 'Other', kind: 'text', required: true },
      ],
    });
    world.press(...'x', 'tab', ...'fine', 'enter');
    expect(actions.desk.runs.get()).toEqual([]);
    expect(world.text()).toContain('! Not x');
    expect(world.text()).toContain('> Name');
    world.press('backspace', ...'y');
    expect(world.text()).not.toContain('! Not x');
    world.press('enter');
    expect(actions.desk.last.request.input).toEqual({ name: 'y', other: 'fine' });
  });

  it('never shows a secret', async () => {
    const { world } = await form();
    world.press('tab', 'tab', 'tab', ...'s3cret');
    expect(world.text()).not.toContain('s3cret');
    expect(world.text()).toContain('\u2022'.repeat(6));
    world.press('tab');
    expect(world.text()).not.toContain('s3cret');
  });

  it('is left with esc: nothing is planned, the question of what is true now is given up', async () => {
    let signal: AbortSignal | undefined;
    const { world, actions } = await form({ initial: async () => ({}) }, (each) => {
      Object.assign(each.desk, {
        initial: (_request: unknown, given: AbortSignal) => {
          signal = given;
          return new Promise(() => {});
        },
      });
    });
    world.press('escape');
    expect(signal?.aborted).toBe(true);
    expect(actions.desk.runs.get()).toEqual([]);
    expect(world.dashboard.state.overlay).toBeUndefined();
    expect(world.dashboard.state.toast?.text).toBe('Nothing was changed');
  });

  it('takes a paste: lines where lines are meant, one line elsewhere, no control characters', async () => {
    const { world, actions } = await form();
    world.press('2', 'tab', 'tab', 'tab');
    pasteText(world.dashboard, ' tok\u0007en\u001b[31m\n');
    world.press('tab');
    pasteText(world.dashboard, 'A=1\r\nB=\u001b]52;c;x\u0007two\n');
    world.press('ctrl+s');
    expect(actions.desk.last.request.input).toMatchObject({ password: 'token[31m', pairs: 'A=1\nB=]52;c;xtwo\n' });
  });

  it('refuses a paste that is too long rather than cutting it', async () => {
    const { world } = await form();
    world.press('tab', 'tab', 'tab', 'tab');
    pasteText(world.dashboard, 'x'.repeat(300_000));
    expect(world.text()).toContain('That is too long');
  });

  it('draws nothing that a terminal would act on, whatever the rack says', async () => {
    const { world } = await form({ initial: async () => ({}) }, (each) => {
      each.desk.initialOf = async () => ({ count: '1', pairs: 'KEY=\u001b[2Jgone\u202e\u0000' });
    });
    expect(world.text()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(world.text()).toContain('KEY=?[2Jgone??');
  });

  it('fits a low terminal: the field at hand is in sight', async () => {
    const many: ActionField[] = Array.from({ length: 20 }, (_, at) => ({
      id: `f${at}`,
      label: `Field ${at}`,
      kind: 'text',
      required: false,
      help: 'Help.',
    }));
    const { world } = await form({ fields: many }, undefined, { columns: 80, rows: 24 });
    for (let at = 0; at < 20; at += 1) {
      expect(world.text()).toContain(`> Field ${at}`);
      expect(world.screen()).toHaveLength(24);
      world.press('tab');
    }
  });
});

describe('a preview that comes first', () => {
  it('opens the values on a key, and planning anew replaces it', async () => {
    const { world, actions } = await form({ previewFirst: true });
    const first = actions.desk.last;
    expect(first.request.input).toEqual({});
    first.propose();
    expect(world.text()).toContain('o change the values');
    world.press('o', '5', 'enter');
    expect(first.state.get().step).toBe('cancelled');
    expect(actions.desk.last).not.toBe(first);
    expect(actions.desk.last.request.input).toEqual({ count: '5', env: 'current' });
    world.press('escape');
    expect(world.dashboard.location().view).toBe('processes');
  });

  it('a letter is text where text is typed: the other key is named', async () => {
    const { world, actions } = await form({ previewFirst: true });
    actions.desk.last.propose(sampleProposal({ confirmation: { kind: 'type', text: 'shop', reason: false } }));
    expect(world.text()).toContain('^o change the values');
    world.clock += 400;
    world.press('o');
    expect(world.dashboard.state.overlay).toBeUndefined();
    world.press('ctrl+o');
    expect(world.dashboard.state.overlay?.kind).toBe('action-form');
    world.press('escape');
    expect(actions.desk.last.state.get().step).toBe('confirm');
  });
});

describe('several lines', () => {
  const press = (name: string) => ({ name, text: [...name].length === 1 ? name : '' });
  const edit = (text: string, ...keys: string[]) =>
    keys.reduce((input, key) => editLines(input, press(key)) ?? input, textInput(text));

  it.each([
    ['a new line', 'ab', ['left', 'enter'], 'a\nb'],
    ['joins backwards', 'a\nb', ['home', 'backspace'], 'ab'],
    ['joins forwards', 'a\nb', ['up', 'end', 'delete'], 'ab'],
    ['moves up and types', 'a\nb', ['up', 'x'], 'ax\nb'],
    ['over the end of a line', 'a\nb', ['home', 'left', 'x'], 'ax\nb'],
    ['over its beginning', 'a\nb', ['up', 'end', 'right', 'x'], 'a\nxb'],
    ['clears only its line', 'a\nbcd', ['ctrl+u'], 'a\n'],
    ['cuts only its line', 'ab\ncd', ['up', 'home', 'ctrl+k'], '\ncd'],
  ] as const)('%s', (_what, text, keys, wanted) => {
    expect(edit(text, ...keys).text).toBe(wanted);
  });

  it('keeps the cursor inside, whatever is pressed', () => {
    const keys = fc.constantFrom(
      'a',
      'enter',
      'up',
      'down',
      'left',
      'right',
      'home',
      'end',
      'backspace',
      'delete',
      'ctrl+k',
      'ctrl+w',
      'pageup',
    );
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.array(keys, { maxLength: 60 }), (text, pressed) => {
        let input = pasteLines(textInput(''), text) ?? textInput('');
        for (const key of pressed) {
          input = editLines(input, press(key)) ?? input;
          expect(input.cursor).toBeGreaterThanOrEqual(0);
          expect(input.cursor).toBeLessThanOrEqual([...input.text].length);
          const { lines, row, column } = placeOf(input);
          expect(lines.join('\n')).toBe(input.text);
          expect(column).toBeLessThanOrEqual([...(lines[row] ?? '')].length);
        }
      }),
    );
  });
});
