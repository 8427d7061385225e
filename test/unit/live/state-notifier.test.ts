import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createDeck } from '../../../src/live/create-deck.ts';
import type { Deck } from '../../../src/live/deck.ts';
import { QUIET_MS, StateNotifier } from '../../../src/live/state-notifier.ts';
import { app, FakeRack, failure, fakeTarget, process } from './fake-rack.ts';

const MINUTE = 60_000;
let rack: FakeRack;
let deck: Deck;
let notifier: StateNotifier;
let told: string[];

beforeEach(async () => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  rack = new FakeRack();
  told = [];
  deck = createDeck({
    listing: { targets: [fakeTarget(rack)], problems: [], current: undefined, notices: [] },
    now: Date.now,
    random: () => 0.5,
  });
  notifier = new StateNotifier({ deck, now: Date.now, notify: (text) => told.push(text) });
  await vi.advanceTimersByTimeAsync(1_000);
});

afterEach(async () => {
  notifier.dispose();
  await deck.dispose();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const crash = (id: string, name = 'shop') =>
  process(id, { app: name, status: 'crashed', startedAt: Date.now() - 60_000 });

test('says nothing while nothing changes', async () => {
  await wait(10 * MINUTE);
  expect(told).toEqual([]);
});

test('an app that gets worse, and its recovery once that has lasted', async () => {
  rack.answers.set('systemProcesses', [crash('web-1')]);
  await wait(10_000);
  expect(told).toEqual([expect.stringMatching(/^staging\/shop critical: 1 of 1 web crash/)]);
  rack.answers.set('systemProcesses', [process('web-1')]);
  await wait(30_000);
  expect(told).toHaveLength(1);
  await wait(60_000);
  expect(told.slice(1)).toEqual(['staging/shop has recovered']);
});

test('a rack that goes and comes back', async () => {
  rack.fault = failure('unreachable');
  await wait(30_000);
  expect(told).toEqual(['staging is offline']);
  rack.fault = undefined;
  await wait(MINUTE);
  expect(told).toEqual(['staging is offline', 'staging is back']);
});

test('many changes at once are few notifications, worst first', async () => {
  const names = Array.from({ length: 30 }, (_, index) => `app-${index}`);
  rack.answers.set(
    'apps',
    names.map((name) => app(name)),
  );
  rack.answers.set(
    'systemProcesses',
    names.map((name) => process(`${name}-1`, { app: name })),
  );
  await wait(10_000);
  expect(told).toEqual([]);
  rack.answers.set(
    'systemProcesses',
    names.map((name) => crash(`${name}-1`, name)),
  );
  await wait(10_000 + QUIET_MS);
  expect(told.length).toBeLessThanOrEqual(2);
  expect(told.join('; ')).toMatch(/and 2\d more$/);
});

test('remote text is made printable', async () => {
  const name = 'evil\u001b]0;owned\u0007\u202e';
  rack.answers.set('apps', [app(name)]);
  rack.answers.set('systemProcesses', [process('web-1', { app: name })]);
  await wait(10_000);
  rack.answers.set('systemProcesses', [crash('web-1', name)]);
  await wait(10_000);
  expect(told).toHaveLength(1);
  expect(told[0]).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
});
