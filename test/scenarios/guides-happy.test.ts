import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type ExpectStatic, it } from 'vitest';
import { ACCOUNT, CONSOLE_ROLE, CONSOLE_ROLE_WITH_PATH } from '../support/guide-samples.ts';
import { GuideStage } from '../support/stories/guide-stage.ts';
import { flat, GuideWalker } from '../support/stories/guide-walker.ts';
import { HAPPY, type HappyStory } from '../support/stories/guides.ts';
import { euToBeta, euToLocal, stageToConsole } from '../support/stories/rack-mv.ts';

/** Three looks at the nodes, ten seconds apart, prove a change of aws-auth. */
const NODES_STAY = 60_000;
const COPY = 'A copy of folder or state';
const MOVE = 'The move itself';
const PROOF = 'The same rack on the new side';

interface Told {
  readonly stage: GuideStage;
  readonly walker: GuideWalker;
}

async function start(atEnd: (close: () => Promise<void>) => void): Promise<Told> {
  const stage = await GuideStage.open();
  atEnd(() => stage.close());
  return { stage, walker: new GuideWalker(stage.program()) };
}

/** It was told whole: every visit, and the changes as the journal on the disk has them. */
function expectWhole(expect: ExpectStatic, { stage, walker }: Told, story: HappyStory): void {
  expect(walker.visits).toEqual(story.visits);
  const journal = stage.journal();
  expect(journal.map(({ guide, step }) => `${guide}/${step}`)).toEqual(story.journal);
  for (const { step, result, verification } of journal)
    expect([step, result, verification]).toEqual([step, 'ok', 'verified']);
}

// Each has a world and a program of its own; what is proven slowly is waited for side by side.
describe('guides from the first look to done and back, at 80x24', () => {
  it.concurrent('a rack of this machine: ConsoleRole into aws-auth, both reviews, to the console, and all of it taken back', async ({
    expect,
    onTestFinished,
  }) => {
    const { stage, walker } = await start(onTestFinished);
    const { terminal } = walker;
    const auth = stage.awsAuth('staging');
    const files = stage.folder('staging');
    await walker.open('staging', 'rack-move');
    await walker.sees('by hand', 'The console can enter the cluster');
    await terminal.waitFor(/Next: Do the guide console-role first/);

    await walker.open('staging', 'console-role');
    await walker.preview('a', /Let convox-4f6b8a2c-ConsoleRole-\w+ into the cluster through aws-auth/);
    await walker.confirm('ticket 1');
    await walker.leave('console-role');

    await walker.open('staging', 'aws-integration');
    await walker.sees('by hand', 'No older role is left');
    stage.aws.roles.delete('ConvoxRole-4f6b8a2c');
    await walker.look((screen) => /6 of 6 done/.test(screen));
    await walker.open('staging', 'iam-review');
    await walker.sees('by hand', 'No administrator access');
    const logs = { Effect: 'Allow', Action: ['logs:*'], Resource: `arn:aws:logs:*:${ACCOUNT}:log-group:staging-*` };
    stage.aws.roles.get('staging-api')?.inline.set('api', { Version: '2012-10-17', Statement: [logs] });
    await walker.look((screen) => /7 of 7 done/.test(screen));

    await walker.open('staging', 'console-role');
    await walker.sees('applied', 'ConsoleRole in aws-auth', NODES_STAY);
    await terminal.waitFor(/7 of 7 done/);
    expect(stage.awsAuth('staging').mapRoles).toContain(`rolearn: ${CONSOLE_ROLE}\n`);
    expect(stage.awsAuth('staging').mapRoles?.startsWith(auth.mapRoles?.trimEnd() ?? '-')).toBe(true);

    await walker.open('staging', 'rack-move');
    await walker.preview('a', /Copy the folder of staging/);
    await walker.confirm('');
    await terminal.waitFor(/Verified\./);
    await walker.leave('rack-move');
    await walker.sees('applied', COPY);
    const kept = join(stage.home.path, '.local/state/rackdeck/guides/kept');
    const copy = readdirSync(kept).find((name) => name.endsWith('-staging')) ?? '';
    expect(
      Object.fromEntries(
        readdirSync(join(kept, copy)).map((name) => [name, readFileSync(join(kept, copy, name), 'utf8')]),
      ),
    ).toEqual(files);
    expect(
      [join(kept, copy), join(kept, copy, 'terraform.tfstate')].map((path) => statSync(path).mode & 0o777),
    ).toEqual([0o700, 0o600]);
    await walker.choose('by hand', MOVE);
    await terminal.waitFor(/\$ convox rack mv staging acme\/staging/);

    stageToConsole(stage);
    stage.setFolder('staging', undefined);
    await walker.look((screen) => /ok +The move itself/.test(screen));
    for (const title of [PROOF, 'Teammates see it']) await walker.sees('ok', title);
    await walker.sees('by hand', 'Runtime integration');
    await walker.choose('by hand', 'What names the old rack here');
    await terminal.waitFor(/\$ convox switch acme\/staging/);
    stage.home.write('.config/convox/current', JSON.stringify({ name: 'acme/staging', type: 'console' }));
    await walker.look((screen) => /18 of 19 done/.test(screen));

    // Taken back: the other way round, then the copy, then the way in.
    stage.console.racks.delete('acme/staging');
    stage.setFolder('staging', files);
    stage.home.write('.config/convox/current', JSON.stringify({ name: 'staging', type: 'terraform' }));
    await walker.look((screen) => /by hand +The move itself/.test(screen));
    await walker.choose('applied', COPY);
    await walker.preview('u', /Remove the copy of the rack/);
    await walker.confirm('not today');
    await terminal.waitFor(/There is no copy/);
    await walker.leave('rack-move');
    await walker.sees('to do', COPY);
    expect(stage.copies()).toEqual(['aws-auth.json']);
    await walker.open('staging', 'console-role');
    await walker.choose('applied', 'ConsoleRole in aws-auth');
    await walker.preview('u', /Take the change of aws-auth back/);
    await walker.confirm('not today');
    await terminal.waitFor(/\+ Verified\./, NODES_STAY);
    expect(stage.awsAuth('staging')).toEqual(auth);
    expectWhole(expect, { stage, walker }, HAPPY.local);
  }, 150_000);

  it.concurrent('a viewer who is a user, through aws-auth; meanwhile ConsoleRole and a role by access entries, through a gateway', async ({
    expect,
    onTestFinished,
  }) => {
    const { stage, walker } = await start(onTestFinished);
    const { terminal } = walker;
    const auth = stage.awsAuth('acme/eu');
    const { entries } = stage.cluster('us-east-1/prod');
    entries.delete(CONSOLE_ROLE_WITH_PATH);
    const viewers = stage.aws.addRole('Viewers', {}, { path: '/people/' });
    const world = stage.world();

    await walker.open('acme/eu', 'eks-viewing');
    await walker.preview('a', /Let ann view the cluster through aws-auth/);
    await walker.confirm('ticket 2');
    await walker.leave('eks-viewing');

    await walker.open('prod', 'eks-viewing');
    await walker.value('who shall view', 4, `arn:aws:iam::${ACCOUNT}:role/Viewers`, (screen) =>
      /Viewers is not let in/.test(screen),
    );
    await walker.preview('a', /Let Viewers view the cluster with an access entry/);
    await walker.confirm('ticket 3');
    await walker.leave('eks-viewing');

    await walker.open('prod', 'console-role');
    await walker.preview('a', /Let convox-4f6b8a2c-ConsoleRole-\w+ into the cluster with an access entry/);
    await walker.confirm('');
    await terminal.waitFor(/\+ Verified\. .*admin policy/);
    await walker.leave('console-role');
    await walker.sees('applied', 'Access entry of ConsoleRole');
    await terminal.waitFor(/7 of 7 done/);
    const granted = [...(entries.get(CONSOLE_ROLE_WITH_PATH)?.policies.keys() ?? [])];
    expect(granted).toEqual(['arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy']);
    await walker.preview('u', /Delete the access entry of/);
    await walker.confirm('');
    await terminal.waitFor(/\+ Verified\. .*The entry is gone/);
    await walker.leave('console-role');
    await walker.sees('to do', 'Access entry of ConsoleRole');

    await walker.open('acme/eu', 'eks-viewing');
    await walker.sees('applied', 'The viewer in the cluster', NODES_STAY);
    expect(stage.awsAuth('acme/eu').mapUsers).toContain(`userarn: arn:aws:iam::${ACCOUNT}:user/ann\n`);
    expect(stage.awsAuth('acme/eu').mapRoles).toBe(auth.mapRoles);
    await walker.preview('u', /Take the change of aws-auth back/);
    await walker.confirm('');
    await walker.leave('eks-viewing');
    await walker.open('prod', 'eks-viewing');
    await walker.sees('applied', 'The viewer in the cluster', NODES_STAY);
    expect(entries.get(viewers.arn)).toMatchObject({
      type: 'STANDARD',
      groups: ['eks-console-dashboard-full-access-group'],
    });
    await walker.preview('u', /Delete the access entry of .*Viewers/);
    await walker.confirm('');
    await terminal.waitFor(/\+ Verified\./, NODES_STAY);
    await walker.open('acme/eu', 'eks-viewing');
    await walker.sees('to do', 'The viewer in the cluster', NODES_STAY);
    expect(stage.world()).toEqual(world);
    expect(stage.writes().filter((write) => write.startsWith('PUT'))).toHaveLength(2);
    expectWhole(expect, { stage, walker }, HAPPY.viewers);
  }, 150_000);

  it.concurrent('a rack of the console: to this machine and back, to another organisation and back, then access entries for good', async ({
    expect,
    onTestFinished,
  }) => {
    const { stage, walker } = await start(onTestFinished);
    const { terminal } = walker;
    const world = stage.world();
    const entry = stage.entry();
    await walker.open('acme/eu', 'rack-move');
    await walker.preview('a', /Copy the state of acme\/eu/);
    await walker.confirm('');
    await terminal.waitFor(/Verified\./);
    await walker.leave('rack-move');
    expect(stage.copies().toSorted()).toEqual(['eu-vars.json', 'eu.tfstate']);
    await walker.choose('by hand', MOVE);
    await terminal.waitFor(/\$ convox rack mv acme\/eu eu/);
    euToLocal(stage);
    stage.console.racks.delete('acme/eu');
    await walker.look((screen) => /ok +The move itself/.test(screen));
    // The console leads there no more: it answers at the address in the new folder.
    for (const title of [PROOF, 'Teammates see it']) await walker.sees('ok', title);
    await walker.sees('not needed', 'Runtime integration');
    stage.setFolder('eu', undefined);
    stage.console.racks.set('acme/eu', entry);
    await walker.look((screen) => /by hand +The move itself/.test(screen));

    await walker.value('move to', 0, 'beta/eu', (screen) => screen.includes('$ convox rack mv acme/eu beta/eu'));
    await walker.choose('by hand', MOVE);
    await terminal.waitFor(/\$ convox rack mv acme\/eu beta\/eu/);
    euToBeta(stage);
    stage.console.racks.delete('acme/eu');
    await walker.look((screen) => /ok +The move itself/.test(screen));
    await walker.sees('ok', PROOF);
    await walker.sees('ok', 'Teammates see it');
    stage.console.racks.delete('beta/eu');
    stage.console.racks.set('acme/eu', entry);
    await walker.look((screen) => /by hand +The move itself/.test(screen));
    await walker.choose('applied', COPY);
    await walker.preview('u', /Remove the copy of the rack/);
    await walker.confirm('not today');
    await terminal.waitFor(/There is no copy/);
    await walker.leave('rack-move');
    expect(stage.copies()).toEqual([]);
    expect(stage.world()).toEqual(world);

    await walker.open('acme/eu', 'access-entries');
    const preview = await walker.preview('a', /Set eks_access_entries=true on acme\/eu/);
    expect(flat(preview)).toMatch(/There is no way back from this step/);
    await walker.confirm('ticket 4');
    await terminal.waitFor(/\+ Verified\./, 40_000);
    await walker.leave('access-entries');
    await terminal.waitFor(/13 of 13 done/);
    await walker.sees('applied', 'Set eks_access_entries=true');
    terminal.press('u');
    await terminal.waitFor(/cannot be taken back/);
    const { mode, entries } = stage.cluster('eu-west-1/eu');
    expect(mode).toBe('API_AND_CONFIG_MAP');
    expect([...entries.values()].map(({ type }) => type).toSorted()).toEqual(['EC2_LINUX', 'STANDARD']);
    expect(stage.entry().parameters).toEqual({ ...entry.parameters, eks_access_entries: 'true' });
    expect(stage.writes().filter((write) => write.startsWith('PUT'))).toHaveLength(1);
    expectWhole(expect, { stage, walker }, HAPPY.console);
  }, 90_000);
});
