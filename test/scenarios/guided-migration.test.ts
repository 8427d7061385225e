import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { kubeOf } from '../../src/simulator/kubernetes/kube-world.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { awsEnvironment, startAwsEndpoint } from '../support/aws-endpoint.ts';
import { eventually } from '../support/eventually.ts';
import { directUrl, Home } from '../support/home.ts';
import { Terminal, type TerminalOptions } from '../support/terminal.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function open(options: TerminalOptions): Terminal {
  const terminal = Terminal.open(options);
  cleanUps.push(() => terminal.close());
  return terminal;
}

/** Types what a question asks for: what comes too soon is dropped, as it is for people, and is typed again. */
async function confirm(terminal: Terminal, text: string, reason: string): Promise<void> {
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
  terminal.type(reason);
  await terminal.waitFor(new RegExp(`Reason, for the journal: +${reason}`));
  terminal.press('enter');
}

async function onRack(terminal: Terminal, rack: string, guide: string): Promise<void> {
  await terminal.waitFor(/\d+ racks?|racks +\d|live/);
  terminal.press(':', ...rack, 'enter');
  await terminal.waitFor(new RegExp(`${rack} > apps`));
  terminal.press(':', ...guide);
  await terminal.waitFor(new RegExp(`> ${guide} +\\(${rack}\\)`));
  terminal.press('enter');
  await terminal.waitFor(new RegExp(`guides > ${guide}`));
}

// At 200x60 the golden frames hold the layout.
describe.each([[80, 24]])('guided migrations at %ix%i', (columns, rows) => {
  const demo = { args: ['--demo'], columns, rows };

  it('shows a hazard with its way out, and nothing can be applied behind it', async () => {
    const terminal = open(demo);
    await onRack(terminal, 'acme/eu', 'access-entries');
    // The step in the way is at hand without a key.
    const screen = await terminal.waitFor(/> x blocked +The rack knows the parameter/);
    await terminal.waitFor(/> Next: Update the rack to 3\.24\.7 or later first\./);
    expect(screen).toMatch(/\+ ok +Who AWS takes you for/);
    expect(screen).toMatch(/- not reached +Set eks_access_entries=true/);
    terminal.press('j', 'j', 'j', 'j');
    await terminal.waitFor(/> - not reached +Set eks_access_entries=true/);
    terminal.press('a');
    await terminal.waitFor(/first\s+"The\s+rack\s+knows\s+the\s+parameter"/);
    expect(terminal.screen()).not.toMatch(/waits for you/);
  });

  it('applies a step: live checks, preview, typed confirmation, proof; it is still there after leaving', async () => {
    const terminal = open(demo);
    await onRack(terminal, 'staging', 'console-role');
    await terminal.waitFor(/> ! to do +next ConsoleRole in aws-auth/);
    await terminal.waitFor(/6 of 7 done/);
    terminal.press('enter');
    await terminal.waitFor(/guides > console-role > aws-auth-mapping/);
    const entry = /rolearn:arn:aws:iam::123456789012:role\/convox-4f6b8a2c-ConsoleRole/;
    // It is wrapped where the terminal is narrow.
    await terminal.waitFor((screen) => entry.test(screen.replace(/\s+/g, '')));
    terminal.press('escape', 'a');
    const preview = await terminal.waitFor(/waits for you/);
    expect(preview).toMatch(/Let convox-4f6b8a2c-ConsoleRole-\w+ into the cluster through aws-auth/);
    expect(preview).toMatch(/\+ - rolearn: /);
    await confirm(terminal, 'staging', 'ticket 42');
    await terminal.waitFor(/\+ Verified\. .*is mapped/, 60_000);
    terminal.press('escape');
    await terminal.waitFor(/> \+ applied +ConsoleRole in aws-auth/);
    terminal.press('escape');
    await terminal.waitFor(/staging > apps/);
    terminal.press(':', ...'guides', 'enter');
    await terminal.waitFor(/ConsoleRole access +\+ done/);
  }, 90_000);

  it('greys apply with the reason while read-only is on', async () => {
    const terminal = open({ args: ['--demo', '--read-only'], columns, rows });
    await onRack(terminal, 'staging', 'console-role');
    await terminal.waitFor(/x Add ConsoleRole to aws-auth: .*read-only/i);
    terminal.press('a');
    await terminal.waitFor(/Add ConsoleRole to aws-auth: .*--read-only/);
    expect(terminal.screen()).not.toMatch(/waits for you/);
  });
});

describe('without colour and beyond ASCII', () => {
  it('says every state in words and draws nothing else than ASCII', async () => {
    const terminal = open({ args: ['--demo'], env: { NO_COLOR: '1', LANG: 'C', LC_ALL: 'C' } });
    await onRack(terminal, 'staging', 'console-role');
    const screen = await terminal.waitFor(/6 of 7 done/);
    expect(screen).toMatch(/> ! to do +next ConsoleRole in aws-auth/);
    expect(terminal.colouredCells()).toBe(0);
    expect(screen).toMatch(/\+ not needed +Access entry of ConsoleRole/);
    expect(screen).toMatch(/^[\n -~]*$/);
  });
});

describe('a program that is killed in the middle of a step', () => {
  let simulator: Simulator;
  let home: Home;

  /** A rack and an account of their own: they live on when the program does not. */
  async function start(): Promise<() => Terminal> {
    simulator = await startSimulator({ seed: 1, lively: false });
    const aws = await startAwsEndpoint(simulator.aws);
    home = new Home().directRack('staging', directUrl(simulator));
    cleanUps.push(
      () => simulator.close(),
      () => aws.close(),
      () => home.remove(),
    );
    return () => open({ home: home.path, env: awsEnvironment(aws), columns: 100, rows: 30 });
  }

  const mapped = (): boolean => {
    const rack = simulator.racks.find(({ name }) => name === 'staging');
    const map = rack && kubeOf(rack).configMaps.get('kube-system/aws-auth');
    return map?.data.mapRoles?.includes('ConsoleRole') === true;
  };

  it('resumes: it says what was cut off, looks at everything again, and can take it back', async () => {
    const program = await start();
    const first = program();
    await onRack(first, 'staging', 'console-role');
    await first.waitFor(/> ! to do +next ConsoleRole in aws-auth/);
    expect(mapped()).toBe(false);
    first.press('a');
    await confirm(first, 'staging', 'ticket 42');
    await first.waitFor(/Verifying/);
    expect(mapped()).toBe(true);
    first.signal('SIGKILL');
    await first.waitForExit();

    const folder = join(home.path, '.local/state/rackdeck/guides');
    const notes = readdirSync(folder).filter((name) => name.endsWith('.json'));
    expect(notes).toEqual([expect.stringMatching(/^console-role-direct_staging-/)]);
    expect(statSync(join(folder, notes[0] ?? '')).mode & 0o777).toBe(0o600);

    const second = program();
    await second.waitFor(/live|racks/);
    second.press(':', ...'guides', 'enter');
    await second.waitFor(/ConsoleRole access +! cut off/);
    second.press('j', 'enter');
    await second.waitFor(/Taken up again; begun on/);
    await second.waitFor(/Doing "ConsoleRole in aws-auth" was cut off/);
    await second.waitFor(/\+ ok +ConsoleRole in aws-auth/);
    // It had happened, so there is a way back.
    second.press('g', 'j', 'j', 'j', 'j');
    await second.waitFor(/> \+ ok +ConsoleRole in aws-auth/);
    await second.waitFor(/u Take ConsoleRole out of aws-auth again/);
    second.press('u');
    await confirm(second, 'staging', 'not yet');
    await second.waitFor(/\+ Verified\./, 60_000);
    expect(mapped()).toBe(false);
    second.press('escape');
    await second.waitFor(/! to do +next ConsoleRole in aws-auth/);
    second.press('q');
    expect(await second.waitForExit()).toBe(0);
  }, 120_000);
});
