import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { checkGuardrails } from '../../../src/access/guardrails.ts';
import type { ActionContext } from '../../../src/actions/define-action.ts';
import { processProxy } from '../../../src/actions/tcp-proxy.ts';
import { readGuardrails } from '../../../src/platform/guardrail-settings.ts';
import { type ActionBench, actionBench, type BenchOptions, confirm, settled } from '../../support/action-bench.ts';
import { echoOf, endOf, everythingTold, previewOf, refusalOf } from '../../support/action-states.ts';
import { personMachine } from '../../support/person-machine.ts';

let bench: ActionBench;
const machine = { current: personMachine() };

async function open(options: BenchOptions = {}): Promise<void> {
  machine.current = personMachine();
  bench = await actionBench({ interaction: machine.current, ...options });
}

afterEach(async () => {
  await Promise.all(machine.current.proxies.map(({ proxy }) => proxy.stop()));
  await bench.close();
});

const database = [{ id: 'database', app: 'shop' }];
const sockets = () =>
  bench.simulator.requests.filter(({ kind, path }) => kind === 'ws' && !path.endsWith('/logs')).map(({ path }) => path);

/** `postgres://user:password@host:port/name` of the simulated database. */
function url(): { readonly password: string; readonly host: string; readonly port: string } {
  const found = bench.app('shop').resources.find(({ name }) => name === 'database')?.url ?? '';
  const [, password = '', host = '', port = ''] = /:\/\/[^:]*:(.*)@([\w.-]+):(\d+)/.exec(found) ?? [];
  return { password, host, port };
}

async function echoed(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(text);
  const [data] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return data.toString('utf8');
}

describe('proxy to a resource', () => {
  test('leads a port of this machine to it, is listed and can be stopped', async () => {
    await open();
    const { password, host, port } = url();
    const run = bench.start('resource.proxy', database);
    const told = everythingTold(run);
    const planned = await settled(run, 'planning');
    expect(previewOf(planned).effects[0]).toContain(`leads to ${host}:${port}`);
    expect(echoOf(planned)).toBe('convox resources proxy database -a shop');
    expect(machine.current.proxies).toEqual([]);
    confirm(run);
    confirm(run);
    const { outcome, words } = endOf(await run.finished());
    const [kept, ...more] = machine.current.proxies;
    expect(more).toEqual([]);
    expect(kept?.title).toBe('staging > database of shop');
    expect([outcome, words]).toEqual(['verified', expect.stringContaining(`127.0.0.1:${kept?.proxy.port} leads to`)]);
    expect(sockets()).toEqual([]);
    expect(await echoed(kept?.proxy.port ?? 0, 'select 1')).toBe('select 1');
    expect(sockets()).toEqual([`/proxy/${host}/${port}`]);
    await kept?.proxy.stop();
    expect(password).not.toBe('');
    expect(told()).not.toContain(password);
  });

  test('takes a port of this machine where one is named, and says so where it is taken', async () => {
    await open();
    endOf(await bench.run('resource.proxy', database));
    const taken = String(machine.current.proxies[0]?.proxy.port);
    const { outcome, words } = endOf(await bench.run('resource.proxy', database, { port: taken }));
    expect([outcome, words]).toEqual(['rejected', expect.stringContaining('another program listens there')]);
    expect(refusalOf(await bench.plan('resource.proxy', database, { port: '70000' }))).toContain('65535');
  });

  test('is not offered through a gateway', async () => {
    await open({ kind: 'gateway', person: 'admin@example.com' });
    expect(refusalOf(await bench.plan('resource.proxy', database))).toBe('not proxied by the gateway');
    expect(refusalOf(await bench.plan('rack.proxy', [], { to: 'db:5432' }))).toBe('not proxied by the gateway');
  });
});

describe('proxy into the cluster', () => {
  test('to a host and port', async () => {
    await open();
    const { host, port } = url();
    expect(endOf(await bench.run('rack.proxy', [], { to: `${host}:${port}` })).outcome).toBe('verified');
    expect(await echoed(machine.current.proxies[0]?.proxy.port ?? 0, 'ping')).toBe('ping');
    expect(echoOf(await bench.plan('rack.proxy', [], { to: 'db.internal:5432', port: '5433' }))).toBe(
      'convox proxy 5433:db.internal:5432',
    );
  });

  test.each(['db', 'db:0', 'db:99999', 'https://db:80', 'a b:80', 'user:pw@db:80'])('not to %s', async (to) => {
    await open();
    expect(refusalOf(await bench.plan('rack.proxy', [], { to }))).toBe('To must be host:port.');
  });

  test('of a process starts with its own address', async () => {
    await open();
    const pod = bench.rack.processes.find(({ app, service }) => app === 'shop' && service === 'web');
    const subjects = [{ id: pod?.id ?? '', app: 'shop', service: 'web' }];
    const reads = bench.session.reads({ freshMs: 0 });
    const signal = new AbortController().signal;
    const initial = await processProxy.initial?.({ reads, subjects, signal } as unknown as ActionContext);
    expect(initial).toEqual({ to: `${pod?.host}:${pod?.ports[0]}` });
    const planned = await bench.plan('process.proxy', subjects, initial);
    expect(previewOf(planned).headline).toContain(`${pod?.id} of shop`);
    expect(echoOf(planned)).toBe(`convox proxy ${pod?.host}:${pod?.ports[0]}`);
  });
});

describe('console of a resource', () => {
  test('hands over the terminal until it is left', async () => {
    await open();
    machine.current.typed = ['select 1;', 'exit'];
    const planned = await bench.plan('resource.console', database);
    expect(previewOf(planned).warnings[0]).toContain('pastes');
    expect(sockets()).toEqual([]);
    const state = await bench.run('resource.console', database);
    expect(endOf(state)).toMatchObject({ outcome: 'verified', words: 'The console of database was closed.' });
    expect(machine.current.output).toContain('(0 rows)');
    expect(sockets()).toEqual(['/apps/shop/resources/database/console']);
    expect(machine.current.sessionSecrets).toContain(url().password);
    expect(JSON.stringify([planned, state])).not.toContain(url().password);
  });

  test('only of types that have one', async () => {
    await open();
    const resource = bench.app('shop').resources.find(({ name }) => name === 'database');
    if (!resource) throw new Error('no database');
    Object.assign(resource, { type: 'rds-postgres' });
    expect(refusalOf(await bench.plan('resource.console', database))).toMatch(/no console for rds-postgres.*proxy/);
    expect(sockets()).toEqual([]);
  });

  test('a connection that breaks off is not opened again', async () => {
    await open();
    machine.current.typed = ['delete from orders;'];
    const path = /console$/;
    bench.simulator.faults.add({ match: { kind: 'ws', path }, effect: { kind: 'drop-after-frames', frames: 1 } });
    const { outcome, failure } = endOf(await bench.run('resource.console', database));
    expect([outcome, failure?.next]).toEqual(['unclear', expect.stringContaining('look before you repeat it')]);
    expect(sockets()).toHaveLength(1);
  });

  test('is refused to a role that may not, and not offered through a gateway', async () => {
    await open({ kind: 'gateway', person: 'admin@example.com' });
    expect(refusalOf(await bench.plan('resource.console', database))).toBe('not proxied by the gateway');
  });
});

describe('what a rule says of a database client holds for every way to it', () => {
  const file = { shown: 'config.json', path: '/config.json' };
  /** Somebody who is no administrator, under these settings. */
  const guarded = (run: unknown): BenchOptions => {
    const { rules } = readGuardrails({ guardrails: { run } }, file);
    return {
      verdict: ({ action, request, tier, command }) =>
        checkGuardrails(rules, {
          ...(command ?? {}),
          actionId: action.id,
          tier,
          rack: request.rack,
          count: 1,
          now: 0,
          roles: ['deployer'],
          readOnly: undefined,
        }),
    };
  };
  const node = async () => [{ id: (await bench.session.reads({ freshMs: 0 }).instances())[0]?.id ?? '' }];

  test('without a rule the consoles of databases and ports that lead to them need an administrator', async () => {
    await open(guarded({}));
    const unset = '(config.json: guardrails.run.adminCommands is not set, the default holds)';
    expect(refusalOf(await bench.plan('resource.console', database))).toBe(`"psql" needs role admin ${unset}`);
    const likePsql = `it is as good as "psql", which needs role admin ${unset}`;
    expect(refusalOf(await bench.plan('resource.proxy', database))).toBe(likePsql);
    expect(refusalOf(await bench.plan('rack.proxy', [], { to: 'db.internal:5432' }))).toBe(likePsql);
    expect(refusalOf(await bench.plan('process.proxy', [{ id: 'p', app: 'shop' }], { to: '10.1.2.3:5432' }))).toBe(
      likePsql,
    );
    expect(previewOf(await bench.plan('rack.proxy', [], { to: 'grafana:3000' })).headline).toContain('grafana:3000');
    expect(previewOf(await bench.plan('instance.shell', await node(), { key: '/key' })).headline).toContain('a shell');
    expect(sockets()).toEqual([]);
  });

  test('a rule that names other commands leaves them open', async () => {
    await open(guarded({ adminCommands: ['rails console'] }));
    expect(previewOf(await bench.plan('resource.console', database)).headline).toContain('database');
    expect(previewOf(await bench.plan('resource.proxy', database)).headline).toContain('database');
  });

  test('a list of approved commands is for shells on instances, too', async () => {
    await open(guarded({ approvedCommands: ['uptime'], adminCommands: ['sh'] }));
    const no = 'this command is not on the list of approved ones (config.json: guardrails.run.approvedCommands)';
    expect(refusalOf(await bench.plan('instance.shell', await node(), { key: '/key' }))).toBe(no);
    expect(
      previewOf(await bench.plan('instance.shell', await node(), { key: '/key', command: 'uptime' })).headline,
    ).toContain('uptime');
    expect(refusalOf(await bench.plan('resource.console', database))).toBe(
      '"psql" is not on the list of approved ones (config.json: guardrails.run.approvedCommands)',
    );
  });
});
