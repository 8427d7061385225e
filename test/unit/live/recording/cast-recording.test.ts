import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CastOptions, CastRecording } from '../../../../src/live/recording/cast-recording.ts';
import { RECORDING_CONSENT } from '../../../../src/live/recording/recording-consent.ts';
import { SecretRedactor } from '../../../../src/live/recording/secret-redactor.ts';
import { SYSTEM_TIMERS } from '../../../../src/live/timers.ts';
import { temporaryFolder } from '../../platform/support.ts';

const HIDDEN = '(hidden)';

function redact(secrets: readonly string[], text: string, cuts: readonly number[] = []): string {
  const redactor = new SecretRedactor(secrets);
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  const pieces = [...places, text.length].map((to, i) => text.slice(i === 0 ? 0 : places[i - 1], to));
  return pieces.map((piece) => redactor.push(piece)).join('') + redactor.finish();
}

describe('redaction', () => {
  test.each<[string, string[], string, string]>([
    ['one', ['hunter22'], 'PASS=hunter22\r\n', `PASS=${HIDDEN}\r\n`],
    ['twice, side by side', ['hunter22'], 'hunter22hunter22', HIDDEN],
    ['the longer of two that begin alike', ['abcd', 'abcdefgh'], 'xabcdefghy', `x${HIDDEN}y`],
    ['the shorter, when the longer does not come', ['abcd', 'abcdefgh'], 'xabcdefy', `x${HIDDEN}efy`],
    ['two that overlap', ['abcdXX', 'XXefgh'], '-abcdXXefgh-', `-${HIDDEN}-`],
    [
      'lines of a key, with line ends of a terminal',
      ['BEGIN\nMIIabc\nEND.'],
      'BEGIN\r\nMIIabc\r\nEND.',
      `${HIDDEN}\r\n${HIDDEN}\r\n${HIDDEN}`,
    ],
    ['as it stands in a URL', ['p@ss/word'], 'postgres://u:p%40ss%2Fword@h', `postgres://u:${HIDDEN}@h`],
    ['too short to be one', ['abc', ''], 'abc', 'abc'],
    ['a beginning that stays one', ['hunter22'], 'a hunt', 'a hunt'],
    ['none known', [], 'anything', 'anything'],
  ])('%s', (_name, secrets, text, expected) => {
    expect(redact(secrets, text)).toBe(expected);
    expect(
      redact(
        secrets,
        text,
        Array.from({ length: text.length }, (_, i) => i),
      ),
    ).toBe(expected);
  });

  test('however the text is cut, the result is the same and no secret is in it', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 4, maxLength: 8 });
    const text = fc
      .array(fc.oneof(letters, fc.constantFrom('c', '-')), { maxLength: 8 })
      .map((parts) => parts.join(''));
    const cuts = fc.array(fc.nat(), { maxLength: 10 });
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 4 }), text, cuts, (secrets, whole, places) => {
        const result = redact(secrets, whole, places);
        expect(result).toBe(redact(secrets, whole));
        for (const secret of secrets) expect(result).not.toContain(secret);
      }),
    );
  });

  test('what no secret is in comes through unchanged', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.nat(), { maxLength: 5 }), (text, places) => {
        fc.pre(!text.includes('secret-value'));
        expect(redact(['secret-value'], text, places)).toBe(text);
      }),
    );
  });

  test('a stream that is one long secret is not kept in memory', () => {
    const redactor = new SecretRedactor(['aaaa']);
    let out = '';
    for (let i = 0; i < 1_000; i++) out += redactor.push('a'.repeat(100));
    expect(out + redactor.push('b')).toBe(`${HIDDEN}b`);
    expect(redactor.count).toBe(1);
  });
});

describe('the file', () => {
  async function record(changes: Partial<CastOptions> = {}) {
    const folder = join(await temporaryFolder(), 'recordings');
    let time = Date.UTC(2026, 4, 1, 10, 0, 0);
    const recording = await CastRecording.create({
      folder,
      title: 'sh in web-1 of shop',
      size: { columns: 80, rows: 24 },
      term: 'xterm-256color',
      secrets: ['topsecret'],
      now: () => time,
      timers: SYSTEM_TIMERS,
      ...changes,
    });
    const lines = async (): Promise<unknown[]> =>
      (await readFile(recording.path, 'utf8'))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
    return {
      recording,
      folder,
      lines,
      tick: (ms: number) => {
        time += ms;
      },
    };
  }
  const say = (recording: CastRecording, text: string | Buffer) => recording.output(Buffer.from(text));

  test('header and events, characters and secrets split over chunks; for its owner alone', async () => {
    const { recording, folder, lines, tick } = await record();
    say(recording, '$ ');
    tick(1_500);
    say(recording, Buffer.from([0xe2, 0x82]));
    tick(10);
    say(recording, Buffer.from([0xac, 0xff]));
    say(recording, ' top');
    tick(100);
    say(recording, 'secret!\u001b[0m\r\n');
    recording.input(Buffer.from('typed password'));
    expect(await recording.close()).toEqual({ path: recording.path, redactions: 1, cutOff: undefined });
    expect(await lines()).toEqual([
      {
        version: 2,
        width: 80,
        height: 24,
        timestamp: 1_777_629_600,
        title: 'sh in web-1 of shop',
        env: { TERM: 'xterm-256color' },
      },
      [0, 'o', '$ '],
      [1.51, 'o', '€\ufffd'],
      [1.51, 'o', ' '],
      [1.61, 'o', `${HIDDEN}!\u001b[0m\r\n`],
    ]);
    expect((await stat(recording.path)).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(recording.path.endsWith('2026-05-01T10-00-00.000Z-sh-in-web-1-of-shop.cast')).toBe(true);
  });

  test('input only where it is wanted; what was held back is there at the end', async () => {
    const { recording, lines } = await record({ recordInput: true });
    recording.input(Buffer.from('ls topsecret\r'));
    say(recording, 'ends in top');
    await recording.close();
    expect((await lines()).slice(1)).toEqual([
      [0, 'i', `ls ${HIDDEN}\r`],
      [0, 'o', 'ends in '],
      [0, 'o', 'top'],
    ]);
  });

  test('a secret in the title gets neither into the header nor into the name', async () => {
    const { recording, lines } = await record({ title: 'psql topsecret/../../x' });
    await recording.close();
    expect(recording.path).not.toMatch(/topsecret|\.\.\/x/);
    expect(JSON.stringify(await lines())).not.toContain('topsecret');
  });

  test('full: the recording ends, in whole lines, and says so', async () => {
    const { recording, lines } = await record({ maxBytes: 400 });
    for (let i = 0; i < 50; i++) say(recording, `line ${i}\r\n`);
    expect((await recording.close()).cutOff).toBe('full');
    const kept = await lines();
    expect(kept.length).toBeGreaterThan(3);
    expect(kept.length).toBeLessThan(20);
  });

  test('what was recorded is on the disk while it goes on', async () => {
    const waiting: (() => void)[] = [];
    const timers = { setTimeout: (callback: () => void) => waiting.push(callback), clearTimeout: () => undefined };
    const { recording, lines } = await record({ timers });
    say(recording, 'hello');
    for (const callback of waiting) callback();
    await expect.poll(async () => (await lines().catch(() => [])).length).toBe(2);
    await recording.close();
  });

  test('a name that is taken is not overwritten; a folder that cannot be made is a failure', async () => {
    const first = await record();
    const again = { folder: first.folder };
    await expect(record(again)).rejects.toMatchObject({ kind: 'usage', why: 'the file exists already' });
    await first.recording.close();
    await expect(record({ folder: join(first.recording.path, 'below') })).rejects.toMatchObject({ name: 'Failure' });
  });

  test('close twice is one end', async () => {
    const { recording } = await record();
    expect(await recording.close()).toEqual(await recording.close());
    say(recording, 'late');
  });
});

test('the banner says what is recorded and what is not', () => {
  expect(RECORDING_CONSENT).toMatch(/recorded/);
  expect(RECORDING_CONSENT).toMatch(/What you type is not recorded/);
});
