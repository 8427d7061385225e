import { describe, expect, it } from 'vitest';
import type { AnyAction } from '../../../../src/actions/define-action.ts';
import { ACTIONS } from '../../../../src/actions/index.ts';
import { ALLOWED, refused } from '../../../../src/domain/verdict.ts';
import { actionLetters } from '../../../../src/ui/actions/action-letters.ts';
import { REPLAY_BINDINGS } from '../../../../src/ui/recording-controls.ts';
import { pasteText } from '../../../../src/ui/shell/press-key.ts';
import { type FakeActions, fakeActions, sampleAction } from '../fake-actions.ts';
import { FakeSession } from '../fake-deck.ts';
import { createWorld, sampleProcess, sampleReads, type World } from '../sample-world.ts';

const stop = sampleAction();
const remove: AnyAction = sampleAction({
  id: 'app.delete',
  title: 'Delete app',
  about: 'deletes it with all it has',
  on: ['apps', 'processes'],
  tier: 3,
  subject: 'app',
  bulk: false,
});
const { key: _key, ...removeByLetter } = remove;
const restart: AnyAction = {
  ...removeByLetter,
  id: 'app.restart',
  title: 'Restart app',
  about: 'restarts it',
  tier: 1,
};

async function open(
  registry: readonly AnyAction[] = [stop, removeByLetter, restart],
  columns = 100,
): Promise<{
  world: World;
  actions: FakeActions;
}> {
  const actions = fakeActions(registry);
  const world = createWorld({
    columns,
    services: { start: { view: 'processes', rack: 'acme/prod', app: 'shop' }, actions },
    sessions: (now) => [new FakeSession({ name: 'acme/prod', kind: 'gateway', now, reads: sampleReads() })],
  });
  await world.settle();
  return { world, actions };
}

describe('the menu of actions', () => {
  it('lists all of them with letter, risk and what they do', async () => {
    const { world } = await open();
    world.press('a');
    const text = world.text();
    expect(text).toContain('Actions on web-6d9f-9dk2p of shop');
    expect(text).toMatch(/> x +Stop process +- reversible +stops a process/);
    expect(text).toMatch(/d +Delete app +x one-way +deletes it/);
    expect(text).toMatch(/r +Restart app/);
  });

  it('the keys of a row stand in the hint line of a terminal of 80 columns', async () => {
    const shell: AnyAction = { ...restart, id: 'process.exec', title: 'Shell or command', on: ['processes'], key: 's' };
    const { world } = await open([stop, shell, removeByLetter], 80);
    expect(world.screen().at(-1)).toBe(' enter describe  l logs  w why  a actions  s shell  x stop  : go to  ? help');
  });

  it('keys and pasted text wait, in their order, for actions that are still loaded', async () => {
    const { world, actions } = await open();
    const { promise, resolve } = Promise.withResolvers<void>();
    actions.loading = promise;
    world.press('a', 'r');
    pasteText(world.dashboard, 'shop');
    expect(actions.desk.runs.get()).toEqual([]);
    expect(world.text()).not.toContain('Actions on');
    actions.loading = undefined;
    resolve();
    await world.settle();
    expect(actions.desk.last.request.actionId).toBe('app.restart');
    expect(world.dashboard.state.toast?.text).toContain('Pasted text is ignored here');
  });

  it('starts by letter and by enter', async () => {
    const { world, actions } = await open();
    world.press('a', 'r');
    expect(actions.desk.last.request.actionId).toBe('app.restart');
    world.press('escape', 'a', 'j', 'enter');
    expect(actions.desk.last.request.actionId).toBe('app.delete');
  });

  it('is closed by its own key: pressed twice it does nothing', async () => {
    const { world, actions } = await open();
    world.press('a', 'a');
    expect(world.dashboard.state.overlay).toBeUndefined();
    expect(actions.desk.runs.get()).toEqual([]);
  });

  it('greys what is refused with the reason, and stays open when it is chosen', async () => {
    const { world, actions } = await open();
    actions.verdictOf = ({ id }) => (id === 'app.delete' ? refused('role', 'needs role admin; you are ops') : ALLOWED);
    world.press('a');
    expect(world.text()).toMatch(/d +Delete app +x needs role admin; you are ops/);
    world.press('d');
    expect(actions.desk.runs.get()).toEqual([]);
    expect(world.dashboard.state.overlay?.kind).toBe('actions');
    expect(world.dashboard.state.toast?.text).toBe('Delete app: needs role admin; you are ops');
  });

  it('is about what was under the cursor when it was opened, whatever a poll puts there', async () => {
    let processes = [sampleProcess({ id: 'web-a', status: 'running' })];
    const actions = fakeActions([stop]);
    const world = createWorld({
      services: { start: { view: 'processes', rack: 'acme/prod', app: 'shop' }, actions },
      sessions: (now) => [
        new FakeSession({ name: 'acme/prod', kind: 'gateway', now, reads: sampleReads(() => processes) }),
      ],
    });
    await world.settle();
    world.press('a');
    processes = [sampleProcess({ id: 'api-new', service: 'api' })];
    await world.sessions[0]?.poll();
    await world.settle();
    world.press('x');
    expect(actions.desk.last.request.subjects.map(({ id }) => id)).toEqual(['web-a']);
  });

  it('acts on apps of the landing screen as in the list of apps, on the rack of the row', async () => {
    const actions = fakeActions([restart]);
    const world = createWorld({ services: { actions } });
    await world.settle();
    world.press('a', 'r');
    const { rack, subjects } = actions.desk.last.request;
    expect(rack).toBe('acme/prod');
    expect(subjects).toEqual([{ id: 'shop', app: 'shop' }]);
  });

  it('refuses marks of several racks', async () => {
    const actions = fakeActions([{ ...restart, bulk: true }]);
    const world = createWorld({ services: { actions } });
    await world.settle();
    world.press('ctrl+a', 'a');
    expect(world.text()).toContain('rows of 2 racks are marked');
  });
});

describe('the palette', () => {
  it('finds actions with what they would be about, and starts them', async () => {
    const { world, actions } = await open([stop, { ...restart, on: ['apps'] }]);
    world.press(':', ...'restart app');
    expect(world.text()).toMatch(/restart app +\(shop\) restarts it/);
    world.press('enter');
    expect(actions.desk.last.request).toMatchObject({
      actionId: 'app.restart',
      subjects: [{ id: 'shop', app: 'shop' }],
    });
  });

  it('greys refused ones with the reason', async () => {
    const { world, actions } = await open();
    actions.verdictOf = () => refused('read-only', 'read-only: switched on with R');
    world.press(':', ...'delete app');
    expect(world.text()).toMatch(/delete app +x read-only: switched on with R/);
    world.press('enter');
    expect(actions.desk.runs.get()).toEqual([]);
  });

  it('offers what a described row is, too', async () => {
    const { world, actions } = await open();
    world.press('d', ':', ...'stop process', 'enter');
    expect(actions.desk.last.request.subjects.map(({ id }) => id)).toEqual(['web-6d9f-9dk2p']);
  });
});

describe('where nothing can be changed', () => {
  const replay = { at: 0, speed: undefined, from: 0, to: 1, actions: ACTIONS, run: () => {} };

  it('a recording lists them greyed with the reason, and no key starts one', async () => {
    const world = createWorld({
      columns: 120,
      services: { start: { view: 'processes' }, replay, extraBindings: REPLAY_BINDINGS },
    });
    await world.settle();
    world.press('x');
    expect(world.dashboard.state.toast?.text).toBe('Stop process: a recording cannot be changed');
    world.press('a');
    expect(world.text()).toMatch(/x +Stop process +x a recording cannot be changed/);
    world.press('escape', 'R');
    expect(world.dashboard.state.toast?.text).toBe('Read-only: a recording cannot be changed');
  });
});

describe('read-only', () => {
  it('is switched by R, and the header says so', async () => {
    const { world, actions } = await open();
    world.press('R');
    expect(actions.readOnly.cause.get()).toBe('key');
    expect(world.screen()[0]).toContain('READ-ONLY');
    world.press('R');
    expect(world.screen()[0]).not.toContain('READ-ONLY');
  });

  it('of the settings stays, and is told with its place', async () => {
    const { world, actions } = await open();
    actions.fixed = 'this rack is read-only (config.json: racks.prod.readOnly)';
    expect(world.screen()[0]).toContain('READ-ONLY');
    world.press('R', 'R');
    expect(world.dashboard.state.toast?.text).toContain(
      'acme/prod: this rack is read-only (config.json: racks.prod.readOnly)',
    );
    expect(world.screen()[0]).toContain('READ-ONLY');
  });

  it('header: PROTECTED and what is left of the step-up window', async () => {
    const { world, actions } = await open();
    actions.protectedRacks = ['acme/prod'];
    actions.fakeStepUp.windowEnd = world.clock + 8 * 60_000;
    expect(world.screen()[0]).toMatch(/MFA 8m +PROTECTED/);
  });
});

describe('letters', () => {
  it('fall back to the title, then to the alphabet, and never to one that answers or moves', () => {
    const many = ['Aajk', 'Aajk', 'Aajk'].map((title, at) => ({ ...removeByLetter, id: `no.${at}`, title }));
    const letters = [...actionLetters(many).values()];
    expect(new Set(letters).size).toBe(3);
    for (const letter of letters) expect('ajkqy').not.toContain(letter);
  });
});
