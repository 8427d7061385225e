import { describe, expect, it } from 'vitest';
import type { RunState } from '../../../../src/actions/run-state.ts';
import { Failure } from '../../../../src/domain/failure.ts';
import { pasteText } from '../../../../src/ui/shell/press-key.ts';
import { eventually } from '../../../support/eventually.ts';
import { type FakeActions, fakeActions, sampleAction, sampleProposal } from '../fake-actions.ts';
import { FakeSession } from '../fake-deck.ts';
import { createWorld, NIGHT, sampleReads, type World } from '../sample-world.ts';

const QUIET = 301;

async function onProcesses(
  actions: FakeActions = fakeActions(),
  size: { columns?: number; rows?: number } = {},
): Promise<{ world: World; actions: FakeActions }> {
  const world = createWorld({
    ...size,
    services: { start: { view: 'processes', rack: 'acme/prod', app: 'shop' }, actions },
    sessions: (now) => [new FakeSession({ name: 'acme/prod', kind: 'gateway', now, reads: sampleReads() })],
  });
  await world.settle();
  return { world, actions };
}

/** The panel with its question, long enough on screen for an answer to count. */
async function asked(proposal = sampleProposal()) {
  const { world, actions } = await onProcesses();
  world.press('x');
  const run = actions.desk.last;
  run.propose(proposal);
  world.clock += QUIET;
  return { world, actions, run };
}

/** As one text, wherever it was wrapped. */
const flowing = (world: World): string => world.text().replace(/\s+/g, ' ');

const sent: { readonly proposal: ReturnType<typeof sampleProposal>; readonly notes: readonly string[] } = {
  proposal: sampleProposal(),
  notes: [],
};

describe('from a key to a run', () => {
  it('plans what is under the cursor and shows that nothing has left yet', async () => {
    const { world, actions } = await onProcesses();
    world.press('x');
    const { request } = actions.desk.last;
    expect(request).toMatchObject({ actionId: 'process.stop', rack: 'acme/prod', input: {} });
    expect(request.subjects).toEqual([{ id: 'web-6d9f-9dk2p', app: 'shop', service: 'web' }]);
    expect(world.text()).toContain('Looking at acme/prod before anything is proposed');
    expect(world.screen()[0]).toContain('stop process');
  });

  it('takes the marked rows, and only those that are shown', async () => {
    const { world, actions } = await onProcesses();
    world.press('ctrl+a', '/', ...'worker', 'enter', 'x');
    expect(actions.desk.last.request.subjects.map(({ id }) => id)).toEqual(['worker-77c-pp01']);
    expect(world.dashboard.state.toast?.text).toContain('2 marked rows are hidden by the filter and left out');
  });

  it('refuses several marked rows where one is meant, and says so', async () => {
    const { world, actions } = await onProcesses(fakeActions([sampleAction({ bulk: false })]));
    world.press('space', 'space', 'x');
    expect(actions.desk.runs.get()).toEqual([]);
    expect(world.dashboard.state.toast?.text).toContain('takes one at a time; 2 are marked');
  });

  it('says which rule refuses, and starts nothing', async () => {
    const { world, actions } = await onProcesses(undefined, { columns: 160 });
    actions.verdictOf = () => ({ allowed: false, because: 'role', reason: 'needs role ops; you are viewer' });
    expect(world.screen().at(-1)).toContain('x stop (needs role ops)');
    world.press('x');
    expect(actions.desk.runs.get()).toEqual([]);
    expect(world.dashboard.state.toast?.text).toBe('Stop process: needs role ops; you are viewer');
  });
});

describe('the question', () => {
  it('shows what would happen, the risk and the same command of the CLI', async () => {
    const { world } = await asked();
    const text = world.text();
    expect(text).toContain('Stop web-6d9f-9dk2p of shop on acme/prod');
    expect(text).toContain('- reversible');
    expect(text).toContain('A service starts a new process');
    expect(text).toContain('$ convox ps stop web-6d9f-9dk2p -a shop');
    expect(text).toContain('y do it   esc leave, nothing is changed');
  });

  it('puts warnings before everything else and says PROTECTED', async () => {
    const { world } = await asked(
      sampleProposal({
        isProtected: true,
        preview: { headline: 'Stop it', effects: ['It stops.'], warnings: ['It is the only one.'] },
      }),
    );
    const screen = world.screen();
    const at = (text: string): number => screen.findIndex((row) => row.includes(text));
    expect(at('PROTECTED')).toBeGreaterThan(0);
    expect(at('! It is the only one.')).toBeGreaterThan(at('Stop it'));
    expect(at('! It is the only one.')).toBeLessThan(at('It stops.'));
  });

  it('is confirmed by its key once, however often it is pressed', async () => {
    const { world, run } = await asked();
    world.press('y', 'y', 'y', 'enter');
    expect(run.confirmed).toEqual([{ typed: 'y' }]);
  });

  it('is left by esc: nothing was confirmed, the table is as it was', async () => {
    const { world, run } = await asked();
    world.press('escape');
    expect(run.state.get().step).toBe('cancelled');
    expect(run.confirmed).toEqual([]);
    expect(world.dashboard.location().view).toBe('processes');
    expect(world.dashboard.state.toast?.text).toContain('nothing was changed');
  });

  it('leaves where enter is pressed and a key is asked: the default is no', async () => {
    const { world, run } = await asked();
    world.press('enter');
    expect(run.confirmed).toEqual([]);
    expect(run.state.get().step).toBe('cancelled');
  });

  it('takes enter where the risk is the service and the rack is not protected', async () => {
    const { world, run } = await asked(sampleProposal({ tier: 2, confirmation: { kind: 'enter' } }));
    world.press('y');
    expect(run.confirmed).toEqual([]);
    world.press('enter');
    expect(run.confirmed).toEqual([{}]);
  });
});

describe('type-ahead', () => {
  it.each([
    ['the key of the action twice, then yes', ['x', 'x', 'y']],
    ['yes at once', ['x', 'y']],
    ['enter at once', ['x', 'enter']],
  ])('%s: nothing is confirmed', async (_what, keys) => {
    const { world, actions } = await onProcesses();
    const [first = '', ...rest] = keys;
    world.press(first);
    const run = actions.desk.last;
    run.propose();
    world.press(...rest);
    expect(run.confirmed).toEqual([]);
    expect(run.state.get().step).toBe('confirm');
  });

  it('counts from the moment the question is there, not from the key that asked for it', async () => {
    const { world, actions } = await onProcesses();
    world.press('x');
    world.clock += 10_000;
    const run = actions.desk.last;
    run.propose();
    world.press('y');
    expect(run.confirmed).toEqual([]);
  });

  it('a key held down never confirms, however long', async () => {
    const { world, actions } = await onProcesses();
    world.press('x');
    const run = actions.desk.last;
    run.propose(sampleProposal({ tier: 2, confirmation: { kind: 'enter' } }));
    for (let at = 0; at < 100; at += 1) {
      world.clock += 30;
      world.press('enter');
    }
    expect(run.confirmed).toEqual([]);
    world.clock += QUIET;
    world.press('enter');
    expect(run.confirmed).toHaveLength(1);
  });

  it('begins anew when the rack has changed and another question stands there', async () => {
    const { world, run } = await asked();
    run.propose(sampleProposal({ hash: 'other', moved: true }));
    world.press('y');
    expect(run.confirmed).toEqual([]);
    expect(world.text()).toContain('The rack has changed since the preview before');
    world.clock += QUIET;
    world.press('y');
    expect(run.confirmed).toHaveLength(1);
  });
});

describe('typing to confirm', () => {
  const typed = (reason: boolean) =>
    sampleProposal({ tier: 3, isProtected: true, confirmation: { kind: 'type', text: 'prod/shop', reason } });

  it('takes the text and the reason; letters are text and no keys', async () => {
    const { world, run } = await asked(typed(true));
    world.press(...'prod/shop', 'enter');
    expect(run.confirmed).toEqual([]);
    world.press(...'quiet night', 'enter');
    expect(run.confirmed).toEqual([{ typed: 'prod/shop', reason: 'quiet night' }]);
  });

  it('says what is wrong and lets it be mended', async () => {
    const { world, run } = await asked(typed(false));
    world.press(...'prod/shpo', 'enter');
    expect(run.confirmed).toEqual([]);
    expect(world.text()).toContain('Type prod/shop to confirm');
    world.press('backspace', 'backspace', ...'op', 'enter');
    expect(run.confirmed).toEqual([{ typed: 'prod/shop' }]);
  });

  it('a wrong name is told before the reason is asked, and is where the cursor stays', async () => {
    const { world, run } = await asked(typed(true));
    world.press(...'prod/shpo', 'enter');
    expect(world.text()).toMatch(/! Type prod\/shop to confirm/);
    world.press('backspace', 'backspace', ...'op', 'enter', ...'night', 'enter');
    expect(run.confirmed).toEqual([{ typed: 'prod/shop', reason: 'night' }]);
  });

  it('takes a paste without its control characters', async () => {
    const { world, run } = await asked(typed(false));
    pasteText(world.dashboard, 'prod/\u001b[31mshop\n');
    expect(world.text()).toContain('prod/[31mshop');
    world.press('ctrl+u');
    pasteText(world.dashboard, 'prod/shop\n');
    world.press('enter');
    expect(run.confirmed).toEqual([{ typed: 'prod/shop' }]);
  });

  it('leaves by esc whatever was typed', async () => {
    const { world, run } = await asked(typed(true));
    world.press(...'prod/shop', 'escape');
    expect(run.confirmed).toEqual([]);
    expect(run.state.get().step).toBe('cancelled');
  });
});

describe('a long preview', () => {
  it('scrolls, says how much is below, and keeps the question in sight', async () => {
    const lines = Array.from({ length: 60 }, (_, at) => ({ kind: 'added' as const, text: `KEY_${at}` }));
    const { world } = await asked(
      sampleProposal({ preview: { headline: 'Set 60 keys', effects: [], warnings: [], lines } }),
    );
    expect(world.text()).toContain('+ KEY_0');
    expect(world.text()).not.toContain('+ KEY_59');
    expect(world.text()).toMatch(/\d+ more lines below/);
    world.press('G');
    expect(world.text()).toContain('+ KEY_59');
    expect(world.text()).not.toMatch(/more lines? below/);
    expect(world.text()).toContain('y do it');
    world.press('g');
    expect(world.text()).toContain('Set 60 keys');
  });

  it('draws its tables, cut to the width', async () => {
    const { world } = await asked(
      sampleProposal({
        preview: {
          headline: 'Stop 2',
          effects: [],
          warnings: [],
          tables: [
            {
              title: 'Processes',
              columns: ['process', 'status'],
              rows: [
                ['web-1', 'running'],
                ['web-2', `crashed ${'z'.repeat(100)}`],
              ],
            },
          ],
        },
      }),
    );
    world.text();
    // The component is loaded on the way.
    await eventually(() => expect(world.text()).toMatch(/process +status/));
    expect(world.text()).toMatch(/web-1 +running/);
    for (const row of world.screen()) expect(row.length).toBeLessThanOrEqual(80);
  });
});

describe('after it was confirmed', () => {
  const states: readonly (readonly [string, RunState, RegExp])[] = [
    [
      'running',
      { step: 'running', ...sent, notes: ['1 of 2 sent'], since: NIGHT - 3_000 },
      /- 1 of 2 sent[\s\S]*~ Sent, waiting/,
    ],
    [
      'verifying',
      {
        step: 'verifying',
        ...sent,
        observation: {
          state: 'pending',
          words: 'waiting for the replacement.',
          checks: [
            { label: 'web-1', state: 'ok', words: 'gone' },
            { label: 'web', state: 'pending', words: '1 of 2 running' },
          ],
        },
        since: NIGHT - 5_000,
        deadline: NIGHT + 60_000,
      },
      /waiting for the replacement[\s\S]*Gives up in 60s[\s\S]*\+ web-1 +gone[\s\S]*~ web +1 of 2 running/,
    ],
    [
      'watching',
      {
        step: 'watching',
        ...sent,
        observation: undefined,
        words: 'Promoted.',
        until: NIGHT + 300_000,
        undo: undefined,
      },
      /\+ Promoted\.[\s\S]*Watching for trouble, ends in 5m/,
    ],
    [
      'a failed verification',
      {
        step: 'ended',
        ...sent,
        observation: undefined,
        ended: {
          outcome: 'unclear',
          words: 'Whether it took effect is not known.',
          failure: new Failure({
            kind: 'timeout',
            what: 'No answer in 30 s',
            next: 'Look again later.',
            requestId: 'r-77',
          }),
          undo: undefined,
        },
      },
      /! Unclear\. Whether it took effect[\s\S]*x No answer in 30 s[\s\S]*Look again later\.[\s\S]*request id r-77/,
    ],
  ];

  it.each(states)('%s', async (_what, state, wanted) => {
    const { world, run } = await asked();
    run.state.set(state);
    expect(flowing(world)).toMatch(wanted);
  });

  it('names every state by sign and word', async () => {
    const { world, run } = await asked();
    for (const [outcome, words] of [
      ['verified', '+ Verified.'],
      ['unproven', '! Not proven.'],
      ['failed', 'x Failed.'],
      ['rejected', 'x Refused, nothing changed.'],
      ['no-effect', '! No effect.'],
      ['unclear', '! Unclear.'],
    ] as const) {
      run.state.set({
        step: 'ended',
        ...sent,
        observation: undefined,
        ended: { outcome, words: 'So it is.', failure: undefined, undo: undefined },
      });
      expect(world.text()).toContain(`${words} So it is.`);
    }
  });

  it('offers the undo: its own preview, its own question', async () => {
    const { world, actions, run } = await asked();
    const undo = { actionId: 'process.stop', rack: 'acme/prod', subjects: [{ id: 'web-9', app: 'shop' }], input: {} };
    run.state.set({
      step: 'ended',
      ...sent,
      observation: undefined,
      ended: { outcome: 'failed', words: 'It crashed.', failure: undefined, undo },
    });
    expect(world.text()).toContain('u undo');
    world.press('u');
    expect(actions.desk.last).not.toBe(run);
    expect(actions.desk.last.request).toEqual(undo);
    expect(actions.desk.last.confirmed).toEqual([]);
    expect(world.text()).toContain('Looking at acme/prod');
  });

  it('offers what usually comes next once it is proven: its own preview, its own question', async () => {
    const { world, actions, run } = await asked();
    world.press('n');
    expect(actions.desk.last).toBe(run);
    const next = { actionId: 'process.stop', rack: 'acme/prod', subjects: [{ id: 'web-9', app: 'shop' }], input: {} };
    run.state.set({
      step: 'ended',
      ...sent,
      observation: undefined,
      ended: { outcome: 'verified', words: 'It is made.', failure: undefined, undo: undefined, next },
    });
    expect(world.text()).toContain('n stop process: shows it first');
    world.press('n');
    expect(actions.desk.last).not.toBe(run);
    expect(actions.desk.last.request).toEqual(next);
    expect(actions.desk.last.confirmed).toEqual([]);
  });

  it('is left while it runs, is counted in the header, tells its end, and can be opened again', async () => {
    const { world, run } = await asked();
    run.state.set({ step: 'running', ...sent, since: NIGHT });
    world.press('escape');
    expect(run.cancels).toBe(0);
    expect(world.dashboard.location().view).toBe('processes');
    expect(world.screen()[0]).toContain('1 action running');
    run.state.set({
      step: 'ended',
      ...sent,
      observation: undefined,
      ended: { outcome: 'verified', words: 'web-1 is gone.', failure: undefined, undo: undefined },
    });
    expect(world.dashboard.state.toast?.text).toBe('+ Stop process: verified. web-1 is gone.');
    expect(world.screen()[0]).not.toContain('running');
    world.press(':', ...'runs', 'enter', 'j', 'enter');
    expect(world.text()).toContain('+ Verified. web-1 is gone.');
  });

  it('plans again only what had no effect', async () => {
    const { world, actions, run } = await asked();
    run.state.set({ step: 'running', ...sent, since: NIGHT });
    world.press('r');
    expect(actions.desk.runs.get()).toHaveLength(1);
    run.state.set({
      step: 'ended',
      ...sent,
      observation: undefined,
      ended: { outcome: 'no-effect', words: 'Lost.', failure: undefined, undo: undefined },
    });
    world.press('r');
    expect(actions.desk.runs.get()).toHaveLength(2);
  });

  it('copies the command', async () => {
    const { world } = await asked();
    world.press('c');
    expect(world.copied).toEqual(['convox ps stop web-6d9f-9dk2p -a shop']);
  });
});

describe('a refusal of the pipeline', () => {
  it('names the rule, the reason, and that nothing was changed', async () => {
    const { world, run } = await asked();
    run.state.set({
      step: 'refused',
      reason: 'frozen from Friday 16:00 (racks.prod.freeze in config.json)',
      because: 'guardrail',
      failure: undefined,
      preview: undefined,
    });
    expect(world.text()).toMatch(/x A guardrail forbids it[\s\S]*frozen from Friday[\s\S]*Nothing was changed/);
  });

  it('says which key takes read-only off', async () => {
    const { world, run } = await asked();
    run.state.set({
      step: 'refused',
      reason: 'read-only: switched on with R',
      because: 'read-only',
      failure: undefined,
      preview: undefined,
    });
    expect(world.text()).toContain('R switches read-only off');
  });
});

describe('the second factor', () => {
  async function wanted(parts: Parameters<FakeActions['fakeStepUp']['ask']>[0] = {}) {
    const all = await asked();
    all.run.state.set({ step: 'step-up', proposal: sampleProposal(), sending: false });
    all.actions.fakeStepUp.ask(parts);
    all.world.clock += QUIET;
    return { ...all, stepUp: all.actions.fakeStepUp };
  }

  it('is asked in place: ways, tries, and the code that was typed goes to the gateway', async () => {
    const { world, stepUp } = await wanted();
    expect(flowing(world)).toContain(
      'the 6 digits of the authenticator app or a backup code (8 unused) (3 tries left)',
    );
    world.press(...'123456');
    expect(world.text()).toContain('Code: 123456');
    world.press('enter');
    expect(stepUp.submitted).toEqual(['123456']);
    expect(world.text()).not.toContain('123456');
  });

  it('hides what lives longer than half a minute', async () => {
    const { world } = await wanted();
    world.press(...'ABCDEF123456');
    expect(world.text()).not.toContain('ABCDEF');
    expect(world.text()).toContain('\u2022'.repeat(12));
  });

  it('says what is wrong, when the next code is there, and what people with security keys do', async () => {
    const { world } = await wanted({
      triesLeft: 1,
      problem: 'That code was sent already.',
      waitUntil: NIGHT + 20_000,
      advice: 'Security keys and passkeys work in a browser only.',
      waiting: 2,
    });
    const text = world.text();
    expect(text).toContain('(1 try left). 2 actions wait for it.');
    expect(text).toContain('! That code was sent already.');
    expect(text).toMatch(/The next code is there in \d+s/);
    expect(text).toContain('Security keys and passkeys');
  });

  it('takes a pasted code', async () => {
    const { world, stepUp } = await wanted();
    pasteText(world.dashboard, ' 654321\n');
    world.press('enter');
    expect(stepUp.submitted).toEqual(['654321']);
  });

  it('drops what was typed before it was asked', async () => {
    const { world, actions, run } = await asked();
    run.state.set({ step: 'step-up', proposal: sampleProposal(), sending: false });
    actions.fakeStepUp.ask();
    world.press(...'y123', 'enter');
    expect(actions.fakeStepUp.submitted).toEqual([]);
  });

  it('is given up with esc, and the panel stays to say what came of it', async () => {
    const { world, stepUp, run } = await wanted();
    world.press('escape');
    expect(stepUp.cancels).toBe(1);
    expect(run.cancels).toBe(0);
    expect(world.dashboard.location().view).toBe('action');
  });

  it('is announced where the panel is not on screen', async () => {
    const { world, actions } = await onProcesses();
    const run = actions.desk.start({ actionId: 'process.stop', rack: 'acme/prod', subjects: [], input: {} });
    actions.fakeStepUp.ask();
    run.state.set({ step: 'step-up', proposal: sampleProposal(), sending: false });
    expect(world.dashboard.state.toast?.text).toContain('waits for a one-time code');
    expect(world.screen()[0]).toContain('code wanted');
  });
});

describe('leaving the program', () => {
  it('asks while something that left is not proven; only y leaves', async () => {
    const { world, run } = await asked();
    run.state.set({ step: 'running', ...sent, since: NIGHT });
    let left = false;
    void world.dashboard.finished.then(() => {
      left = true;
    });
    world.press('q');
    expect(world.text()).toContain('Leave now?');
    expect(world.text()).toContain('Stop process on acme/prod is not proven yet');
    world.press('q');
    await world.settle();
    expect(left).toBe(false);
    expect(world.text()).not.toContain('Leave now?');
    world.press('ctrl+c', 'y');
    await world.settle();
    expect(left).toBe(false);
    world.clock += QUIET;
    world.press('y');
    await world.settle();
    expect(left).toBe(true);
  });

  it('leaves at once when nothing is under way', async () => {
    const { world } = await onProcesses();
    let left = false;
    void world.dashboard.finished.then(() => {
      left = true;
    });
    world.press('q');
    await world.settle();
    expect(left).toBe(true);
  });
});
