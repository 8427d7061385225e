import { describe, expect, test } from 'vitest';
import {
  type DeployGoal,
  type DeployLook,
  DeploySightings,
  observeDeploy,
} from '../../../src/actions/deploy-observation.ts';
import { app, process } from '../live/fake-rack.ts';

const GOAL: DeployGoal = {
  app: 'shop',
  target: 'RNEW',
  before: 'ROLD',
  services: [{ name: 'web', count: 2 }],
  crashedBefore: new Set(),
};

const look = (status: string, release: string, ...processes: readonly [string, string][]): DeployLook => ({
  app: app('shop', { status, release }),
  processes: processes.map(([word, of], index) => process(`web-6d9f7c5b8-${index}`, { status: word, release: of })),
  services: undefined,
});

const OLD: [string, string] = ['running', 'ROLD'];
const NEW: [string, string] = ['running', 'RNEW'];
const whole = look('running', 'RNEW', NEW, NEW);

/** What a series of looks says, one after the other. */
function follow(looks: readonly DeployLook[], accepted = true, goal = GOAL): readonly string[] {
  const seen = new DeploySightings();
  return looks.map((each) => observeDeploy(goal, seen, each, accepted).state);
}

describe('a deploy, look by look', () => {
  test.each<[string, readonly DeployLook[], readonly string[]]>([
    [
      'comes up',
      [look('running', 'ROLD', OLD, OLD), look('updating', 'RNEW', OLD, NEW), whole],
      ['pending', 'pending', 'done'],
    ],
    ['the id in other letters', [{ ...whole, app: app('shop', { release: 'rnew' }) }], ['done']],
    ['running alone is no proof', [look('running', 'RNEW', NEW, ['starting', 'RNEW'])], ['pending']],
    ['processes of the old release do not count', [look('running', 'RNEW', OLD, OLD)], ['pending']],
    [
      'a rollback is followed to its end',
      [
        look('updating', 'RNEW', OLD, NEW),
        look('rollback', 'ROLD', OLD),
        look('rollback', 'ROLD', OLD),
        look('running', 'ROLD', OLD, OLD),
      ],
      ['pending', 'pending', 'pending', 'failed'],
    ],
    [
      'a rollback that was all we saw',
      [look('rollback', 'ROLD', OLD), look('running', 'ROLD', OLD, OLD)],
      ['pending', 'failed'],
    ],
    [
      'a flip back between two looks',
      [look('updating', 'RNEW', OLD), look('running', 'ROLD', OLD, OLD)],
      ['pending', 'failed'],
    ],
    ['somebody else was quicker', [look('updating', 'ROTHER', OLD)], ['failed']],
    ['the app goes away', [look('deleting', 'RNEW', NEW)], ['failed']],
  ])('%s', (_name, looks, states) => {
    expect(follow(looks)).toEqual(states);
  });

  test('accepted and never begun is told after a minute, not at once', () => {
    const states = follow(Array.from({ length: 12 }, () => look('running', 'ROLD', OLD, OLD)));
    expect(states.slice(0, 11).every((state) => state === 'pending')).toBe(true);
    expect(states.at(-1)).toBe('failed');
  });

  test('without an answer an untouched app means that it did not take place', () => {
    expect(follow([look('running', 'ROLD', OLD, OLD)], false)).toEqual(['absent']);
    expect(follow([look('updating', 'RNEW', OLD)], false)).toEqual(['pending']);
  });

  test('a rack that is content while processes crash is not believed for ever', () => {
    const crashing = look('running', 'RNEW', NEW, ['crashed', 'RNEW']);
    const states = follow(Array.from({ length: 36 }, () => crashing));
    expect(states.slice(0, 35).every((state) => state === 'pending')).toBe(true);
    expect(states.at(-1)).toBe('failed');
  });

  test('says what is missing, and what was so before', () => {
    const goal = { ...GOAL, crashedBefore: new Set(['web']) };
    const seen = observeDeploy(
      goal,
      new DeploySightings(),
      look('running', 'RNEW', NEW, ['crashed', 'RNEW'], OLD),
      true,
    );
    expect(seen.checks).toEqual([
      { label: 'app', state: 'ok', words: 'running, release RNEW' },
      { label: 'web', state: 'bad', words: '1 of 2 running on RNEW, 1 crashed (as before), 1 of another release' },
    ]);
  });

  test('one-offs and services scaled to 0 are not waited for', () => {
    const goal = { ...GOAL, services: [{ name: 'web', count: 0 }] };
    const run = process('web-x2x4q', { release: 'ROLD', command: 'sleep 3600' });
    const seen = observeDeploy(goal, new DeploySightings(), { ...look('running', 'RNEW'), processes: [run] }, true);
    expect(seen).toMatchObject({ state: 'done', checks: [{}, { words: '0 of 0 running on RNEW' }] });
  });
});
