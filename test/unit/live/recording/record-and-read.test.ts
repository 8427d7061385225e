import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDeck } from '../../../../src/live/create-deck.ts';
import { readRecording } from '../../../../src/live/recording/read-recording.ts';
import { RecordingRun } from '../../../../src/live/recording/recording-run.ts';
import { RecordingTap } from '../../../../src/live/recording/recording-tap.ts';
import { recordingTargets } from '../../../../src/live/recording/recording-targets.ts';
import { RECORDED_READS } from '../../../../src/protocol/recording/recorded-reads.ts';
import { type Simulator, startSimulator } from '../../../../src/simulator/simulator.ts';
import { PLANTED, plantSecrets } from '../../../support/planted-secrets.ts';
import { simulatedTargets } from '../../../support/simulated-targets.ts';

let folder: string;
let path: string;
let simulator: Simulator | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rackdeck-recording-'));
  path = join(folder, 'a.rec.gz');
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await simulator?.close();
  simulator = undefined;
});

const lines = () => gunzipSync(readFileSync(path)).toString().trimEnd().split('\n');

/** Records a simulator until everything was asked once, and every other read on top. */
async function record(options: { readonly maxBytes?: number; readonly planted?: boolean } = {}) {
  simulator = await startSimulator({ incident: 'bad-promote', withGateway: false, withConsole: false });
  if (options.planted) for (const rack of simulator.racks) plantSecrets(rack);
  const tap = new RecordingTap();
  const listing = tap.listing(simulatedTargets(simulator));
  const deck = createDeck({ listing, now: Date.now, random: Math.random });
  const run = await RecordingRun.start({
    path,
    by: 'rackdeck 1.2.3',
    tap,
    deck,
    listing,
    logs: true,
    maxBytes: options.maxBytes ?? 50_000_000,
    now: Date.now,
  });
  const reads = deck.session('acme/prod')?.reads({ freshMs: 0 });
  if (!reads) throw new Error('no session');
  const app = 'checkout';
  await Promise.allSettled([
    reads.apps(),
    reads.systemProcesses({ all: true }),
    reads.releases(app, { limit: 50 }),
    reads.builds(app, { limit: 30 }),
    reads.services(app),
    reads.app(app),
    reads.parameters(),
    reads.configs(app),
    reads.config(app, 'settings'),
    reads.backingResources(app),
    reads.backingResource(app, 'planted'),
    reads.rackResources(),
    reads.registries(),
    reads.certificates(),
    reads.instances(),
    reads.capacity(),
    reads.diagnose(app, {}),
    reads.balancers(app),
    reads.objects(app, ''),
    reads.budget(app),
    reads.cost(app),
    reads.app('nosuch'),
  ]);
  return { run, deck };
}

async function recorded(options: Parameters<typeof record>[0] = {}) {
  const { run, deck } = await record(options);
  // The crew's own questions and the logs take a moment.
  await expect.poll(() => run.bytes, { timeout: 8_000 }).toBeGreaterThan(20_000);
  const result = await run.stop();
  await deck.dispose();
  return result;
}

describe('a recording', () => {
  it("holds state and log lines behind a header, is its owner's alone, and says how it ended", async () => {
    const result = await recorded();
    expect(result).toMatchObject({ path, end: 'stopped' });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const [header] = lines();
    expect(JSON.parse(header ?? '')).toMatchObject({
      schema: 'rackdeck/recording@1',
      by: 'rackdeck 1.2.3',
      racks: [{ name: 'acme/prod', kind: 'direct' }, { name: 'staging' }, { name: 'acme/eu' }],
    });
    expect(JSON.parse(lines().at(-1) ?? '')).toMatchObject({ end: 'stopped' });
    const recording = await readRecording(path);
    expect(recording.damage).toBeUndefined();
    const now = () => recording.to;
    const rack = recordingTargets({ recording, name: 'a', now }).targets[0]?.connect().rack;
    if (!rack) throw new Error('no rack');
    const apps = await rack.apps();
    expect(apps.map(({ name }) => name)).toContain('checkout');
    const [newest, before] = await rack.releases('checkout', { limit: 2 });
    expect([newest?.manifest.includes('services'), before?.env.includes('PAYMENT_TIMEOUT_MS=(value 1)')]).toEqual([
      true,
      true,
    ]);
    const processes = await rack.processes('checkout', { service: 'web' });
    expect(processes.length).toBeGreaterThan(3);
    expect(new Set(processes.map(({ service }) => service))).toEqual(new Set(['web']));
    expect((await rack.process('checkout', processes[0]?.id ?? '')).id).toBe(processes[0]?.id);
    await expect(rack.app('nosuch')).rejects.toMatchObject({ kind: 'not-found' });
    await expect(rack.registries()).rejects.toMatchObject({ kind: 'unsupported' });
    const text = await new Promise<string>((resolve) => {
      const got: string[] = [];
      const sink = {
        open: () => {},
        lines: (some: readonly string[]) => got.push(...some),
        end: () => resolve(got.join('\n')),
      };
      rack.openLogs({ kind: 'service', app: 'checkout', service: 'web' }, { follow: false, sinceMs: 600_000 }, sink);
    });
    expect(text).toContain('PaymentGatewayError');
    expect(text).not.toContain('/worker-');
  });

  it('holds no planted secret, whatever was asked', async () => {
    await recorded({ planted: true });
    const text = lines().join('\n');
    expect(text.match(new RegExp(`${PLANTED}[\\w-]*`, 'g')) ?? []).toEqual([]);
    for (const rack of simulator?.racks ?? []) expect(text).not.toContain(rack.password);
    const asked = new Set(lines().map((line) => (JSON.parse(line) as { read?: string }).read));
    const never = Object.entries(RECORDED_READS)
      .filter(([, kept]) => kept === 'never')
      .map(([read]) => read);
    // A refusal is no answer: that there is no such thing may be told.
    const answers = lines().map((line) => JSON.parse(line) as { read?: string; value?: unknown });
    for (const read of never)
      expect(answers.filter((line) => line.read === read && line.value !== undefined)).toEqual([]);
    for (const read of ['apps', 'releases', 'diagnose', 'certificates', 'cost']) expect(asked).toContain(read);
  });

  it('never overwrites', async () => {
    writeFileSync(path, 'mine');
    await expect(record()).rejects.toMatchObject({ kind: 'usage', why: 'the file exists already' });
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  it('ends when it is as large as it may be', async () => {
    const { run, deck } = await record({ maxBytes: 5_000 });
    const result = await run.finished;
    await deck.dispose();
    expect(result.end).toBe('full');
    expect(JSON.parse(lines().at(-1) ?? '')).toMatchObject({ end: 'full' });
    expect((await readRecording(path)).damage).toBeUndefined();
  });

  it('plays up to where it is cut off or damaged, and says so', async () => {
    await recorded();
    const whole = readFileSync(path);
    const { to, racks } = await readRecording(path);
    const apps = await recordingTargets({ recording: await readRecording(path), name: 'a', now: () => to })
      .targets[0]?.connect()
      .rack.apps();
    expect(apps?.length).toBeGreaterThan(3);
    for (const share of [0.35, 0.6, 0.9, 0.999]) {
      const cut = join(folder, `cut-${share}`);
      writeFileSync(cut, whole);
      truncateSync(cut, Math.floor(whole.length * share));
      const recording = await readRecording(cut);
      expect(recording.damage).toMatch(/cut off|damaged/);
      expect(recording.to).toBeLessThanOrEqual(to);
      expect(recording.racks).toHaveLength(racks.length);
    }
    const spoilt = Buffer.from(whole);
    spoilt.fill(0x5a, Math.floor(whole.length * 0.7), Math.floor(whole.length * 0.7) + 64);
    const broken = join(folder, 'broken');
    writeFileSync(broken, spoilt);
    expect((await readRecording(broken)).damage).toMatch(/damaged/);
    const bad = join(folder, 'bad-line');
    writeFileSync(
      bad,
      gzipSync(
        [...lines().slice(0, 3), '{"t":1,"rack":77,"read":"apps","args":[],"value":[]}', ...lines().slice(3)].join(
          '\n',
        ),
      ),
    );
    expect(await readRecording(bad)).toMatchObject({ damage: 'one of its lines is damaged' });
  });

  it.each([
    ['nothing', undefined, /there is no such file/],
    ['an empty file', Buffer.alloc(0), /is not a recording/],
    ['a text', Buffer.from('hello'), /is not a recording/],
    ['gzip of something else', gzipSync('hello\n'), /is not a recording/],
    ['one of a later version', gzipSync('{"schema":"rackdeck/recording@9"}\n'), /of another version/],
  ])('refuses %s with a sentence', async (_name, content, message) => {
    if (content) writeFileSync(path, content);
    const error = await readRecording(path).then(
      () => undefined,
      (failure: Error) => failure,
    );
    expect(error?.message).toMatch(message);
  });

  it('never throws for the rest of a file, whatever it holds, and lets no escape sequence through', async () => {
    const header = {
      schema: 'rackdeck/recording@1',
      startedAt: 1_000,
      by: 'x',
      racks: [{ name: 'r\u001b[2J', kind: 'direct' }],
    };
    const hostile = '\u001b]0;owned\u0007\u202e';
    const line = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constant(JSON.stringify({ t: 2_000, rack: 0, read: 'instances', args: [], value: [{ id: hostile }] })),
      fc.constant(
        JSON.stringify({
          t: 2_000,
          rack: 0,
          read: 'certificates',
          args: [],
          value: [{ id: hostile, domain: hostile, domains: [hostile], status: hostile }],
        }),
      ),
      fc.constant(JSON.stringify({ t: 2_000, rack: 0, log: { kind: 'rack' }, lines: [hostile] })),
      fc.constant(
        JSON.stringify({ t: 2_000, rack: 0, read: 'apps', args: [], failed: { kind: hostile, what: hostile } }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 8 }), async (some) => {
        writeFileSync(path, gzipSync([JSON.stringify(header), ...some, ''].join('\n')));
        const recording = await readRecording(path);
        const now = () => recording.to + 60_000;
        const [target] = recordingTargets({ recording, name: 'a', now }).targets;
        const rack = target?.connect().rack;
        const shown = [
          target?.name,
          await rack?.certificates().catch((error: Error) => error.message),
          await rack?.apps().catch((error: Error) => error.message),
          recording.racks[0]?.lines({ kind: 'rack' }, 0, Number.POSITIVE_INFINITY),
        ];
        expect(JSON.stringify(shown)).not.toMatch(/\\u001b|\\u0007|\u202e|\u001b/);
      }),
      { numRuns: 40 },
    );
  });

  it('a small file that unpacks to a large one is played in part', async () => {
    const header = { schema: 'rackdeck/recording@1', startedAt: 1_000, by: 'x', racks: [] };
    writeFileSync(path, gzipSync(`${JSON.stringify(header)}\n${'\n'.repeat(2_000_000)}`));
    expect((await readRecording(path, 100_000)).damage).toMatch(/larger than can be played/);
  });
});
