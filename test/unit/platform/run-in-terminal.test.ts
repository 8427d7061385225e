import { PassThrough, Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { TerminalInput } from '../../../src/platform/raw-input.ts';
import {
  type RemoteSession,
  type RemoteSink,
  runInTerminal,
  type TerminalOutput,
  type TerminalRun,
} from '../../../src/platform/run-in-terminal.ts';

type FakeInput = PassThrough & TerminalInput & { isRaw: boolean; raws: boolean[]; type(keys: string | Buffer): void };

function fakeInput({ isTTY = true, isRaw = false }: { isTTY?: boolean; isRaw?: boolean } = {}): FakeInput {
  const stream = new PassThrough();
  const raws: boolean[] = [];
  return Object.assign(stream, {
    isTTY,
    isRaw,
    raws,
    setRawMode(raw: boolean) {
      raws.push(raw);
      (stream as unknown as { isRaw: boolean }).isRaw = raw;
    },
    type: (keys: string | Buffer) => void stream.write(keys),
  });
}

type FakeOutput = TerminalOutput & { readonly shown: () => string; readonly hold: (held: boolean) => void };

function fakeOutput(isTTY = true): FakeOutput {
  const chunks: Buffer[] = [];
  let held = false;
  let waiting: (() => void) | undefined;
  const stream = new Writable({
    highWaterMark: 64,
    write(chunk: Buffer, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      if (held) waiting = done;
      else done();
    },
  });
  return Object.assign(stream, {
    isTTY,
    columns: 100,
    rows: 30,
    shown: () => Buffer.concat(chunks).toString('latin1'),
    hold: (value: boolean) => {
      held = value;
      if (!held) waiting?.();
      waiting = undefined;
    },
  });
}

/** A remote side that a test plays. */
class FakeRemote implements RemoteSession<string> {
  readonly #opened = Promise.withResolvers<boolean>();
  readonly #result = Promise.withResolvers<string>();
  readonly opened = this.#opened.promise;
  readonly result = this.#result.promise;
  sink: RemoteSink | undefined;
  size: { rows: number; columns: number } | undefined;
  readonly typed: Buffer[] = [];
  readonly events: string[] = [];
  takes = true;

  readonly open = (sink: RemoteSink, size: { rows: number; columns: number } | undefined): this => {
    this.sink = sink;
    this.size = size;
    return this;
  };
  up(): void {
    this.#opened.resolve(true);
  }
  end(how: string): void {
    this.#opened.resolve(false);
    this.#result.resolve(how);
  }
  say(text: string | Buffer): boolean {
    return this.sink?.output(Buffer.from(text)) ?? true;
  }
  get text(): string {
    return Buffer.concat(this.typed).toString('latin1');
  }
  write(bytes: Uint8Array): boolean {
    this.typed.push(Buffer.from(bytes));
    return this.takes;
  }
  endInput(): void {
    this.events.push('end of input');
  }
  resume(): void {
    this.events.push('resume');
  }
  close(): void {
    this.events.push('close');
    this.end('closed');
  }
}

function start(changes: Partial<TerminalRun<string>> & { input?: FakeInput; output?: FakeOutput } = {}) {
  const input = changes.input ?? fakeInput();
  const output = changes.output ?? fakeOutput();
  const remote = new FakeRemote();
  const done = runInTerminal<string>({ quietMs: 30, open: remote.open, ...changes, input, output });
  return { input, output, remote, done };
}

describe('a session', () => {
  test('bytes both ways, the size at the start, Ctrl-C to the remote side; the terminal as it was', async () => {
    const { input, output, remote, done } = start();
    expect(remote.size).toEqual({ rows: 30, columns: 100 });
    expect(input.raws).toEqual([]);
    remote.up();
    await expect.poll(() => input.raws).toEqual([true]);
    const bytes = Buffer.from([0xff, 0x1b, 0x5b, 0x41, 0x00, 0xe2]);
    remote.say(bytes);
    expect(output.shown()).toBe(bytes.toString('latin1'));
    input.type(Buffer.from([0x03, 0xff, 0xc3]));
    await expect.poll(() => remote.text).toBe('\u0003\u00ff\u00c3');
    remote.end('exited');
    expect(await done).toEqual({ end: 'exited', attached: true, hungUp: false });
    expect(input.raws).toEqual([true, false]);
    expect(input.listenerCount('readable') + input.listenerCount('end') + input.listenerCount('error')).toBe(0);
  });

  test('refused before it opened: nobody touched the terminal', async () => {
    const suspended: string[] = [];
    const suspend = async (work: () => Promise<void>) => {
      suspended.push('suspended');
      await work();
    };
    const { input, output, remote, done } = start({ suspend });
    remote.end('refused');
    expect(await done).toEqual({ end: 'refused', attached: false, hungUp: false });
    expect([input.raws, output.shown(), suspended]).toEqual([[], '', []]);
  });

  test('what came before the terminal was handed over is shown after it, in order', async () => {
    const order: string[] = [];
    const suspend = async (work: () => Promise<void>) => {
      order.push('suspend');
      await work();
      order.push('back');
    };
    const { input, output, remote, done } = start({ suspend, greeting: 'hello \u001b[2J' });
    expect(remote.say('one ')).toBe(false);
    expect(remote.say('two')).toBe(false);
    expect(output.shown()).toBe('');
    input.type('typed for the dashboard');
    remote.up();
    await expect.poll(output.shown).toBe('\r\nhello \r\none two');
    expect(remote.events).toContain('resume');
    expect(remote.text).toBe('');
    remote.end('exited');
    await done;
    expect(order).toEqual(['suspend', 'back']);
  });

  test('Ink reads text from the same stream: bytes come through whole, and it finds its encoding again', async () => {
    const input = fakeInput({ isRaw: true });
    input.setEncoding('utf8');
    const { remote, done } = start({ input });
    remote.up();
    await expect.poll(() => input.raws).toEqual([true]);
    input.type(Buffer.from([0xc3, 0xbc, 0xff, 0x80]));
    await expect.poll(() => remote.text).toBe('\u00c3\u00bc\u00ff\u0080');
    remote.end('exited');
    await done;
    expect(input.readableEncoding).toBe('utf8');
    expect(input.isRaw).toBe(true);
    input.type('ü');
    await expect.poll(() => input.read() as unknown).toBe('ü');
  });

  test('a terminal that is slow holds the remote side back', async () => {
    const { output, remote, done } = start();
    remote.up();
    await expect.poll(() => remote.events).toEqual(['resume']);
    output.hold(true);
    expect(remote.say('x'.repeat(100))).toBe(false);
    output.hold(false);
    await expect.poll(() => remote.events).toEqual(['resume', 'resume']);
    remote.end('exited');
    await done;
  });
});

describe('the way out', () => {
  test('~. after enter hangs up while the remote side takes nothing', async () => {
    const { input, remote, done } = start();
    remote.up();
    await expect.poll(() => input.raws).toEqual([true]);
    remote.takes = false;
    input.type('stuck\r');
    await expect.poll(() => remote.text).toBe('stuck\r');
    input.type('~.');
    expect(await done).toEqual({ end: 'closed', attached: true, hungUp: true });
    expect(remote.text).toBe('stuck\r');
    expect(input.raws).toEqual([true, false]);
  });

  test('~? says how, and how to tell the remote side a new size', async () => {
    const { input, output, remote, done } = start();
    remote.up();
    await expect.poll(() => input.raws).toEqual([true]);
    input.type('~?');
    await expect.poll(output.shown).toContain('stty rows 30 cols 100');
    remote.end('exited');
    await done;
  });

  test('the signal hangs up; so does a terminal that is gone', async () => {
    const controller = new AbortController();
    const first = start({ signal: controller.signal });
    first.remote.up();
    await expect.poll(() => first.input.raws).toEqual([true]);
    controller.abort();
    expect((await first.done).end).toBe('closed');
    const second = start();
    second.remote.up();
    await expect.poll(() => second.input.raws).toEqual([true]);
    second.input.end();
    expect((await second.done).end).toBe('closed');
    const third = start();
    third.remote.up();
    await expect.poll(() => third.input.raws).toEqual([true]);
    third.output.destroy(new Error('EIO'));
    expect((await third.done).end).toBe('closed');
    expect(third.input.raws).toEqual([true, false]);
  });

  test('a hand-over that fails leaves no session behind', async () => {
    const suspend = async () => {
      throw new Error('already suspended');
    };
    const { input, remote, done } = start({ suspend });
    remote.up();
    await expect(done).rejects.toThrow('already suspended');
    expect(remote.events).toContain('close');
    expect(input.raws).toEqual([]);
  });

  test('modes that the remote side left behind are put back', async () => {
    const { output, remote, done } = start();
    remote.up();
    await expect.poll(() => remote.events).toEqual(['resume']);
    remote.say('\u001b[?1049h\u001b[?25l');
    remote.end('failed');
    await done;
    expect(output.shown()).toContain('\u001b[?25h\u001b[?1049l');
  });
});

describe('typed too late', () => {
  test('nothing typed after the end reaches the next reader, as long as typing goes on', async () => {
    const { input, remote, done } = start({ quietMs: 60 });
    remote.up();
    await expect.poll(() => input.raws).toEqual([true]);
    remote.end('failed');
    let over = false;
    void done.then(() => {
      over = true;
    });
    for (let i = 0; i < 8; i++) {
      input.type('x');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(over).toBe(false);
    await done;
    expect([remote.text, input.read() as unknown]).toEqual(['', null]);
  });

  test('with waitForEnter only an enter after a pause goes on', async () => {
    const farewell = (end: string) => ({ text: `ended: ${end}`, waitForEnter: true });
    const { input, output, remote, done } = start({ farewell });
    remote.up();
    await expect.poll(() => input.raws).toEqual([true]);
    remote.end('failed');
    await expect.poll(output.shown).toContain('ended: failed');
    input.type('rm -rf x\r');
    let over = false;
    void done.then(() => {
      over = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(over).toBe(false);
    input.type('\r');
    await done;
    expect(input.read() as unknown).toBe(null);
  });

  test('a terminal that goes away while we wait', async () => {
    const { input, remote, done } = start({ farewell: () => ({ text: 'bye', waitForEnter: true }) });
    remote.up();
    await expect.poll(() => input.raws).toEqual([true]);
    remote.end('exited');
    await Promise.resolve();
    input.end();
    await done;
  });
});

describe('a pipe', () => {
  test('no raw mode, no escapes, no words of ours; its end is passed on; it waits when told to', async () => {
    const input = fakeInput({ isTTY: false });
    const output = fakeOutput(false);
    const { remote, done } = start({ input, output, greeting: 'hello', farewell: () => ({ text: 'bye' }) });
    expect(remote.size).toBeUndefined();
    remote.up();
    remote.takes = false;
    input.type('\r~.one');
    await expect.poll(() => remote.text).toBe('\r~.one');
    input.type('two');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(remote.text).toBe('\r~.one');
    remote.takes = true;
    remote.sink?.drain();
    await expect.poll(() => remote.text).toBe('\r~.onetwo');
    input.end();
    await expect.poll(() => remote.events).toContain('end of input');
    remote.say('out');
    remote.end('exited');
    await done;
    expect([input.raws, output.shown()]).toEqual([[], 'out']);
  });
});
