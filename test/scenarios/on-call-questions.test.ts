import { afterEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { gatewayOf, Home } from '../support/home.ts';
import { KeyBudget } from '../support/key-budget.ts';
import { Terminal, type TerminalOptions } from '../support/terminal.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

type Size = readonly [columns: number, rows: number];

/** The landing screen with its first answers, and what may be pressed from there. */
async function land(most: number, [columns, rows]: Size, options: TerminalOptions, worst: RegExp) {
  const terminal = Terminal.open({ ...options, columns, rows });
  cleanUps.push(() => terminal.close());
  await terminal.waitFor(worst);
  return { terminal, keys: new KeyBudget(terminal, most) };
}

const demo = (incident?: string): TerminalOptions => ({
  args: incident === undefined ? ['--demo'] : ['--demo', '--demo-incident', incident],
});

/** A rack behind a gateway, as somebody who may read its audit log. */
async function gatewayRack(prepare: (simulator: Simulator) => void = () => undefined): Promise<TerminalOptions> {
  const simulator = await startSimulator({ withConsole: false });
  cleanUps.push(() => simulator.close());
  prepare(simulator);
  const gateway = gatewayOf(simulator);
  const { token, email } = { token: gateway.issueSession('admin@example.com').token, email: 'admin@example.com' };
  const home = new Home().gateway('acme', gateway.url, token, email);
  cleanUps.push(() => home.remove());
  return { home: home.path };
}

const CHECKOUT_FIRST = /> acme\/prod +checkout +x /;

/** Paragraphs are wrapped at the width of the screen. */
const inOneLine = (screen: string): string => screen.replace(/\s+/g, ' ');

describe.each<Size>([
  [80, 24],
  [200, 60],
])('on-call questions at %ix%i', (...size) => {
  it('1: which app is unhealthy, on any rack? No key', async () => {
    const { terminal, keys } = await land(0, size, demo(), CHECKOUT_FIRST);
    const rowsOf = (screen: string) => screen.split('\n').filter((row) => /^ [> ] (acme\/\w+|staging) /.test(row));
    // Twelve apps, and a rack that is itself in trouble.
    const board = await terminal.waitFor((screen) => rowsOf(screen).length === 13 && CHECKOUT_FIRST.test(screen));
    const rows = rowsOf(board);
    // The worst first and in words; what is well comes after what is not.
    expect(rows[0]).toMatch(/checkout +x updating +\d of 9 web crash-looping.* 7\/13/);
    expect(rows[1]).toMatch(/acme\/prod +\(rack\) +x critical +node ip-10-1-116-52 at memory 99%/);
    expect(rows.find((row) => / staging +shop /.test(row))).toMatch(/[x!] \w+ +1 (?:of 1 )?worker .* 2\/3/);
    expect(rows.find((row) => row.includes('search'))).toMatch(/! warning +1 indexer without a node.* 5\/6/);
    for (const row of rows.slice(4)) expect(row).toMatch(/\+ running/);
    expect(keys.used).toBe(0);
  });

  // The cause of some is a node or a certificate of the rack: no app says so by itself.
  it.each([
    ['crash-loop', /> acme\/prod +notify +x critical +[12] of 4 worker crash-looping/],
    ['bad-promote', /> acme\/prod +checkout +x updating +\d of 9 web crash-looping/],
    ['rollback', /> acme\/prod +billing +[x!] rollback +deploy failed, rolling back/],
    ['oom', /> acme\/prod +media +x critical +\d of \d worker crash/],
    ['node-pressure', /> acme\/prod +\(rack\) +x critical +node ip-10-1-116-52 at memory 99%/],
    ['stuck-deploy', /> acme\/prod +shop +! updating +8 web without a node/],
    ['expired-cert', /> staging +\(rack\) +x critical +certificate expired 2h ago: shop\.st/],
    ['noisy-neighbour', / acme\/prod +\(rack\) +[x!] \w+ +node ip-10-1-89-64 (?:at cpu|has \d of \d sick)/],
  ] as const)('1: which app or rack is unhealthy? No key: %s', async (incident, first) => {
    // A rack's line comes with the second look, seconds later: once is enough.
    if (size[0] > 80 && incident !== 'crash-loop') return;
    const { keys } = await land(0, size, demo(incident), first);
    expect(keys.used).toBe(0);
  });

  it('1: why is a rack unhealthy, and where? w and enter of its line', async () => {
    const rack = /> acme\/prod +\(rack\) +x critical +node ip-10-1-116-52/;
    const { terminal } = await land(3, size, demo('node-pressure'), rack);
    terminal.press('w');
    await terminal.waitFor(/acme\/prod > why.*x critical +node ip-10-1-116-52\.ec2\.internal at memory 99%/s);
    terminal.press('escape');
    await terminal.waitFor(rack);
    terminal.press('enter');
    await terminal.waitFor(/acme\/prod > node ip-10-1-116-52\.ec2\.internal > processes.*media +agent/s);
  });

  // What each answer has to name: the cause, not only the symptom that the board shows already.
  it.each([
    [
      'bad-promote',
      'checkout',
      [/PaymentGatewayError: .*401 Unauthorized/, /deploy +RPVXISWXHNS by (?:admin|deployer)@example\.com/],
    ],
    ['crash-loop', 'notify', [/[12] of 4 worker crash-looping/, /Redis::CannotConnectError: WRONGPASS/]],
    ['rollback', 'billing', [/deploy failed, rolling back/, /PG::UndefinedColumn: .*"vat_country"/]],
    ['oom', 'media', [/worker crashed, out of memory/, /was OOMKilled \(exit code 137\)/]],
    ['stuck-deploy', 'shop', [/8 web without a node/, /each web requests 500m cpu/, /Add a node/]],
  ] as const)('2: why is it? One key: %s', async (incident, app, causes) => {
    // The words are the same at every size: the layout is held by one.
    if (size[0] > 80 && incident !== 'bad-promote') return;
    const { terminal, keys } = await land(1, size, demo(incident), new RegExp(`> acme/prod +${app} +[x!] `));
    keys.press('w');
    await terminal.waitFor((screen) => {
      const text = inOneLine(screen);
      return text.includes(`${app} > why`) && causes.every((cause) => cause.test(text));
    });
    expect(keys.used).toBe(1);
  });

  it('2: and who promoted it, where the audit log may be read? One key', async () => {
    const { terminal, keys } = await land(1, size, await gatewayRack(), /> acme +checkout +x /);
    keys.press('w');
    const why = await terminal.waitFor((screen) =>
      /deploy +RPVXISWXHNS by (?:admin|deployer)@example\.com/.test(screen),
    );
    // The instant of the promote is known: nothing is told by the first process.
    expect(why.slice(0, why.indexOf('  next '))).not.toContain('told by its first process');
  });

  it('3: what changed in the last hour? No key where the terminal is wide, and who once it was asked', async () => {
    const { terminal } = await land(2, size, await gatewayRack(), /> acme +checkout +x /);
    const [columns] = size;
    if (columns < 100) {
      // There is no room for it beside what is wrong.
      await terminal.waitFor(/checkout +x updating +\d of 9 web crash-looping/);
      expect(terminal.screen()).not.toContain('CHANGED');
      return;
    }
    await terminal.waitFor(/checkout .*promoted RPVXISWXHNS 1[1-3]m/);
    // Who did it the gateway's audit log knows, which is asked when somebody asks why.
    expect(terminal.screen()).not.toMatch(/RPVXISWXHNS 1[1-3]m by/);
    terminal.press('w');
    await terminal.waitFor(/deploy +RPVXISWXHNS by (?:admin|deployer)@example\.com/);
    terminal.press('escape');
    await terminal.waitFor(/checkout .*promoted RPVXISWXHNS 1[1-3]m by (?:admin|deployer)/);
  });

  it('3: what changed in the last hour, and who did it? One key', async () => {
    const { terminal, keys } = await land(1, size, await gatewayRack(), /> acme +checkout +x /);
    keys.press('t');
    const story = await terminal.waitFor((screen) =>
      [/RPVXISWXHNS created/, /RPVXISWXHNS promoted/, /web processes crashed on RPVXISWXHNS/].every((wanted) =>
        wanted.test(screen),
      ),
    );
    expect(story).toMatch(/checkout > timeline/);
    // Made, and by whom; promoted, when and by whom: the audit log knows what the rack does not.
    const who = /RPVXISWXHNS created: build .* ((?:admin|deployer)(?:@example\.com)?)$/m.exec(story)?.[1];
    expect(who, story).toBeDefined();
    expect(story).toMatch(new RegExp(`^ +\\d\\d:\\d\\d:\\d\\d \\S promote +RPVXISWXHNS promoted +${who}$`, 'm'));
    expect(keys.used).toBe(1);
  });

  it('4: the logs of the crashed process, including its previous life? Three keys', async () => {
    const { terminal, keys } = await land(3, size, demo(), CHECKOUT_FIRST);
    keys.press('enter');
    const list = await terminal.waitFor(/> +web +web-\S+ +x crashed/);
    const id = /> +web +(web-\S+) +x crashed/.exec(list)?.[1] ?? 'none';
    keys.press('p');
    const life = await terminal.waitFor(
      (screen) =>
        screen.includes(`${id} > previous-logs`) &&
        // One life after the other: what it said before it ended, and that it came up again.
        /PaymentGatewayError.*web exited with code 1.*booting checkout web/s.test(screen),
    );
    expect(life).toMatch(/previous life: all of it in the app log/);
    expect(keys.used).toBeLessThanOrEqual(3);
  });

  it('5: the first new error since the last deploy? Three keys', async () => {
    const { terminal, keys } = await land(3, size, demo(), CHECKOUT_FIRST);
    keys.press('l');
    await terminal.waitFor(/logs checkout +\+ live/);
    keys.press('E');
    // Lines still come in by the thousand: the cursor stands on the error once they have.
    // Now and then the demo's traffic has an error of its own that was never seen before either; then that one is the first.
    const first = /^> +\d\d:\d\d:\d\d .*ERROR \w+Error/m;
    const found = await terminal.waitFor(
      (screen) => /New since RPVXISWXHNS came up at/.test(screen) && first.test(screen),
      20_000,
    );
    // Nothing of the kind before it, though the screen shows what came before.
    const before = found.slice(found.indexOf('logs checkout'), found.search(/^> /m));
    expect(before).toMatch(/INFO|DEBUG/);
    if (/^> .*PaymentGatewayError/m.test(found)) expect(before).not.toContain('PaymentGatewayError');
    expect(keys.used).toBeLessThanOrEqual(3);
  });

  it('6: what differs between the active release and the one before: env keys, manifest, commit? Four keys', async () => {
    const rack = await gatewayRack(changeWithTheDeploy);
    const { terminal, keys } = await land(4, size, rack, /> acme +checkout +x /);
    keys.press('h');
    await terminal.waitFor(/> RPVXISWXHNS +\+ active/);
    keys.press('D');
    const diff = await terminal.waitFor((screen) =>
      [/RELNWVXDGDY -> RPVXISWXHNS/, /\+ PAYMENT_CLIENT/, /services\.web\.scale\.memory/, /commit ea3850d/].every(
        (wanted) => wanted.test(screen),
      ),
    );
    expect(diff).toMatch(/- LOG_LEVEL/);
    expect(diff).toMatch(/- \w+ +commit \w+/);
    expect(diff).not.toContain('never-on-screen');
    expect(keys.used).toBeLessThanOrEqual(4);
  });

  it('7: which process eats the CPU on this rack? Three keys', async () => {
    const { terminal, keys } = await land(3, size, demo('noisy-neighbour'), /> acme\/prod +(?!\(rack\))\S/);
    keys.press('m');
    await terminal.waitFor(/ app +15 minutes/);
    keys.press('o');
    const rack = await terminal.waitFor(/> indexer-\S+ +search +\d\.\d\dc/);
    expect(rack).toMatch(/acme\/prod rack/);
    const cores = [...rack.matchAll(/^[> ] \S+ +\S+ +(\d+\.\d+)c/gm)].map(([, text]) => Number(text));
    // It takes the four cores of its node, many times what the next one does.
    expect(cores[0]).toBeGreaterThan(3);
    expect(cores[0]).toBeGreaterThan(3 * (cores[1] ?? 9));
    expect(keys.used).toBeLessThanOrEqual(3);
  });
});

/** The release of checkout that was promoted last also changes an environment and a manifest. */
function changeWithTheDeploy({ racks }: Simulator): void {
  const [rack] = racks;
  const app = rack?.apps.get('checkout');
  if (!rack || !app) throw new Error('The demo has no checkout');
  rack.change(() => {
    const at = app.releases.length - 1;
    const release = app.releases[at];
    if (!release) throw new Error('checkout has no release');
    const kept = release.env.split('\n').filter((line) => !line.startsWith('LOG_LEVEL='));
    app.releases[at] = {
      ...release,
      env: [...kept, 'PAYMENT_CLIENT=never-on-screen'].join('\n'),
      manifest: release.manifest.replace('memory: 1024', 'memory: 1536'),
    };
  });
}
