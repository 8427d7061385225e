import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Harness } from './rack-harness.ts';

const MARKER = 'F1E49A85-0AD7-4AEF-A618-C249C6E6568D:';

describe('exec, run, consoles and the proxy (convox-api.md 2.5, 2.6)', () => {
  let harness: Harness;
  let pid: string;
  beforeAll(async () => {
    harness = await Harness.start();
    pid = harness.rack.processes.find((pod) => pod.app === 'shop' && pod.service === 'web')?.id ?? '';
  });
  afterAll(() => harness.close());

  const exec = (command: string, headers: Record<string, string> = {}, target = pid) =>
    harness.socket(`/apps/shop/processes/${target}/exec`, { command, ...headers });

  test.each([
    ['echo hello', 'hello\r\n', 0],
    ["sh -c 'echo one; exit 3'", 'one\r\n', 3],
    ["sh -c 'false && echo never; echo $?'", '1\r\n', 0],
    ['echo a | wc', 'a | wc\r\n', 0],
    ['no-such-command', 'sh: no-such-command: not found\r\n', 127],
    ['printenv SESSION_SECRET', 'demo-session-secret\r\n', 0],
  ])('%s', async (command, output, code) => {
    const socket = await (await exec(command)).end();
    expect(socket.text).toBe(`${output}${MARKER}${code}\n`);
    expect(socket.frames.at(-2)?.data.toString()).toBe(`${MARKER}${code}\n`);
  });

  test('without a terminal lines end in plain newlines', async () => {
    const socket = await (await exec('echo x', { Tty: 'false', 'Disable-Stdin': 'true' })).end();
    expect(socket.text).toBe(`x\n${MARKER}0\n`);
  });

  test('a service name stands for one of its processes', async () => {
    const socket = await (await exec('hostname', {}, 'worker')).end();
    expect(socket.text).toMatch(/^worker-[\w-]+\r\n/);
  });

  test('a lost process: marker 0 and then the error', async () => {
    const socket = await (await exec('true', {}, 'web-lost')).end();
    expect(socket.frames.map((frame) => frame.data.toString())).toEqual([
      `${MARKER}0\n`,
      'ERROR: pods "web-lost" not found\n',
      '',
    ]);
  });

  test('a missing command is an error without a marker', async () => {
    const socket = await (await harness.socket(`/apps/shop/processes/${pid}/exec`)).end();
    expect(socket.text).toBe('ERROR: command required\n');
  });

  test('an interactive shell echoes, runs, takes ^C and leaves with the code of exit', async () => {
    const socket = await exec('sh', { Height: '24', Width: '80' });
    await socket.until((s) => s.text === '/app $ ');
    socket.send('echo hi\r');
    await socket.until((s) => s.text.includes('hi\r\n/app $ '));
    expect(socket.text).toContain('echo hi\r\nhi\r\n');
    socket.send('half a line\u0003');
    await socket.until((s) => s.text.endsWith('^C\r\n/app $ '));
    socket.send('exit 7\r');
    expect((await socket.end()).text.endsWith(`${MARKER}7\n`)).toBe(true);
  });

  test('pings are answered while the socket reads', async () => {
    const socket = await exec('sh');
    const pong = new Promise((resolve) => socket.ws.once('pong', resolve));
    socket.ws.ping();
    await pong;
    socket.send('\u0004');
    await socket.end();
  });

  test('the end of input does not end cat', async () => {
    const socket = await exec('cat');
    socket.ws.send(Buffer.alloc(0), { binary: true });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(socket.ended).toBe(false);
  });

  test('a read token may exec before 3.24.6 only', async () => {
    const read = { Authorization: harness.jwt('r') };
    expect((await (await exec('true', read)).end()).text).toBe('ERROR: you are unauthorized to access this\n');
    harness.rack.version = '3.24.5';
    expect((await (await exec('true', read)).end()).text).toBe(`${MARKER}0\n`);
    harness.rack.version = '3.24.9';
  });

  test('run: pending, running, exec into it, delete, gone', async () => {
    const made = await harness.ask('/apps/shop/services/web/processes', {
      method: 'POST',
      headers: { Command: 'sleep 3600', Cpu: '100', Memory: '128' },
    });
    const { id, status, command } = made.json<{ id: string; status: string; command: string }>();
    expect([status, command]).toEqual(['pending', 'sleep 3600']);
    expect(id).toMatch(/^web-[a-z0-9]{5}$/);
    const early = await (await exec('true', {}, id)).end();
    expect(early.text).toMatch(new RegExp(`^${MARKER}1\nERROR: `));
    harness.advance(3_000);
    expect(await harness.get(`/apps/shop/processes/${id}`)).toMatchObject({ status: 'running' });
    expect((await (await exec('echo in', {}, id)).end()).text).toBe(`in\r\n${MARKER}0\n`);
    await harness.delete(`/apps/shop/processes/${id}`);
    harness.advance(2_000);
    expect((await harness.ask(`/apps/shop/processes/${id}`)).text).toBe(`pods "${id}" not found\n`);
  });

  test.each([
    ['true', 'complete'],
    ["sh -c 'exit 2'", 'failed'],
  ])('a detached %s ends as %s', async (command, status) => {
    const made = await harness.ask('/apps/shop/services/web/processes', {
      method: 'POST',
      headers: { Command: command },
    });
    harness.advance(10_000);
    expect(await harness.get(`/apps/shop/processes/${made.json<{ id: string }>().id}`)).toMatchObject({ status });
  });

  test('a node shell needs a private key', async () => {
    const path = `/instances/${harness.rack.nodes[0]?.id}/shell`;
    expect((await (await harness.socket(path, { Command: 'hostname' })).end()).text).toBe('ERROR: ssh: no key found\n');
    const key = Buffer.from('-----BEGIN RSA PRIVATE KEY-----').toString('base64');
    const socket = await (await harness.socket(path, { Command: 'hostname', 'Private-Key': key })).end();
    expect(socket.text).toBe(`${harness.rack.nodes[0]?.id}\n${MARKER}0\n`);
  });

  test('a resource console ends without a marker', async () => {
    const socket = await harness.socket('/apps/shop/resources/database/console', { Height: '24', Width: '80' });
    await socket.until((s) => s.text === 'shop=> ');
    socket.send('\\q\r');
    expect((await socket.end()).text).not.toContain(MARKER);
  });

  test('the proxy echoes and dies without a word', async () => {
    const socket = await harness.socket('/proxy/resource-database.prod-shop.svc.cluster.local/5432');
    socket.send('ping');
    await socket.until((s) => s.text === 'ping');
    socket.ws.send(Buffer.alloc(0), { binary: true });
    await new Promise((resolve) => socket.ws.once('close', resolve));
    expect(socket.ended).toBe(false);
  });

  test('the proxy reaches a process on its own port, and on no other', async () => {
    const pod = harness.rack.processes.find(({ app, service }) => app === 'shop' && service === 'web');
    const [port] = pod?.ports ?? [];
    const socket = await harness.socket(`/proxy/${pod?.host}/${port}`);
    socket.send('ping');
    await socket.until((s) => s.text === 'ping');
    socket.ws.terminate();
    const other = await (await harness.socket(`/proxy/${pod?.host}/22`)).end();
    expect(other.text).toBe(`ERROR: dial tcp: ${pod?.host}:22: connect: connection refused\n`);
  });

  test.each([
    ['localhost/80', 'invalid proxy host'],
    ['127.0.0.1/80', 'invalid proxy host'],
    ['169.254.169.254/80', 'invalid proxy host'],
    ['0x7f000001/80', 'invalid proxy host'],
    ['db.internal/99999', 'invalid proxy port'],
    ['db.internal/5432', 'dial tcp: lookup db.internal: no such host'],
    ['10.9.9.9/3000', 'dial tcp: 10.9.9.9:3000: connect: connection refused'],
  ])('/proxy/%s', async (target, message) => {
    expect((await (await harness.socket(`/proxy/${target}`)).end()).text).toBe(`ERROR: ${message}\n`);
  });
});
