import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Operations, withOperations } from '../support/operations.ts';
import type { Operator } from '../support/operator.ts';
import {
  attend,
  expectSecret,
  journalOf,
  runsOf,
  send,
  sendAll,
  type ToldAction,
  type ToldSession,
} from '../support/told-action.ts';

const VERIFIED = /\+ ok +\+ verified/;
const MATERIAL = 'MIIEnodekey4711';
const HOOK = 'https://hooks.example.com/t0ken-4711';
const NODE = /^SOCKET \/instances\/ip-10-1-\S+\/shell$/;

const CONSOLE: ToldSession = {
  id: 'resource.console',
  view: 'resources',
  row: 'database',
  letter: 'o',
  title: 'Console of the resource',
  answer: 'enter',
  preview: /Every statement counts at once/,
  sends: ['SOCKET /apps/shop/resources/database/console'],
  opens: /rackdeck: console of database of shop[\s\S]*shop=>/,
  typed: 'select 1;\r\\q\r',
  over: /rackdeck: the session ended\. Enter goes back/,
  says: /\+ verified +staging: The console of database was closed/,
  ends: VERIFIED,
};
const SHELL: ToldSession = {
  id: 'instance.shell',
  view: 'instances',
  letter: 's',
  title: 'Shell on the instance',
  fields: ['node.pem'],
  answer: 'enter',
  preview: /The private key in node\.pem is sent to the rack/,
  sends: [NODE],
  opens: /rackdeck: shell on ip-10-1-[\s\S]*\[ec2-user@ip ~\]\$/,
  typed: 'hostname\rexit\r',
  over: /rackdeck: ended with exit status 0\. Enter goes back/,
  says: /\+ verified +staging: The shell ended with exit status 0/,
  ends: VERIFIED,
};
const TO_RESOURCE: ToldAction = {
  id: 'resource.proxy',
  view: 'resources',
  row: 'database',
  letter: 'f',
  title: 'Proxy to the resource',
  fields: [],
  answer: 'y',
  preview: /Lead a free port of this machine to database of shop/,
  sends: [],
  says: /\+ verified +staging: 127\.0\.0\.1:\d+ leads to database of shop/,
  ends: VERIFIED,
};
const CREATE: ToldAction = {
  id: 'resource.create',
  view: 'rack-resources',
  letter: 'w',
  title: 'Create a rack resource',
  fields: [undefined, 'pager', `Url=${HOOK}`],
  answer: 'enter',
  preview: /Url: https:\/\/hooks\.example\.com\/…/,
  sends: ['POST /resources'],
  ends: VERIFIED,
};
const DELETE: ToldAction = {
  id: 'resource.delete',
  view: 'rack-resources',
  row: 'staging-deploys',
  letter: 'd',
  title: 'Delete the rack resource',
  answer: { type: 'staging', reason: 'nobody listens' },
  sends: ['DELETE /resources/staging-deploys'],
  ends: VERIFIED,
};

/** A port of the rack's own network, by name. */
const intoTheCluster = (to: string): ToldAction => ({
  id: 'rack.proxy',
  title: 'Proxy into the cluster',
  fields: [to],
  answer: 'y',
  sends: [],
  says: /\+ verified +staging: 127\.0\.0\.1:\d+ leads to/,
  ends: VERIFIED,
});

/** Where the database of shop is, and what it asks for. */
function database(operations: Operations): {
  readonly url: string;
  readonly address: string;
  readonly password: string;
} {
  const url =
    operations
      .rack('staging')
      .apps.get('shop')
      ?.resources.find(({ name }) => name === 'database')?.url ?? '';
  const [, password = '', address = ''] = /:\/\/[^:]*:(.*)@([\w.-]+:\d+)/.exec(url) ?? [];
  return { url, address, password };
}

function start(operations: Operations): Operator {
  operations.home.write('node.pem', `-----BEGIN RSA PRIVATE KEY-----\n${MATERIAL}\n-----END RSA PRIVATE KEY-----\n`);
  return operations.start('staging/shop/resources');
}

/** What a client of that port gets back; undefined: it was hung up on. */
async function through(local: string, text: string): Promise<string | undefined> {
  const socket = connect(Number(local.split(':')[1]), '127.0.0.1');
  socket.write(text);
  try {
    const [data] = (await Promise.race([once(socket, 'data'), once(socket, 'close')])) as [unknown];
    return Buffer.isBuffer(data) ? data.toString('utf8') : undefined;
  } catch {
    return undefined;
  } finally {
    socket.destroy();
  }
}

/** The local address in the panel of a proxy that was just opened. */
async function listening({ terminal }: Operator): Promise<string> {
  const screen = await terminal.waitFor(/127\.0\.0\.1:\d+ leads to/);
  return /127\.0\.0\.1:\d+/.exec(screen)?.[0] ?? '';
}

async function tunnel(operations: Operations, operator: Operator, told: ToldAction): Promise<string> {
  await send(operations, operator, told);
  const local = await listening(operator);
  await operator.leave();
  return local;
}

async function isDone(operations: Operations): Promise<void> {
  const { address, password, url } = database(operations);
  const route = `SOCKET /proxy/${address.replace(':', '/')}`;
  const operator = start(operations);
  const { terminal } = operator;
  await attend(operations, operator, CONSOLE);
  const toCluster = intoTheCluster(address);
  const locals = [await tunnel(operations, operator, TO_RESOURCE), await tunnel(operations, operator, toCluster)];
  // Nothing leaves before somebody uses the port.
  expect(operations.mutations()).toEqual(CONSOLE.sends);
  for (const local of locals) expect(await through(local, 'select 1')).toBe('select 1');
  expect(operations.mutations()).toEqual([...CONSOLE.sends, route, route]);
  await attend(operations, operator, SHELL);
  await sendAll(operations, operator, [CREATE, DELETE]);

  const all = [CONSOLE, TO_RESOURCE, toCluster, SHELL, CREATE, DELETE];
  await journalOf(operator, all);
  const runs = await runsOf(operator, all);
  expect(runs).toMatch(new RegExp(`${locals[0]} +staging > database of shop \\(${address}\\), open for`));
  expect(runs).toMatch(new RegExp(`${locals[1]} +staging > ${address}, open for`));
  // The last line is the newest proxy: stopped, its port is closed; the other one goes on.
  terminal.press('G');
  terminal.press('x');
  await terminal.waitFor(`${locals[1]} no longer leads to`);
  await expect(through(locals[1] ?? '', 'select 1')).resolves.toBeUndefined();
  expect(await through(locals[0] ?? '', 'select 2')).toBe('select 2');
  expect(operations.rack('staging').webhooks).toEqual([{ name: 'pager', url: HOOK }]);
  expectSecret(operations, operator, [MATERIAL, password, url]);
  // It was typed, and is masked wherever it is shown; nothing of it is kept.
  expect(operations.kept()).not.toContain('t0ken-4711');
}

/** Before the rack did anything. */
const strike = (method: string, path: RegExp) => ({ method, path, effect: { kind: 'reset' } }) as const;
const LOST = {
  says: /! no effect +staging: The request got lost and did not take effect: /,
  ends: /! unclear +x failed/,
};
const GONE: readonly ToldAction[] = [
  { ...CREATE, strike: strike('POST', /\/resources$/), ...LOST },
  { ...DELETE, strike: strike('DELETE', /\/resources\//), ...LOST },
];

const SESSIONS: readonly ToldSession[] = [
  {
    // The socket dies behind the first prompt.
    ...CONSOLE,
    strike: { method: 'GET', path: /\/console$/, effect: { kind: 'drop-after-frames', frames: 1 } },
    typed: '',
    over: /rackdeck: The session broke off: .* \(1006\)\. Enter goes back/,
    says: /! unclear +staging: .*How the console of database ended is not known/,
    ends: /! unclear +\? unknown/,
  },
  {
    ...SHELL,
    fields: ['node.pem', 'false'],
    opens: /rackdeck: false on ip-10-1-/,
    typed: '',
    over: /rackdeck: ended with exit status 1\. Enter goes back/,
    says: /x failed +staging: false ended with exit status 1/,
    ends: /\+ ok +x failed/,
  },
];

/** Whoever sits at the other end of the port finds out. */
const BROKEN: ToldAction = { ...TO_RESOURCE, strike: strike('GET', /\/proxy\/resource-database/) };
const TAKEN = { says: /x refused, nothing changed +staging: .*another program listens there/, ends: /~ refused +-/ };

async function fails(operations: Operations): Promise<void> {
  const { address, password, url } = database(operations);
  const operator = start(operations);
  for (const told of SESSIONS) await attend(operations, operator, told);
  await sendAll(operations, operator, GONE);

  // The port listens; that nobody is reached through it is only known when it is used.
  const nowhere = intoTheCluster('db.internal:5432');
  const locals = [await tunnel(operations, operator, nowhere), await tunnel(operations, operator, BROKEN)];
  for (const local of locals) expect(await through(local, 'select 1')).toBeUndefined();
  // A port of this machine that is taken already, by the first of them.
  const taken = { ...TO_RESOURCE, fields: [locals[0]?.split(':')[1]], preview: /Lead port \d+/, ...TAKEN };
  await sendAll(operations, operator, [taken]);

  const all = [...SESSIONS, ...GONE, nowhere, { ...BROKEN, ...TAKEN }];
  await journalOf(operator, all);
  const runs = await runsOf(operator, all);
  expect(runs).toMatch(
    / > db\.internal:5432, open for \S+ +! Could not connect to db\.internal:5432: dial tcp: .* no such host/,
  );
  expect(runs).toMatch(new RegExp(`${locals[1]} .*database of shop .*, open for \\S+ +! Lost the connection`));
  // One request for each connection, nothing for the rest: nobody tries again by himself.
  const tunnels = ['SOCKET /proxy/db.internal/5432', `SOCKET /proxy/${address.replace(':', '/')}`];
  expect(operations.mutations().filter((each) => each.includes('/proxy/'))).toEqual(tunnels);
  expect(operations.mutations()).toHaveLength(SESSIONS.length + GONE.length + tunnels.length);
  expectSecret(operations, operator, [MATERIAL, password, url]);
}

describe.concurrent('resources, nodes and tunnels', () => {
  it('are opened, used and closed from the dashboard', () => withOperations({}, isDone), 60_000);

  it(
    'that fail say so: broken off, ended with an error, led nowhere, lost on the way',
    () => withOperations({}, fails),
    60_000,
  );
});
