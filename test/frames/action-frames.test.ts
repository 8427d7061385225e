import { describe, expect, it } from 'vitest';
import type { ActionField } from '../../src/actions/action-field.ts';
import type { AnyAction } from '../../src/actions/define-action.ts';
import type { Proposal, RunState } from '../../src/actions/run-state.ts';
import { Failure } from '../../src/domain/failure.ts';
import { ALLOWED, refused } from '../../src/domain/verdict.ts';
import { eventually } from '../support/eventually.ts';
import { type FakeActions, fakeActions, sampleAction, sampleProposal } from '../unit/ui/fake-actions.ts';
import { FakeSession, fakeAccess } from '../unit/ui/fake-deck.ts';
import { createWorld, MINUTE, NIGHT, sampleReads, type World, type WorldOptions } from '../unit/ui/sample-world.ts';

const FIELDS: readonly ActionField[] = [
  { id: 'count', label: 'Count', kind: 'number', required: true, help: 'How many processes run.' },
  { id: 'memory', label: 'Memory', kind: 'number', required: false },
  {
    id: 'env',
    label: 'Environment',
    kind: 'choice',
    required: true,
    choices: [{ value: 'current', label: 'as it is now' }],
  },
  { id: 'token', label: 'Token', kind: 'secret', required: false },
  { id: 'pairs', label: 'Variables', kind: 'lines', required: false, help: 'One KEY=VALUE a line.' },
];

const { key: _key, ...unkeyed } = sampleAction({ bulk: false, tier: 2 });
const REGISTRY: readonly AnyAction[] = [
  sampleAction(),
  {
    ...unkeyed,
    id: 'process.exec',
    title: 'Shell or command',
    about: 'opens a shell in a running process',
    key: 's',
    tier: 1,
  },
  { ...unkeyed, id: 'process.copy-to', title: 'Copy files to the process', about: 'copies local files into it' },
  { ...unkeyed, id: 'app.delete', title: 'Delete app', about: 'deletes the app with all it has', tier: 3 },
];

const PROMOTE: Proposal = sampleProposal({
  tier: 2,
  isProtected: true,
  moved: true,
  confirmation: { kind: 'type', text: 'shop', reason: false },
  echo: 'convox releases promote RNEWXYZABCD -a shop',
  preview: {
    headline: 'Promote RNEWXYZABCD of shop on acme/prod',
    effects: ['4 processes of web are replaced, one after the other.', '1 unpromoted release lies in between.'],
    warnings: ['RNEWXYZABCD removes SESSION_SECRET, which the manifest still names.'],
    tables: [
      {
        title: 'Replicas',
        columns: ['service', 'running', 'wanted', 'image'],
        rows: [
          ['web', '4', '4', 'registry.example.com/shop:web.BNEW'],
          ['worker', '2', '3', 'registry.example.com/shop:worker.BNEW'],
        ],
      },
    ],
    lines: [
      { kind: 'heading', text: 'Environment' },
      { kind: 'added', text: 'PAYMENT_CLIENT' },
      { kind: 'changed', text: 'DATABASE_POOL' },
      { kind: 'removed', text: 'SESSION_SECRET' },
      { kind: 'same', text: '12 others' },
    ],
  },
});

const sent = { proposal: PROMOTE, notes: ['RNEWXYZABCD sent'] };
const VERIFYING: RunState = {
  step: 'verifying',
  ...sent,
  since: NIGHT - 42_000,
  deadline: NIGHT + 9 * MINUTE,
  observation: {
    state: 'pending',
    words: '3 of 4 processes run on RNEWXYZABCD.',
    checks: [
      { label: 'release', state: 'ok', words: 'RNEWXYZABCD is active' },
      { label: 'web', state: 'pending', words: '3 of 4' },
      { label: 'worker', state: 'bad', words: '1 crashed' },
    ],
  },
};
const FAILED: RunState = {
  step: 'ended',
  ...sent,
  observation: VERIFYING.observation,
  ended: {
    outcome: 'failed',
    words: 'RNEWXYZABCD was promoted, but worker crashes.',
    failure: new Failure({
      kind: 'server',
      what: 'The rack rolled back',
      why: 'worker did not become healthy in 10 minutes',
      next: 'Read its log with l, then promote again or roll back.',
      requestId: 'req-4711',
    }),
    undo: { actionId: 'release.rollback', rack: 'acme/prod', subjects: [], input: {} },
  },
};

interface Scene {
  readonly name: string;
  readonly actions?: (actions: FakeActions) => void;
  readonly registry?: readonly AnyAction[];
  readonly keys: readonly string[];
  readonly state?: RunState;
  readonly after?: (actions: FakeActions, world: World) => void;
  readonly look?: NonNullable<WorldOptions['services']>['look'];
}

const confirm = (proposal: Proposal): RunState => ({ step: 'confirm', proposal, problem: undefined });

const SCENES: readonly Scene[] = [
  {
    name: 'action-menu',
    keys: ['a', 'j'],
    actions: (actions) => {
      actions.verdictOf = ({ id }) =>
        id === 'app.delete' ? refused('role', 'needs role admin; you are ops') : ALLOWED;
    },
  },
  {
    name: 'action-form',
    registry: [sampleAction({ fields: FIELDS })],
    keys: ['x', ...'12', 'tab', 'tab', 'tab', ...'secret', 'tab', ...'A=1', 'enter', ...'B=2'],
  },
  { name: 'action-confirm', keys: ['x'], state: confirm(sampleProposal()) },
  { name: 'action-promote', keys: ['x'], state: confirm(PROMOTE) },
  {
    name: 'action-ascii',
    keys: ['x'],
    state: confirm(PROMOTE),
    look: { colorDepth: 0, unicode: false, screenReader: false },
  },
  {
    name: 'action-step-up',
    keys: ['x'],
    state: { step: 'step-up', proposal: PROMOTE, sending: false },
    after: (actions) =>
      actions.fakeStepUp.ask({
        triesLeft: 2,
        problem: 'Verification code is incorrect or has expired.',
        waitUntil: NIGHT + 12_000,
        advice: 'Security keys and passkeys work in a browser only. Log in again (L).',
      }),
  },
  { name: 'action-verifying', keys: ['x'], state: VERIFYING },
  { name: 'action-failed', keys: ['x'], state: FAILED },
  {
    name: 'action-runs',
    keys: ['x'],
    state: FAILED,
    after: (_actions, world) => world.press('escape', ':', ...'runs', 'enter'),
  },
  { name: 'action-leave', keys: ['x'], state: VERIFYING, after: (_actions, world) => world.press('q') },
];

describe.each([
  [80, 24],
  [200, 60],
])('screens of actions at %ix%i', (columns, rows) => {
  it.each(SCENES.map((scene) => [scene.name, scene] as const))('%s', async (name, scene) => {
    const actions = fakeActions(scene.registry ?? REGISTRY);
    actions.protectedRacks = ['acme/prod'];
    scene.actions?.(actions);
    const world = createWorld({
      columns,
      rows,
      services: {
        start: { view: 'processes', rack: 'acme/prod', app: 'shop' },
        actions,
        ...(scene.look ? { look: scene.look } : {}),
      },
      sessions: (now) => {
        const prod = new FakeSession({ name: 'acme/prod', kind: 'gateway', now, reads: sampleReads() });
        prod.access.set(fakeAccess({ roleLabel: 'deployer' }));
        return [prod];
      },
    });
    await world.settle();
    world.press(...scene.keys);
    await world.settle();
    if (scene.state) actions.desk.last.state.set(scene.state);
    scene.after?.(actions, world);
    world.screen();
    // Tables are drawn by a component that is loaded when the first one is wanted.
    if (scene.state?.step === 'confirm' || scene.state?.step === 'step-up') {
      await eventually(() => expect(world.text()).not.toMatch(/^ +\.\.\.$/m));
    }
    const screen = world.screen();
    expect(screen).toHaveLength(rows);
    for (const row of screen) expect([...row].length).toBeLessThanOrEqual(columns);
    await expect(`${screen.join('\n')}\n`).toMatchFileSnapshot(`${name}-${columns}x${rows}.frame`);
  });
});
