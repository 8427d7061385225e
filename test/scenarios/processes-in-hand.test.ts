import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { FaultRule } from '../../src/simulator/faults.ts';
import { Operations } from '../support/operations.ts';
import type { Deed, Operator } from '../support/operator.ts';
import { answer } from '../support/question.ts';
import type { Terminal } from '../support/terminal.ts';

let operations: Operations | undefined;
afterEach(async () => {
  await operations?.close();
  operations = undefined;
});

/** One-off commands may run beside what serves. */
const CONFIG = { racks: { staging: { run: { forbiddenServices: ['worker'] } } } };
const NOTES = 'read me\nbefore you touch it\n';
const TO: Omit<Deed, 'fields'> = { letter: 'c', title: 'Copy files to the process', answer: 'enter' };
const FROM: Omit<Deed, 'fields'> = { letter: 'g', title: 'Copy files from the process', answer: 'y' };
const PROXY: Deed = { letter: 'f', title: 'Proxy to the process', answer: 'y' };
const RUN: Deed = { view: 'services', row: 'web', letter: 'o', title: 'Run a one-off command', answer: 'enter' };

interface Hands {
  readonly all: Operations;
  readonly operator: Operator;
  /** Does it and waits for its end; resolves with the panel. Nothing leaves before it is confirmed. */
  readonly does: (deed: Deed, end: RegExp) => Promise<string>;
  /** What left since the last time. */
  readonly left: () => readonly string[];
  /** The next request of that kind is struck. */
  readonly strikes: (match: FaultRule['match'], effect: FaultRule['effect']) => void;
}

async function open(): Promise<Hands> {
  const all = await Operations.open({ config: CONFIG });
  operations = all;
  all.home.write('notes.txt', NOTES);
  const operator = all.start('staging/shop/processes');
  let seen = 0;
  const left = () => all.mutations().slice(seen);
  return {
    all,
    operator,
    does: async (deed, end) => {
      seen = all.mutations().length;
      const view = deed.view ?? 'processes';
      const preview = await operator.plan({ ...deed, view });
      expect(preview, deed.title).toContain('waits for you');
      expect(left(), deed.title).toEqual([]);
      await operator.confirm(deed.answer);
      const panel = await operator.terminal.waitFor(end);
      await operator.leave();
      return panel;
    },
    left,
    strikes: (match, effect) => all.simulator.faults.add({ match: { rack: 'staging', ...match }, times: 1, effect }),
  };
}

/** What comes back through a local port, or why nothing does. */
function through(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (data) => {
      resolve(data.toString());
      socket.destroy();
    });
    socket.on('error', ({ message }) => resolve(message));
    socket.on('close', () => resolve('closed'));
  });
}

/** Enter counts after a pause only, and would close the panel that comes back. */
async function comesBack(terminal: Terminal): Promise<void> {
  await answer(terminal, 'enter', () => terminal.isAlternateScreen(), 800);
}

const portOf = (panel: string): number => Number(/127\.0\.0\.1:(\d+) leads to/.exec(panel)?.[1]);

it('runs a command, looks into a process, copies files there and back, leads a port to it and stops it', async () => {
  const { all, operator, does, left } = await open();
  const { terminal } = operator;
  const rack = all.rack('staging');

  // The terminal is the command's, and comes back; its process goes.
  await operator.plan({ ...RUN, fields: ['echo hello there'] });
  expect(all.mutations()).toEqual([]);
  await answer(terminal, 'enter', /Sent, waiting|rackdeck: echo/);
  await terminal.waitFor(/^hello there\n+rackdeck: ended with exit status 0\. Enter goes back/m);
  await comesBack(terminal);
  await terminal.waitFor(/Verified\. echo hello there ended with exit status 0\. web-\w+ is removed\./);
  await operator.leave();
  const [started = '', ...after] = left();
  const id = /processes\/(.+)$/.exec(after[1] ?? '')?.[1];
  expect(started).toBe('POST /apps/shop/services/web/processes');
  expect(after).toEqual([`SOCKET /apps/shop/processes/${id}/exec`, `DELETE /apps/shop/processes/${id}`]);
  expect(rack.processes.map((each) => each.id)).not.toContain(id);

  await operator.plan({ view: 'processes', row: 'web', letter: 's', title: 'Shell or command' });
  await answer(terminal, 'y', /^\/app \$/m);
  terminal.type('exit\r');
  await terminal.waitFor(/\$ exit\n+rackdeck: ended with exit status 0\. Enter goes back/);
  await comesBack(terminal);
  await terminal.waitFor(/\+ Verified\. sh ended with exit status 0\./);
  await operator.leave();
  expect(all.mutations()).toHaveLength(4);

  await does(
    { ...TO, row: 'web', fields: ['notes.txt', '/tmp/notes.txt'] },
    /\+ Verified\. 1 file .* is at \/tmp\/notes\.txt/,
  );
  expect(left()).toEqual([expect.stringMatching(/^POST \/apps\/shop\/processes\/web-\S+\/files$/)]);
  expect([...(rack.apps.get('shop')?.files.keys() ?? [])]).toEqual([
    expect.stringMatching(/^web-\S+:\/tmp\/notes\.txt$/),
  ]);
  await does({ ...FROM, fields: ['/tmp/notes.txt', 'back.txt'] }, /\+ Verified\. 1 file .* is at \S+back\.txt/);
  expect(readFileSync(join(all.home.path, 'back.txt'), 'utf8')).toBe(NOTES);

  // The port of the process is there already.
  const port = portOf(await does({ ...PROXY, fields: [undefined] }, /\+ Verified\. 127\.0\.0\.1:\d+ leads to web-/));
  expect(left()).toEqual([]);
  await expect(through(port, 'ping')).resolves.toBe('ping');
  expect(left()).toEqual([expect.stringMatching(/^SOCKET \/proxy\/10\.1\.\d+\.\d+\/3000$/)]);

  const [doomed] = rack.processes.filter(({ app, service }) => app === 'shop' && service === 'worker');
  await does({ row: doomed?.id ?? 'none', letter: 'x', title: 'Stop process', answer: 'y' }, /\+ Verified\./);
  expect(left()).toEqual([`DELETE /apps/shop/processes/${doomed?.id}`]);
  const now = rack.processes.filter(({ app, service }) => app === 'shop' && service === 'worker');
  expect(now.map((each) => each.id)).toEqual([expect.not.stringMatching(`^${doomed?.id}$`)]);

  await operator.goTo('runs');
  await operator.cursorAt(new RegExp(`^> +127\\.0\\.0\\.1:${port} `, 'm'));
  terminal.press('x');
  await terminal.waitFor(/None is open\./);
  await expect(through(port, 'ping')).resolves.toContain('ECONNREFUSED');

  await operator.back('runs');
  await operator.goTo('journal');
  await terminal.waitFor((screen) =>
    ['process.run', 'process.exec', 'process.copy-to', 'process.copy-from', 'process.proxy', 'process.stop'].every(
      (action) => new RegExp(` ${action} .*\\+ ok +\\+ verified`).test(screen),
    ),
  );
}, 60_000);

it('tells what became of a command, a shell, a copy and a port that broke off', async () => {
  const { all, operator, does, left, strikes } = await open();
  const { terminal } = operator;
  const rack = all.rack('staging');
  const before = rack.processes.length;

  // It dies before it says anything: the process that was started for it is removed all the same.
  strikes({ kind: 'ws', path: /\/exec$/ }, { kind: 'drop-after-frames', frames: 0 });
  await does({ ...RUN, fields: ['sleep 600'] }, /x Failed\. The session broke off: .* web-\w+ is removed\./);
  expect(left().map((each) => each.replace(/web-\w+/, 'it'))).toEqual([
    'POST /apps/shop/services/web/processes',
    'SOCKET /apps/shop/processes/it/exec',
    'DELETE /apps/shop/processes/it',
  ]);
  expect(rack.processes).toHaveLength(before);

  // In the middle of a shell: the screen comes back, and what runs there is not claimed to have ended.
  strikes({ kind: 'ws', path: /\/exec$/ }, { kind: 'drop-after-frames', frames: 2 });
  await operator.plan({ view: 'processes', row: 'web', letter: 's', title: 'Shell or command' });
  await answer(terminal, 'y', /^\/app \$/m);
  terminal.type('ls\r');
  await terminal.waitFor(/rackdeck: The session broke off.* Enter goes back\./s);
  await comesBack(terminal);
  const panel = await terminal.waitFor(/! Unclear\. /);
  expect(panel).toContain('How sh ended is not known');
  expect(panel).toContain('The command may still be running there');
  await operator.leave();

  strikes({ method: 'POST', path: /\/files$/ }, { kind: 'reset' });
  await does(
    { ...TO, fields: ['notes.txt', '/tmp/notes.txt'] },
    /! Unclear\. .*is not known\. Copying them\s+again does no harm/s,
  );
  expect(left()).toEqual([expect.stringMatching(/^POST \S+\/files$/)]);
  // Half an archive leaves nothing behind.
  rack.apps
    .get('shop')
    ?.files.set(
      `${rack.processes.find(({ app, service }) => app === 'shop' && service === 'web')?.id}:/tmp/x`,
      Buffer.alloc(4096),
    );
  strikes({ method: 'GET', path: /\/files$/ }, { kind: 'truncate' });
  await does({ ...FROM, fields: ['/tmp/x', 'half.txt'] }, /! No effect\. .*No file arrived.*cut off in the middle/s);
  expect(existsSync(join(all.home.path, 'half.txt'))).toBe(false);

  // Nobody listens there: the port is told to be open, and what its first connection came to.
  const port = portOf(await does({ ...PROXY, fields: ['10.9.9.9:3000'] }, /first connection shows whether/));
  await expect(through(port, 'ping')).resolves.toMatch(/ECONNRESET|closed/);
  // A port that is taken: nothing leaves for the rack.
  await does(
    { ...PROXY, fields: [undefined, String(port)] },
    /Could not listen on 127\.0\.0\.1:\d+.*listens there already/s,
  );
  expect(left()).toEqual([]);
  await operator.goTo('runs');
  await terminal.waitFor(
    /\(10\.9\.9\.9:3000\), open for .*! Could not connect to 10\.9\.9\.9:3000: .*connection refused/s,
  );

  await operator.back('runs');
  await operator.goTo('journal');
  const ends: readonly (readonly [string, RegExp])[] = [
    ['process.run', /\+ ok +x failed/],
    ['process.exec', /! unclear +\? unknown/],
    ['process.copy-to', /! unclear +\? unknown/],
    ['process.copy-from', /! unclear +x failed/],
    ['process.proxy', /~ refused/],
  ];
  await terminal.waitFor((screen) =>
    ends.every(([action, end]) => screen.split('\n').some((line) => line.includes(` ${action} `) && end.test(line))),
  );
}, 60_000);
