import { describe, expect, it } from 'vitest';
import { readRackMove } from '../../src/domain/rack-move-address.ts';
import { moveChecks } from '../../src/domain/rack-move-rules.ts';
import { findGuide, GUIDES } from '../../src/guides/index.ts';
import { STEP_SAMPLES } from '../support/guide-samples.ts';
import { KILLS } from '../support/stories/guide-kills.ts';
import { HAPPY, HAZARD_VISITS, type HappyStory } from '../support/stories/guides.ts';
import { nameOf } from '../support/stories/hazard-story.ts';

const happy: readonly HappyStory[] = Object.values(HAPPY);
const stepOf = (guide: string, step: string) => findGuide(guide)?.steps.find(({ id }) => id === step);
const changing = GUIDES.flatMap(({ id, steps }) =>
  steps.flatMap((step) => (step.apply ? [{ name: `${id}/${step.id}`, step }] : [])),
);

/** Only where something is damaged: they are applied and taken back by the stories of hazards and of programs that die. */
const REPAIRS = ['aws-auth-sound'];

describe('a guide from the first look to done and back', () => {
  it.each(GUIDES.map(({ id }) => id))('%s is told', (id) => {
    expect(happy.flatMap(({ visits }) => visits).some((visit) => visit.endsWith(` ${id}`))).toBe(true);
  });

  it.each(changing.filter(({ step }) => !REPAIRS.includes(step.id)).map(({ name, step }) => [name, step] as const))(
    '%s is applied, and taken back where it can be',
    (name, { undo }) => {
      const times = happy.map(({ journal }) => journal.filter((each) => each === name).length);
      expect(Math.max(...times)).toBeGreaterThanOrEqual(undo ? 2 : 1);
    },
  );

  it('is told in every way that there is', () => {
    expect(happy.flatMap(({ ways }) => ways).toSorted()).toEqual([
      'console-role access-entry',
      'console-role aws-auth',
      'eks-viewing role',
      'eks-viewing user',
      'rack-move console-to-local',
      'rack-move local-to-console',
      'rack-move org-to-org',
    ]);
  });
});

describe('a program that is killed', () => {
  it.each(changing.map(({ name, step }) => [name, step] as const))('dies in the middle of %s', (name, { undo }) => {
    const killed = KILLS.filter(({ guide, step }) => `${guide}/${step}` === name);
    expect(killed).not.toEqual([]);
    for (const story of killed) expect(story.undo !== undefined, name).toBe(undo !== undefined);
  });

  it('dies in every way of each', () => {
    const key = ({ guide, step, way }: { guide: string; step: string; way?: string | undefined }) =>
      `${guide}/${step} ${way ?? ''}`;
    expect(KILLS.map(key).toSorted()).toEqual(STEP_SAMPLES.map(key).toSorted());
  });
});

describe('hazards', () => {
  /** Why nothing can be wrong with these. */
  const HARMLESS: Readonly<Record<string, string>> = {
    'aws-integration/removal': 'a list to read for the day when the integration is removed',
  };

  it('are those of steps that there are, each told once', () => {
    for (const { guide, rack, way, stories } of HAZARD_VISITS) {
      for (const story of stories) expect(stepOf(guide, story.step), `${guide}: ${nameOf(story)}`).toBeDefined();
      const names = stories.map(nameOf);
      expect(new Set(names).size, `${guide} ${rack} ${way ?? ''}`).toBe(names.length);
    }
  });

  it.each(GUIDES.flatMap(({ id, steps }) => steps.map((step) => [`${id}/${step.id}`, step] as const)))(
    '%s has one that is told',
    (name, step) => {
      // Guides share steps: one that is told in one of them is the same in the others.
      const told = HAZARD_VISITS.flatMap(({ guide, stories }) => stories.map((story) => stepOf(guide, story.step)));
      expect(told.includes(step) || HARMLESS[name] !== undefined).toBe(true);
    },
  );

  it.each([
    ['staging', 'acme/staging'],
    ['acme/eu', 'eu'],
    ['acme/eu', 'beta/eu'],
  ])('of a move from %s to %s: every rule that applies, and every name that makes no move', (from, to) => {
    const read = readRackMove(from, to);
    if (read.kind !== 'move') throw new Error(read.why);
    const unknown = { local: undefined, source: undefined, target: undefined, system: undefined };
    const facts = { ...unknown, hasTerraform: undefined, environment: new Set<string>(), organizations: undefined };
    const rules = moveChecks(read.move, facts).map(({ id }) => id);
    expect(rules.length).toBeGreaterThan(4);
    const visits = HAZARD_VISITS.filter(({ guide, way }) => guide === 'rack-move' && way === read.move.direction);
    const told = visits.flatMap(({ stories }) => stories.map(({ step, hazard }) => `${step}: ${hazard}`));
    const wanted = [
      ...rules.map((id) => `${id}: ${id}`),
      ...['self-move', 'rename', 'wrong-name'].map((id) => `names: ${id}`),
    ];
    expect(wanted.filter((each) => !told.includes(each))).toEqual([]);
  });
});
