import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { MAX_LOG_LINE } from '../../src/domain/safe-text.ts';
import { LogFrames } from '../../src/protocol/log-frames.ts';
import { logRequest } from '../../src/protocol/log-request.ts';
import { openLogSocket } from '../../src/protocol/log-socket.ts';
import { ownTime } from '../support/own-time.ts';
import { FLOODS, hostileText, SGR, textProblem } from './hostile.ts';

/** Bytes as a rack may send them: text, cut text, no text at all. */
const bytes = fc.oneof(
  { weight: 3, arbitrary: fc.array(hostileText, { maxLength: 6 }).map((lines) => Buffer.from(lines.join('\n'))) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array)) },
  { weight: 1, arbitrary: hostileText.map((text) => Buffer.from(text, 'latin1')) },
);

/** The same bytes in frames that end anywhere. */
const cutBytes = fc
  .tuple(fc.array(bytes, { maxLength: 5 }), fc.infiniteStream(fc.integer({ min: 1, max: 9 })))
  .map(([parts, sizes]) => {
    const whole = Buffer.concat(parts);
    const frames: Buffer[] = [];
    for (let at = 0; at < whole.length; ) {
      const size = sizes.next().value ?? 1;
      frames.push(whole.subarray(at, at + size));
      at += size;
    }
    return frames;
  });

function lineProblem(line: string): string | undefined {
  const codes = line.match(SGR) ?? [];
  if (line.length > MAX_LOG_LINE + 4 * (codes.length + 1)) return `is ${line.length} long`;
  if (codes.length > 0 && !line.endsWith('\u001b[0m')) return 'leaves a colour on';
  if (codes.some((code) => /[;[](?:5|6|8)(?=[;m])/.test(code.replace(/[34]8;(?:5;\d*|2;\d*;\d*;\d*)/g, ''))))
    return 'hides or blinks';
  return textProblem(line.replace(SGR, ''));
}

describe('the parser of log frames', () => {
  it('gives lines of printable text and colour, wherever the frames are cut', () => {
    fc.assert(
      fc.property(cutBytes, (frames) => {
        const cut = new LogFrames();
        const lines = [...frames.flatMap((frame) => cut.push(frame)), ...cut.finish()];
        expect(lines.map(lineProblem).filter(Boolean)).toEqual([]);
        const whole = new LogFrames();
        expect([...whole.push(Buffer.concat(frames)), ...whole.finish()]).toEqual(lines);
      }),
      { numRuns: 800 },
    );
  });

  it.each(FLOODS.map((flood) => [flood.slice(0, 12), flood] as const))('a megabyte of %j', (_name, flood) => {
    const frames = new LogFrames();
    const began = ownTime();
    const lines = [...frames.push(Buffer.from(flood)), ...frames.finish()];
    expect(lines.map(lineProblem).find(Boolean)).toBeUndefined();
    expect(ownTime() - began).toBeLessThan(5_000);
  });
});

describe('the socket', () => {
  let server: WebSocketServer;
  let frames: readonly Buffer[] = [];
  beforeAll(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
    server.on('connection', (socket) => {
      for (const frame of frames) socket.send(frame, { binary: false });
      socket.send(Buffer.alloc(0), { binary: true });
    });
    await new Promise((resolve) => server.once('listening', resolve));
  });
  afterAll(() => server.close());

  it('gives only such lines, and ends exactly once', async () => {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await fc.assert(
      fc.asyncProperty(cutBytes, async (sent) => {
        frames = sent;
        const lines: string[] = [];
        let ends = 0;
        await new Promise<void>((resolve) => {
          openLogSocket(
            { baseUrl: `http://127.0.0.1:${port}`, authorization: () => undefined, dialect: 'rack' },
            { now: () => 0, userAgent: 'test' },
            logRequest({ kind: 'app', app: 'shop' }, { follow: true }),
            {
              open: () => {},
              lines: (more) => lines.push(...more),
              end: () => {
                ends += 1;
                resolve();
              },
            },
          );
        });
        expect(ends).toBe(1);
        expect(lines.map(lineProblem).filter(Boolean)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
