import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../src/domain/failure.ts';
import type { StepResult } from '../../../../src/domain/guide-step.ts';
import { refused } from '../../../../src/domain/verdict.ts';
import { pending, unknown } from '../../../../src/guides/step-results.ts';
import { NIGHT } from '../sample-world.ts';
import { BUSY, fakeGuides, REFUSED_WRITE } from './fake-guides.ts';
import { type GuideWorld, guideWorld, QUIET } from './guide-world.ts';

const flowing = (world: GuideWorld): string => world.text().replace(/\s+/g, ' ');

async function checklist(options: Parameters<typeof guideWorld>[0] = {}): Promise<GuideWorld> {
  const world = await guideWorld(options);
  world.press('enter');
  await world.rest();
  return world;
}

/** The panel of the mapping with its question, long enough on screen for an answer to count. */
async function asked(options: Parameters<typeof guideWorld>[0] = {}): Promise<GuideWorld> {
  const world = await checklist(options);
  world.press('a');
  await world.until(/waits for you/);
  world.clock += QUIET;
  return world;
}

async function confirmed(options: Parameters<typeof guideWorld>[0] = {}): Promise<GuideWorld> {
  const world = await asked(options);
  world.press(...'prod', 'enter', ...'ticket', 'enter');
  await world.until(/Verified|verified|failed|refused|not proven/);
  return world;
}

describe('the list', () => {
  it('says of each guide how far it is on this rack, and what it is for', async () => {
    const guides = fakeGuides(() => NIGHT);
    guides.standingOf = (guide) =>
      guide === 'console-role'
        ? { kind: 'begun', green: 3, total: 5, at: NIGHT - 3_600_000, cutOff: undefined }
        : { kind: 'damaged', words: 'The notes in ~/x cannot be understood.' };
    const world = await guideWorld({ guides, columns: 140 });
    expect(world.text()).toMatch(/> ConsoleRole access +~ 3 of 5 done +seen 60m ago\. let the console/);
    expect(world.text()).toMatch(/Access entries .* ! notes damaged +The notes in ~\/x cannot be understood/);
  });

  it('covers all racks where none is chosen', async () => {
    const world = await guideWorld({ start: { view: 'guides' }, columns: 140 });
    expect(world.text()).toMatch(/ConsoleRole access +acme\/prod +- not started/);
    expect(world.text()).toMatch(/ConsoleRole access +acme\/staging +- not started/);
    world.press('j', 'j', 'enter');
    await world.rest();
    expect(world.screen()[0]).toContain('acme/staging');
  });

  it('greys what is not for a rack, with the reason, and does not open it', async () => {
    const guides = fakeGuides(() => NIGHT);
    guides.appliesTo = () => refused('target', 'only for racks on AWS; this one is on gcp');
    const world = await checklist({ guides, columns: 140 });
    expect(world.text()).toMatch(/ConsoleRole access +x not here +only for racks on AWS/);
    expect(guides.opened).toEqual([]);
    expect(world.dashboard.state.toast?.text).toContain('only for racks on AWS');
  });

  it('opens what a rack is too old for: its checks say what to do', async () => {
    const guides = fakeGuides(() => NIGHT);
    guides.appliesTo = () => refused('version', 'needs rack 3.24.7; this one is 3.21.4');
    const world = await checklist({ guides });
    expect(guides.opened).toHaveLength(1);
    expect(flowing(world)).toContain('needs rack 3.24.7');
  });

  it('says that a step was cut off', async () => {
    const guides = fakeGuides(() => NIGHT);
    guides.standingOf = () => ({ kind: 'begun', green: 2, total: 5, at: NIGHT, cutOff: 'ConsoleRole in aws-auth' });
    const world = await guideWorld({ guides, columns: 140 });
    expect(world.text()).toMatch(/! cut off +"ConsoleRole in aws-auth" was cut off/);
  });
});

describe('the palette', () => {
  it('has the list and each guide, on the rack at hand', async () => {
    const world = await guideWorld({ columns: 120 });
    world.press(':', ...'console-role');
    expect(world.text()).toMatch(/> console-role +\(acme\/prod\) let the console into the cluster/);
    world.press('enter');
    await world.rest();
    expect(world.screen()[0]).toMatch(/acme\/prod > guides > console-role/);
  });

  it('asks for a rack where there is none, and greys with the reason', async () => {
    const guides = fakeGuides(() => NIGHT);
    const world = await guideWorld({ guides, start: { view: 'board' }, columns: 120 });
    guides.appliesTo = () => refused('target', 'only for racks on AWS; this one is on gcp');
    world.press(':', ...'guides', 'enter');
    expect(world.screen()[0]).toContain('guides');
    world.press('j', ':', ...'console-role');
    expect(world.text()).toMatch(/console-role +x only for racks on AWS/);
    world.press('enter');
    expect(guides.opened).toEqual([]);
  });
});

describe('a checklist', () => {
  it('looks at every step, highlights the next one and shows why, danger and evidence of it', async () => {
    const world = await checklist({ columns: 120, rows: 40 });
    const text = world.text();
    expect(text).toMatch(/\+ ok +Who AWS takes you for +AWS takes you for ops/);
    expect(text).toMatch(/> ! to do +next +ConsoleRole in aws-auth +ConsoleRole has no entry/);
    expect(text).toMatch(/! by hand +Older role/);
    expect(text).toMatch(/a Add ConsoleRole to aws-auth \(shows first what it would do\)/);
    expect(text).toMatch(/Why: Without it the console cannot update/);
    expect(text).toMatch(/! Danger: The role becomes administrator/);
    expect(text).toMatch(/to add +- rolearn: ConsoleRole +username: convox-console/);
    expect(text).toMatch(/3\/5 +2 of 5 done/);
  });

  it('offers nothing behind a step that is not green, and says which', async () => {
    const guides = fakeGuides(() => NIGHT);
    guides.cluster.hazard = BUSY;
    const world = await checklist({ guides, columns: 120, rows: 40 });
    // The hazard is what is in the way: it is at hand, with its way out.
    expect(world.text()).toMatch(/> x blocked +Nothing is in the way/);
    expect(world.text()).toMatch(/> Next: Wait until it is running, then look again\./);
    world.press('j');
    expect(world.text()).toMatch(/x Add ConsoleRole to aws-auth: first "Nothing is in the way"/);
    expect(world.screen().at(-1)).toContain('a apply (first "Nothing is in the way")');
    world.press('a');
    expect(world.dashboard.state.toast?.text).toContain('first "Nothing is in the way"');
    expect(world.text()).not.toContain('waits for you');
    guides.cluster.hazard = undefined;
    world.press('r');
    await world.rest();
    expect(world.text()).toMatch(/> ! to do +next +ConsoleRole in aws-auth/);
  });

  it('greys apply with what read-only or a guardrail says', async () => {
    const guides = fakeGuides(() => NIGHT);
    guides.verdictOf = ({ tier, actionId, permissions }) =>
      refused('read-only', `read-only (${actionId}, ${tier}, ${permissions.join()})`);
    const world = await checklist({ guides, columns: 160, rows: 40 });
    const reason = 'read-only (guide.console-role, 3, convox:rack:update)';
    expect(world.text()).toContain(`x Add ConsoleRole to aws-auth: ${reason}`);
    expect(world.screen().at(-1)).toContain(`a apply (${reason})`);
    world.press('a');
    expect(world.dashboard.state.toast?.text).toContain(reason);
    expect(guides.journal).toEqual([]);
  });

  it('says what could not be read, and goes on', async () => {
    const guides = fakeGuides(() => NIGHT);
    guides.cluster.login = unknown('The credentials have expired.', [], { next: 'Run aws sso login.' });
    const world = await checklist({ guides, columns: 120 });
    expect(world.text()).toMatch(/> \? unknown +Who AWS takes you for/);
    expect(world.text()).toContain('Next: Run aws sso login.');
  });

  it('looks again when one comes back after a while, not at every step back', async () => {
    const world = await checklist();
    const before = world.guides.cluster.looks;
    world.press('escape', 'enter');
    await world.rest();
    expect(world.guides.cluster.looks).toBe(before);
    world.press('escape');
    world.clock += 60_000;
    world.press('enter');
    await world.rest();
    expect(world.guides.cluster.looks).toBe(before + 1);
    expect(world.guides.opened).toHaveLength(1);
  });

  it.each<[string, StepResult, boolean]>([
    ['something on its way', pending('The update goes on.'), true],
    ['something that waits for a key', BUSY, false],
  ])('%s is looked at again by itself, or not', async (_name, hazard, again) => {
    const guides = fakeGuides(() => NIGHT);
    guides.cluster.hazard = hazard;
    const world = await checklist({ guides });
    const before = guides.cluster.looks;
    world.clock += 14_000;
    world.dashboard.tick();
    await world.rest();
    expect(guides.cluster.looks).toBe(before);
    world.clock += 2_000;
    world.dashboard.tick();
    await world.rest();
    expect(guides.cluster.looks).toBe(before + (again ? 1 : 0));
    // What is not on screen any more asks nobody.
    world.press('escape');
    world.clock += 60_000;
    world.dashboard.tick();
    await world.rest();
    expect(guides.cluster.looks).toBe(before + (again ? 1 : 0));
  });

  it('a step that is done elsewhere is watched until it is green', async () => {
    const guides = fakeGuides(() => NIGHT);
    guides.cluster.watchMs = 10_000;
    guides.cluster.hazard = BUSY;
    const world = await checklist({ guides, columns: 120, rows: 40 });
    guides.cluster.hazard = undefined;
    world.clock += 10_000;
    world.dashboard.tick();
    await world.rest();
    expect(world.text()).toMatch(/\+ ok +Nothing is in the way/);
    const before = guides.cluster.looks;
    world.clock += 60_000;
    world.dashboard.tick();
    await world.rest();
    expect(guides.cluster.looks).toBe(before);
  });

  it('says why it could not be opened, and opens it when asked again', async () => {
    const guides = fakeGuides(() => NIGHT);
    guides.fails = new Failure({
      kind: 'server',
      what: 'The notes could not be read',
      next: 'Look at their rights.',
    });
    const world = await checklist({ guides });
    expect(flowing(world)).toContain('The notes could not be read');
    expect(flowing(world)).toContain('Look at their rights.');
    guides.fails = undefined;
    world.press('r');
    await world.rest();
    expect(world.text()).toMatch(/next +ConsoleRole in aws-auth/);
  });

  it('draws nothing that a server smuggled in', async () => {
    const guides = fakeGuides(() => NIGHT);
    guides.cluster.login = {
      state: 'ok',
      words: 'evil \u001b]0;title\u0007words \u202e',
      evidence: [{ label: 'la\u001b[31mbel', text: 'te\u001b[2Jxt\rover' }],
      next: 'n\u001b[H',
      command: 'c\u001bc',
    };
    const world = await checklist({ guides, columns: 120, rows: 40 });
    world.press('g');
    expect(world.text()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
    world.press('enter');
    expect(world.text()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
    world.press('escape', 's', 'C');
    await world.rest();
    for (const text of [...world.copied, ...(world.saved[0]?.lines ?? [])]) {
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
    }
  });
});

describe('a step in full', () => {
  it('has everything, can be copied whole, and applies from there', async () => {
    const world = await checklist();
    world.press('enter');
    await world.rest();
    expect(world.screen()[0]).toMatch(/guides > console-role > mapping/);
    expect(flowing(world)).toContain('to add - rolearn: ConsoleRole');
    world.press('C');
    expect(world.copied.at(-1)).toContain('username: convox-console');
    world.press('a');
    await world.until(/waits for you/);
    expect(flowing(world)).toContain('Let ConsoleRole in');
  });
});

describe('a change', () => {
  it('is previewed, typed, made, proven and noted; then the checklist is green and offers the way back', async () => {
    const world = await asked();
    expect(flowing(world)).toContain('Every other entry stays as it is.');
    expect(flowing(world)).toContain('The role becomes administrator.');
    expect(flowing(world)).toContain('On the command line: kubectl replace configmap aws-auth');
    expect(flowing(world)).toContain('Type prod to confirm:');
    expect(world.guides.cluster.writes).toEqual([]);
    world.press(...'prod', 'enter', ...'ticket', 'enter');
    await world.until(/\+ Verified\./);
    expect(world.guides.cluster.writes).toEqual(['map']);
    expect(world.guides.journal).toEqual(['mapping because ticket']);
    world.press('escape');
    await world.rest();
    expect(world.text()).toMatch(/\+ applied +ConsoleRole in aws-auth/);
    world.press('u');
    await world.until(/Take ConsoleRole out/);
    world.clock += QUIET;
    world.press('enter');
    await world.until(/\+ Verified\./);
    expect(world.guides.cluster.writes).toEqual(['map', 'unmap']);
  });

  it('takes nothing that was typed before the question was there', async () => {
    const world = await checklist();
    world.press('a', ...'prod', 'enter', ...'x', 'enter');
    await world.until(/waits for you/);
    world.press(...'prod', 'enter', ...'x', 'enter');
    await world.rest();
    expect(world.text()).toMatch(/Typed before the question was there: dropped/);
    expect(world.guides.cluster.writes).toEqual([]);
  });

  it('is not made without its reason, nor with another name', async () => {
    const world = await asked();
    world.press(...'pro', 'enter', ...'ticket', 'enter');
    await world.until(/! Type prod to confirm/);
    world.press('tab', 'd', 'tab');
    expect(world.guides.cluster.writes).toEqual([]);
  });

  it('without a way back says so and demands typed text, whatever its tier', async () => {
    const guides = fakeGuides(() => NIGHT);
    guides.cluster.mapped = true;
    const world = await checklist({ guides, rows: 40 });
    expect(world.text()).toMatch(/> ! to do +next +Switch the mode/);
    expect(world.text()).toContain('There is no way back from this step.');
    world.press('a');
    await world.until(/waits for you/);
    expect(flowing(world)).toContain('Type prod to confirm:');
    expect(flowing(world)).toContain('There is no way back from this step.');
    expect(flowing(world)).toContain('Reason, for the journal:');
  });

  it('that is left before it was confirmed changes nothing; a double key neither', async () => {
    const world = await asked();
    world.press('escape');
    await world.rest();
    expect(world.text()).toMatch(/next +ConsoleRole in aws-auth/);
    expect(world.guides.cluster.writes).toEqual([]);
    expect(world.guides.journal).toEqual([]);
  });

  it('that was refused says why, and is planned anew with r', async () => {
    const guides = fakeGuides(() => NIGHT);
    guides.cluster.refuses = REFUSED_WRITE;
    const world = await confirmed({ guides });
    await world.until(/Somebody else has changed aws-auth/);
    guides.cluster.refuses = undefined;
    world.press('r');
    await world.until(/waits for you/);
    world.clock += QUIET;
    world.press(...'prod', 'enter', ...'again', 'enter');
    await world.until(/\+ Verified\./);
    expect(guides.journal).toEqual(['mapping because ticket', 'mapping because again']);
  });
});

describe('coming back in another program', () => {
  it('resumes: the notes are there, every check runs again', async () => {
    const guides = fakeGuides(() => NIGHT);
    const world = await confirmed({ guides });
    await world.rest();
    world.dashboard.dispose();
    const { cluster, progress } = guides;
    const again = await checklist({ guides: fakeGuides(() => NIGHT, { cluster, progress }), rows: 40 });
    expect(flowing(again)).toContain('Taken up again; begun on 2026-03-01 03:00 UTC.');
    expect(again.text()).toMatch(/\+ applied +ConsoleRole in aws-auth/);
  });

  it('says what was cut off, and can take it back', async () => {
    const guides = fakeGuides(() => NIGHT);
    const { cluster, progress } = guides;
    cluster.mapped = true;
    await progress.save({
      guide: 'console-role',
      target: 'direct:acme/prod',
      startedAt: NIGHT,
      updatedAt: NIGHT,
      input: { region: 'eu-west-1' },
      steps: {},
      underWay: { step: 'mapping', what: 'apply', at: NIGHT, kept: { before: 'x' } },
    });
    const world = await checklist({ guides, rows: 40 });
    expect(flowing(world)).toContain('Doing "ConsoleRole in aws-auth" was cut off');
    world.press('g', 'j', 'j', 'u');
    await world.until(/Take ConsoleRole out/);
  });
});

describe('the values of a guide', () => {
  it('are shown in a form, and other ones look at everything anew', async () => {
    const world = await checklist({ columns: 120 });
    world.press('o');
    expect(world.text()).toContain('ConsoleRole access: acme/prod');
    expect(world.text()).toContain('Of the cluster; left out: that of the rack.');
    world.press(...'eu-west-1', 'tab', ...'s3cret');
    expect(world.text()).not.toContain('s3cret');
    world.press('enter');
    await world.rest();
    expect(world.guides.opened.at(-1)?.input).toEqual({ region: 'eu-west-1', key: 's3cret' });
    world.press('s');
    await world.rest();
    expect(world.saved[0]?.name).toBe('console-role-acme-prod-20260301-0300.txt');
    expect(world.saved[0]?.lines.join('\n')).toContain('region: eu-west-1');
    expect(world.saved[0]?.lines.join('\n')).not.toContain('s3cret');
    expect(world.dashboard.state.toast?.text).toContain('Saved the evidence in /home/ops/console-role');
  });

  it('that are emptied stay empty', async () => {
    const world = await checklist({ columns: 120 });
    world.press('o', 'x', 'enter');
    await world.rest();
    world.press('o', 'backspace', 'enter');
    await world.rest();
    expect(world.guides.opened.at(-1)?.input).toMatchObject({ region: '' });
  });

  it('that are given while it is still looked at hold', async () => {
    const guides = fakeGuides(() => NIGHT);
    const { promise, resolve } = Promise.withResolvers<void>();
    const { save } = guides.progress;
    guides.progress.save = async (progress) => {
      await promise;
      await save.call(guides.progress, progress);
    };
    const world = await checklist({ guides, columns: 120 });
    world.press('o', ...'eu-west-1', 'enter');
    await world.rest();
    expect(guides.opened.at(-1)?.input).toMatchObject({ region: 'eu-west-1' });
    resolve();
    await world.rest();
    expect(guides.opened).toHaveLength(2);
  });
});

describe('leaving', () => {
  it('is asked while a step is not proven, and its end is said where it is not on screen', async () => {
    const guides = fakeGuides(() => NIGHT);
    const world = await asked({ guides });
    const verification = guides.holdVerification();
    world.press(...'prod', 'enter', ...'x', 'enter');
    await world.until(/Verifying/);
    expect(world.screen()[0]).toContain('1 action running');
    world.press('q');
    expect(flowing(world)).toContain('ConsoleRole in aws-auth on acme/prod is not proven yet.');
    world.press('n', 'escape');
    await world.rest();
    expect(world.dashboard.state.toast?.text).toContain('It goes on; enter on the step opens it again');
    expect(world.text()).toMatch(/> ~ verifying +ConsoleRole in aws-auth/);
    world.press('enter');
    await world.until(/Verifying/);
    world.press('escape', 'j', 'a');
    // One at a time: the open one is shown instead.
    await world.until(/"ConsoleRole in aws-auth" comes first: it is not over yet/);
    expect(world.text()).toMatch(/~ Verifying/);
    world.press('escape');
    verification.release();
    await world.until(/\+ ConsoleRole in aws-auth on acme\/prod: verified\./);
    expect(world.dashboard.guides?.unproven).toEqual([]);
  });
});

describe('for a screen reader', () => {
  it('is read from top to bottom: notes, steps, the step at hand', async () => {
    const look = { colorDepth: 0, unicode: false, screenReader: true } as const;
    const world = await checklist({ look });
    const lines = world.dashboard.body()?.linear?.() ?? [];
    expect(lines[0]).toContain('ConsoleRole access on acme/prod');
    expect(lines).toContainEqual(expect.stringMatching(/^\+ ok {2}Who AWS takes you for/));
    expect(lines).toContainEqual(expect.stringMatching(/! to do {2}next ConsoleRole in aws-auth/));
  });
});
