import { describe, it } from 'vitest';
import { findGuide } from '../../src/guides/index.ts';
import { GuideStage } from '../support/stories/guide-stage.ts';
import { escaped, flat, GuideWalker } from '../support/stories/guide-walker.ts';
import { HAZARD_VISITS } from '../support/stories/guides.ts';
import { type HazardStory, type HazardVisit, nameOf } from '../support/stories/hazard-story.ts';
import { REVIEW_SECRET } from '../support/stories/review-hazards.ts';
import { checkpoint } from '../support/stories/stage-checkpoint.ts';

/** Large enough for every step, what was found and the way out, so that a hazard is one look; a row of the matrix is wide. */
const SIZES = {
  staging: { columns: 110, rows: 46 },
  'acme/eu': { columns: 170, rows: 46 },
  prod: { columns: 170, rows: 46 },
} as const;

/** Spoils the world, looks again, and reads what the guide says of it. */
async function tell(
  walker: GuideWalker,
  stage: GuideStage,
  { guide, value }: HazardVisit,
  story: HazardStory,
): Promise<void> {
  const { terminal } = walker;
  const title = findGuide(guide)?.steps.find(({ id }) => id === story.step)?.title ?? story.step;
  const row = new RegExp(`[+!?x~-] ${story.word} +(?:next )? *${escaped(title)}`);
  const restore = checkpoint(stage);
  const repair: unknown = story.spoil(stage);
  const isTold = (screen: string): boolean => row.test(screen) && story.words.test(flat(screen));
  try {
    if (story.value) await walker.value(...story.value, (screen) => row.test(screen));
    else await walker.look((screen) => row.test(screen));
    if (!flat(terminal.screen()).includes(`─ ${title} `)) await walker.choose(story.word, title);
    await terminal.waitFor(isTold);
    const { next } = story;
    if (next) await terminal.waitFor((screen) => next.test(wayOut(screen)));
    if (terminal.screen().includes(REVIEW_SECRET)) throw new Error('a secret is on screen');
    if (story.isOpen) return;
    terminal.press('n');
    await terminal.waitFor(/There is nothing that can be applied now/);
  } finally {
    restore();
    if (typeof repair === 'function') repair();
    if (story.value) {
      const seen = new RegExp(`[+!?x~-] (?!not reached|checking)[a-z ]+${escaped(title)}`);
      const [label, at] = story.value;
      await walker.value(label, at, value?.[2] ?? '', (screen) => seen.test(screen) && !isTold(screen));
    }
  }
}

/** What stands behind `Next:` and `$`. */
const wayOut = (screen: string): string =>
  flat(screen)
    .split(/ (?:> Next:|\$) /)
    .slice(1)
    .join(' ');

async function visit(walker: GuideWalker, stage: GuideStage, each: HazardVisit, failures: string[]): Promise<void> {
  const restore = checkpoint(stage);
  each.prepare?.(stage);
  await walker.open(each.rack, each.guide);
  const { value } = each;
  if (value) await walker.value(...value, (screen) => screen.includes(value[2]));
  if (each.copies) {
    await walker.preview('a', /Copy the (?:folder|state) of/);
    await walker.confirm('');
    await walker.terminal.waitFor(/Verified\./);
    await walker.leave(each.guide);
  }
  for (const story of each.stories) {
    try {
      await tell(walker, stage, each, story);
    } catch (error) {
      failures.push(`${each.guide} ${each.way ?? ''} ${nameOf(story)}: ${(error as Error).message}`);
    }
  }
  restore();
  if (value) await walker.value(value[0], value[1], '', (screen) => !screen.includes(value[2]));
}

// One program for each rack: the world changes under it, and it looks again.
describe('every hazard, on the real program', () => {
  for (const rack of ['staging', 'acme/eu', 'prod'] as const) {
    it.concurrent(rack, async ({ expect, onTestFinished }) => {
      const stage = await GuideStage.open();
      onTestFinished(() => stage.close());
      const walker = new GuideWalker(stage.program(SIZES[rack]));
      const failures: string[] = [];
      for (const each of HAZARD_VISITS) if (each.rack === rack) await visit(walker, stage, each, failures);
      expect(failures).toEqual([]);
    }, 180_000);
  }
});
