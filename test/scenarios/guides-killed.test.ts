import { afterEach, describe, expect, it } from 'vitest';
import { kubeOf } from '../../src/simulator/kubernetes/kube-world.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { awsEnvironment, startAwsEndpoint } from '../support/aws-endpoint.ts';
import { eventually } from '../support/eventually.ts';
import { directUrl, Home } from '../support/home.ts';
import { Terminal } from '../support/terminal.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** Types what a question asks for; what comes too soon is dropped, as it is for people, and is typed again. */
async function confirm(terminal: Terminal, text: string): Promise<void> {
  await terminal.waitFor(/Type \S+ to confirm:/);
  await eventually(
    () => {
      const typed = new RegExp(`to confirm: +${text}`);
      if (!typed.test(terminal.screen())) {
        terminal.press('ctrl+u');
        terminal.type(text);
      }
      expect(terminal.screen()).toMatch(typed);
    },
    { interval: 450 },
  );
  terminal.press('tab');
  terminal.type('ticket 7');
  await terminal.waitFor(/journal: +ticket 7/);
  terminal.press('enter');
}

async function openGuide(terminal: Terminal, rack: string, guide: string): Promise<void> {
  await terminal.waitFor(/live/);
  terminal.press(':', ...rack, 'enter');
  await terminal.waitFor(new RegExp(`${rack} > apps`));
  terminal.press(':', ...guide);
  await terminal.waitFor(new RegExp(`> ${guide} +\\(${rack}\\)`));
  terminal.press('enter');
  await terminal.waitFor(new RegExp(`guides > ${guide}`));
}

/** A rack and an account of their own: they live on when the program does not. */
async function start(home: Home, simulator: Simulator): Promise<() => Terminal> {
  const aws = await startAwsEndpoint(simulator.aws);
  cleanUps.push(
    () => simulator.close(),
    () => aws.close(),
    () => home.remove(),
  );
  return () => {
    const terminal = Terminal.open({ home: home.path, env: { ...awsEnvironment(aws), X_DEV_ALLOW_HTTP: 'true' } });
    cleanUps.push(() => terminal.close());
    return terminal;
  };
}

describe('killed in the middle of a step, at 80x24', () => {
  it('eks-viewing: the viewer is in once, and is taken out again', async () => {
    const simulator = await startSimulator({ seed: 1, lively: false });
    const program = await start(new Home().directRack('staging', directUrl(simulator)), simulator);
    const mapped = (): number => {
      const rack = simulator.racks.find(({ name }) => name === 'staging');
      const users = rack && kubeOf(rack).configMaps.get('kube-system/aws-auth')?.data.mapUsers;
      return users?.match(/user\/ann/g)?.length ?? 0;
    };
    const first = program();
    await openGuide(first, 'staging', 'eks-viewing');
    await first.waitFor(/> ! to do +next The viewer in the cluster/);
    first.press('a');
    await first.waitFor(/Let ann view the cluster through aws-auth/);
    await confirm(first, 'staging');
    await first.waitFor(/Verifying/);
    expect(mapped()).toBe(1);
    first.signal('SIGKILL');
    await first.waitForExit();

    const second = program();
    await openGuide(second, 'staging', 'eks-viewing');
    await second.waitFor(/Doing "The viewer in the cluster" was cut off/);
    await second.waitFor(/\+ ok +The viewer in the cluster/);
    expect(mapped()).toBe(1);
    second.press('g', 'j', 'j', 'j', 'j');
    await second.waitFor(/> \+ ok +The viewer in the cluster/);
    second.press('u');
    await second.waitFor(/Take the change of aws-auth back[\s\S]*enter do it/);
    await eventually(
      () => {
        if (/enter do it/.test(second.screen())) second.press('enter');
        expect(second.screen()).toMatch(/Verifying/);
      },
      { interval: 450 },
    );
    expect(mapped()).toBe(0);
  }, 60_000);

  it('access-entries: the parameter is set once, through the console, and what it has done is seen after the kill', async () => {
    const simulator = await startSimulator({ seed: 1, lively: false, version: '3.24.9' });
    const found = simulator.endpoints.find((endpoint) => endpoint.kind === 'console');
    if (found?.kind !== 'console') throw new Error('no console');
    const home = new Home();
    const host = new URL(found.host).host;
    home.write('.config/convox/auth', JSON.stringify({ [host]: found.token }));
    home.write('.config/convox/console', host);
    const program = await start(home, simulator);
    const sent = () =>
      simulator.requests.filter(({ method, path }) => method === 'PUT' && path === '/racks/acme/eu').length;
    const first = program();
    await openGuide(first, 'acme/eu', 'access-entries');
    await first.waitFor(/> ! to do +next Set eks_access_entries=true/);
    first.press('a');
    await first.waitFor(/EKS access config migration is one-way/);
    await confirm(first, 'eu');
    await first.waitFor(/Verifying|Sent/);
    await eventually(() => expect(sent()).toBe(1));
    first.signal('SIGKILL');
    await first.waitForExit();

    const second = program();
    await openGuide(second, 'acme/eu', 'access-entries');
    await second.waitFor(/Doing "Set eks_access_entries=true" was cut off/);
    await second.waitFor(/13 of 13 done/);
    second.press('G', 'k', 'k', 'k', 'k');
    await second.waitFor(/> \+ ok +Entries of the caller and of the nodes/);
    expect(sent()).toBe(1);
  }, 60_000);
});
