import { describe, type ExpectStatic, it } from 'vitest';
import { findGuide } from '../../src/guides/index.ts';
import { eventually } from '../support/eventually.ts';
import { type Hold, KILL_WORLDS, type KillStory, type KillWorld } from '../support/stories/guide-kills.ts';
import { GuideStage } from '../support/stories/guide-stage.ts';
import { flat, GuideWalker } from '../support/stories/guide-walker.ts';

const titleOf = ({ guide, step }: KillStory): string =>
  findGuide(guide)?.steps.find(({ id }) => id === step)?.title ?? step;

const nameOf = ({ guide, step, way }: KillStory): string => `${guide} ${step}${way === undefined ? '' : ` (${way})`}`;

/** One program on a machine where others have died before it. */
class Life {
  readonly walker: GuideWalker;
  readonly #stage: GuideStage;
  readonly #holds: Hold[] = [];
  #isDead = false;

  constructor(stage: GuideStage) {
    this.#stage = stage;
    this.walker = new GuideWalker(stage.program());
  }

  /** Confirms a change; resolves when its write is held, or else once it is being proven or is proven. */
  async begin(story: KillStory, what: 'apply' | 'undo', hold?: KillStory['hold']['before']): Promise<void> {
    const { walker } = this;
    const headline = story[what];
    if (!headline) throw new Error(`${nameOf(story)} cannot be taken back`);
    await walker.preview(what === 'apply' ? 'a' : 'u', headline);
    const held = hold?.(this.#stage, () => this.kill());
    if (held) this.#holds.push(held);
    try {
      await walker.confirm('ticket 9');
      if (held) await eventually(() => expectHeld(held));
      else if (story.isProvenAtOnce) await walker.terminal.waitFor(/\+ Verified\./);
      else await walker.terminal.waitFor(/Verifying/);
      await walker.leave(story.guide);
    } catch (error) {
      if (!this.#isDead) throw error;
    }
  }

  kill(): void {
    this.#isDead = true;
    this.walker.terminal.signal('SIGKILL');
  }

  /** Ends it where it is; what hangs at the other side goes its way. */
  async die(): Promise<void> {
    if (!this.#isDead) this.kill();
    await this.walker.terminal.waitForExit();
    for (const hold of this.#holds) if (!hold.isHeld()) throw new Error('it died before its write was held');
  }

  release(): void {
    // One may be laid over another.
    for (const hold of this.#holds.toReversed()) hold.release();
  }
}

function expectHeld(held: Hold): void {
  if (!held.isHeld()) throw new Error('the write was not held');
}

/** Opens the guide and reads what it says of the step that was cut off. */
async function takenUp({ walker }: Life, story: KillStory): Promise<void> {
  await walker.open(story.rack, story.guide);
  const words = `Doing "${titleOf(story)}" was cut off`;
  await walker.terminal.waitFor((screen) => flat(screen).includes(words) && /Taken up again/.test(screen));
}

async function tell({ stories, isBrief }: KillWorld, stage: GuideStage, expect: ExpectStatic): Promise<void> {
  for (const story of stories) story.prepare(stage);
  const [world, copies] = [stage.world(), stage.copies()];

  // Killed while every write is on its way, and none has arrived.
  const first = new Life(stage);
  const interrupted = stories.filter(({ hold }) => hold.before);
  for (const story of interrupted) {
    await first.walker.open(story.rack, story.guide);
    const { value } = story;
    if (value) await first.walker.value(value[0], value[1], value[2], (screen) => value[3].test(flat(screen)));
    await first.walker.sees('to do', titleOf(story));
    await first.begin(story, 'apply', story.hold.before);
  }
  await first.die();
  expect(stage.world()).toEqual(world);
  first.release();

  // What was cut off is said; it has not happened, so it is done: now killed when it has, and was not told.
  const second = new Life(stage);
  for (const story of stories) {
    if (story.hold.before) await takenUp(second, story);
    else await second.walker.open(story.rack, story.guide);
    await second.walker.sees(story.hold.before ? 'unclear' : 'to do', titleOf(story));
    await second.begin(story, 'apply', story.hold.after);
  }
  await second.die();
  expect(stage.world()).not.toEqual(world);
  const wanted = stories.map((story) => [nameOf(story), story.wanted]);
  expect(stories.map((story) => [nameOf(story), story.writes(stage)])).toEqual(wanted);
  if (isBrief) return;

  // It is there, once; looking has sent nothing, and it is taken back, or gone on with.
  const third = new Life(stage);
  for (const story of stories) {
    if (story.hold.after || !story.isProvenAtOnce) await takenUp(third, story);
    else await third.walker.open(story.rack, story.guide);
    expect(story.writes(stage), nameOf(story)).toBe(story.wanted);
    if (story.undo) {
      await third.walker.choose(await stateOf(third, story), titleOf(story));
      await third.begin(story, 'undo');
    } else {
      second.release();
      await third.walker.look((screen) => /(\d+) of \1 done/.test(screen));
    }
  }
  second.release();
  await eventually(() => expect(stage.copies().filter((name) => name !== 'aws-auth.json')).toEqual(copies));
  if (stories.every(({ undo }) => undo)) await eventually(() => expect(stage.world()).toEqual(world));
}

/** Where the step stands now: done before the program died, or half of it. */
async function stateOf({ walker }: Life, story: KillStory): Promise<'ok' | 'applied' | 'to do' | 'unclear'> {
  const row = new RegExp(`[+!?x~-] (ok|applied|to do|unclear) +(?:next )? *${titleOf(story)}`);
  const screen = await walker.terminal.waitFor(row);
  return row.exec(screen)?.[1] as 'ok';
}

// Each has a world of its own, and three programs that live one after the other on it.
describe('killed in the middle of every step that changes something, at 80x24', () => {
  for (const world of KILL_WORLDS) {
    it.concurrent(world.stories.map(nameOf).join(', '), async ({ expect, onTestFinished }) => {
      const stage = await GuideStage.open();
      onTestFinished(() => stage.close());
      await tell(world, stage, expect);
    }, 120_000);
  }
});
