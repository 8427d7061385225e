import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fixture, openSocket, RefusedUpgrade, startFixture } from './gateway-fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
});
afterEach(() => fixture.close());

const refusal = async (path: string, token: string, headers: Record<string, string> = {}) => {
  const error = await openSocket(fixture, path, token, headers).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RefusedUpgrade);
  return error as RefusedUpgrade;
};

describe('refused handshakes are ordinary responses', () => {
  it('dead credentials', async () => {
    const error = await refusal('/apps/web/logs', 'unknown');
    expect([error.status, error.body]).toEqual([401, 'authentication failed: session not found\n']);
    expect(error.headers['x-error-reason']).toBe('authentication failed: session not found');
    expect(error.headers['x-request-id']).toBeDefined();
  });

  it('routes off the list, exec without step-up, exec without permission', async () => {
    expect((await refusal('/apps/web/services/web/logs', fixture.session('admin'))).status).toBe(404);
    const asked = await refusal('/apps/web/processes/p1/exec', fixture.session('ops', { stepUp: false }));
    expect([asked.status, asked.headers['x-mfa-level']]).toEqual([401, 'step_up']);
    const denied = await refusal('/apps/web/processes/p1/exec', fixture.session('viewer'));
    expect([denied.status, denied.body]).toEqual([403, "You don't have permission to run processes.\n"]);
  });

  it("the rack's own refusal, and a rack that is down", async () => {
    fixture.rack.refusedUpgrades['/apps/web/logs'] = { status: 404, body: '{"error":"no such app"}' };
    const token = fixture.session('viewer');
    const relayed = await refusal('/apps/web/logs', token);
    expect([relayed.status, relayed.body]).toEqual([404, '{"error":"no such app"}']);
    await fixture.rack.close();
    const down = await refusal('/apps/web/logs', token);
    expect(down.status).toBe(500);
    expect(down.body).toContain('failed to dial upstream websocket: ');
  });
});

describe('an open socket', () => {
  it('relays frames with their type, bytes untouched, from the very first', async () => {
    fixture.rack.sockets['/apps/web/logs'] = (socket) => {
      socket.send('first\n');
      socket.send(Buffer.from([0xe2, 0x82]), { binary: false });
      socket.send(Buffer.from([0xac]), { binary: false });
      socket.send(Buffer.alloc(0), { binary: true });
    };
    const opened = await openSocket(fixture, '/apps/web/logs', fixture.session('viewer'), {
      follow: 'true',
      tail: '5',
    });
    const end = await opened.frame((frame) => frame.binary);
    expect(end.bytes).toHaveLength(0);
    expect(opened.frames.map((frame) => [frame.binary, frame.bytes.toString('hex')])).toEqual([
      [false, Buffer.from('first\n').toString('hex')],
      [false, 'e282'],
      [false, 'ac'],
      [true, ''],
    ]);
    const seen = fixture.rack.last('GET', '/apps/web/logs');
    expect(seen.headers).toMatchObject({ follow: 'true', tail: '5', 'x-user-email': 'viewer@example.com' });
    expect(seen.headers.authorization).toMatch(/^Basic /);
  });

  it('stays open after the end marker, answers pings and sends none', async () => {
    fixture.rack.sockets['/system/logs'] = (socket) => socket.send(Buffer.alloc(0), { binary: true });
    const opened = await openSocket(fixture, '/system/logs', fixture.session('viewer'));
    await opened.frame((frame) => frame.binary);
    let pings = 0;
    opened.socket.on('ping', () => pings++);
    const pong = new Promise((resolve) => opened.socket.on('pong', resolve));
    opened.socket.ping();
    await pong;
    expect([opened.socket.readyState, pings]).toEqual([opened.socket.OPEN, 0]);
    opened.socket.close(1000);
    expect(await opened.closed).toBe(1000);
  });

  it('relays stdin as text and passes its end on', async () => {
    const got: [string, boolean][] = [];
    fixture.rack.sockets['/apps/web/processes/p1/exec'] = (socket) => {
      socket.on('message', (data, binary) => {
        got.push([data.toString(), binary]);
        if (binary) socket.send('F1E49A85-0AD7-4AEF-A618-C249C6E6568D:3\n');
        else socket.send(`echo ${data.toString()}`);
      });
    };
    const opened = await openSocket(fixture, '/apps/web/processes/p1/exec', fixture.session('ops'), { command: 'sh' });
    opened.socket.send('ls');
    await opened.frame((frame) => frame.data === 'echo ls');
    opened.socket.send(Buffer.alloc(0), { binary: true });
    await opened.frame((frame) => frame.data.endsWith(':3\n'));
    expect(got).toEqual([
      ['ls', false],
      ['', true],
    ]);
  });

  it('ends with 1006 when the rack closes, after the last words', async () => {
    fixture.rack.sockets['/apps/web/builds/B1/logs'] = (socket) => {
      socket.send('done\n');
      socket.close(1000);
    };
    const opened = await openSocket(fixture, '/apps/web/builds/B1/logs', fixture.session('viewer'));
    expect(await opened.closed).toBe(1006);
    expect(opened.frames.map((frame) => frame.data)).toEqual(['done\n']);
  });

  it('lets go of the rack when the client leaves', async () => {
    const gone = new Promise<void>((resolve) => {
      fixture.rack.sockets['/apps/web/logs'] = (socket) => socket.on('close', () => resolve());
    });
    const opened = await openSocket(fixture, '/apps/web/logs', fixture.session('viewer'));
    opened.socket.close(1000);
    await gone;
  });

  it('echoes a subprotocol only when the rack selects it, and never compresses', async () => {
    fixture.rack.sockets['/apps/web/logs'] = () => undefined;
    const token = fixture.session('viewer');
    const chosen = await openSocket(fixture, '/apps/web/logs', token, {}, ['v0', 'v1']);
    expect([chosen.socket.protocol, chosen.socket.extensions]).toEqual(['v1', '']);
    expect((await openSocket(fixture, '/apps/web/logs', token)).socket.protocol).toBe('');
  });

  it('accepts a code on the handshake itself', async () => {
    fixture.rack.sockets['/apps/web/processes/p1/exec'] = (socket) => socket.send('ready');
    const token = fixture.session('ops', { stepUp: false });
    const code = fixture.freshCode('ops@example.com');
    const opened = await openSocket(fixture, '/apps/web/processes/p1/exec', token, { 'x-mfa-totp': code });
    await opened.frame((frame) => frame.data === 'ready');
  });
});
