import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Harness } from './rack-harness.ts';

interface App {
  status: string;
  release: string;
}
interface Release {
  id: string;
  build: string;
  env: string;
  description: string;
  created: string;
  manifest: string;
}
interface Process {
  id: string;
  release: string;
  status: string;
  service: string;
  name: string;
}

describe('releases, builds and the rollout (convox-api.md 6.2, 11.7, 11.8)', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await Harness.start();
  });
  afterEach(() => harness.close());

  const app = (name: string): Promise<App> => harness.get<App>(`/apps/${name}`);
  const view = async (name: string): Promise<string> => {
    const { status, release } = await app(name);
    return `${status} ${release}`;
  };
  const processes = (name: string): Promise<Process[]> => harness.get<Process[]>(`/apps/${name}/processes`);
  const newRelease = async (name: string, form: Record<string, string>): Promise<Release> =>
    (await harness.post(`/apps/${name}/releases`, form)).json<Release>();

  test('a promote is ok at once, stays running for a moment, then updates with the new id, then runs', async () => {
    const before = (await app('shop')).release;
    const release = await newRelease('shop', { env: 'A=1\nB=2' });
    expect((await harness.post(`/apps/shop/releases/${release.id}/promote`)).text).toBe('ok\n');
    expect(await view('shop')).toBe(`running ${before}`);
    harness.advance(2_000);
    expect(await view('shop')).toBe(`updating ${release.id}`);
    expect(new Set((await processes('shop')).map((process) => process.release))).toEqual(new Set([before, release.id]));
    harness.advance(60_000);
    expect(await view('shop')).toBe(`running ${release.id}`);
    const after = await processes('shop');
    expect(after.every((process) => process.release === release.id && process.status === 'running')).toBe(true);
    expect(after).toHaveLength(8 + 4 + 1);
  });

  test('promoting while updating is refused unless forced', async () => {
    const first = await newRelease('shop', { env: 'A=1' });
    const second = await newRelease('shop', { env: 'A=2' });
    await harness.post(`/apps/shop/releases/${first.id}/promote`);
    harness.advance(2_000);
    const refused = await harness.post(`/apps/shop/releases/${second.id}/promote`, { force: 'false' });
    expect([refused.status, refused.text]).toEqual([403, 'app is currently updating\n']);
    expect((await harness.post(`/apps/shop/releases/${second.id}/promote`, { force: 'true' })).status).toBe(200);
    harness.advance(60_000);
    expect(await view('shop')).toBe(`running ${second.id}`);
  });

  test('an older release and an empty manifest are refused', async () => {
    const [, older] = await harness.get<Release[]>('/apps/shop/releases');
    const refused = await harness.post(`/apps/shop/releases/${older?.id}/promote`);
    expect([refused.status, refused.text]).toEqual([400, 'can not promote an older release, try rollback\n']);
    await harness.post('/apps', { name: 'bare' });
    const bare = await newRelease('bare', { env: 'A=1' });
    const empty = await harness.post(`/apps/bare/releases/${bare.id}/promote`);
    expect([empty.status, empty.text]).toEqual([400, 'can not promote a release with an empty manifest\n']);
  });

  test('cancel only while updating; it rolls back and ends running on the old release', async () => {
    const before = (await app('shop')).release;
    expect((await harness.post('/apps/shop/cancel')).text).toBe('app is not updating\n');
    const release = await newRelease('shop', { env: 'A=1' });
    await harness.post(`/apps/shop/releases/${release.id}/promote`);
    harness.advance(3_000);
    expect((await harness.post('/apps/shop/cancel')).status).toBe(200);
    expect(await view('shop')).toBe(`rollback ${before}`);
    harness.advance(20_000);
    expect(await view('shop')).toBe(`running ${before}`);
    const after = await processes('shop');
    expect([after.length, new Set(after.map((process) => process.release))]).toEqual([13, new Set([before])]);
  });

  test('a release that never becomes healthy: crashing beside the old one, rolled back at the deadline', async () => {
    const { release } = await app('checkout');
    const { releases } = harness.rack.apps.get('checkout') ?? { releases: [] };
    const old = releases.find((candidate) => candidate.id !== release && candidate === releases.at(-2))?.id;
    expect((await app('checkout')).status).toBe('updating');
    const web = (await processes('checkout')).filter((process) => process.service === 'web');
    expect(web.filter((process) => process.release === release)).toHaveLength(6);
    expect(web.filter((process) => process.release === old && process.status === 'running')).toHaveLength(3);
    const seen = new Set<string>();
    for (let second = 0; second < 95; second++) {
      harness.advance(1_000);
      for (const process of await processes('checkout'))
        if (process.release === release && process.name === 'web') seen.add(process.status);
    }
    expect(seen).toEqual(new Set(['starting', 'unhealthy', 'crashed']));
    harness.advance(36.45 * 60_000);
    expect(await view('checkout')).toBe(`rollback ${old}`);
    harness.advance(60_000);
    expect(await view('checkout')).toBe(`running ${old}`);
    const after = await processes('checkout');
    expect(after.every((process) => process.release === old && process.status === 'running')).toBe(true);
    expect(after).toHaveLength(10);
  });

  test('the timeout of a promote moves the deadline', async () => {
    const [bad] = await harness.get<Release[]>('/apps/checkout/releases?limit=1');
    await harness.post('/apps/checkout/cancel');
    harness.advance(30_000);
    const again = await newRelease('checkout', { build: bad?.build ?? '' });
    await harness.post(`/apps/checkout/releases/${again.id}/promote`, { timeout: '60' });
    harness.advance(50_000);
    expect((await app('checkout')).status).toBe('updating');
    harness.advance(15_000);
    expect((await app('checkout')).status).toBe('rollback');
  });

  test('a rollback by a new release with the old build and env', async () => {
    const { releases } = harness.rack.apps.get('checkout') ?? { releases: [] };
    const good = releases.at(-2);
    const fresh = await newRelease('checkout', { build: good?.build ?? '', env: good?.env ?? '' });
    await harness.post(`/apps/checkout/releases/${fresh.id}/promote`, { force: 'true' });
    harness.advance(60_000);
    expect(await view('checkout')).toBe(`running ${fresh.id}`);
    expect((await processes('checkout')).filter((process) => process.status !== 'running')).toEqual([]);
  });

  test('an env release forks from the newest, even unpromoted one, and says what changed', async () => {
    const active = (await app('search')).release;
    const [newest] = await harness.get<Release[]>('/apps/search/releases?limit=1');
    expect(newest?.id).not.toBe(active);
    const made = await newRelease('search', { env: 'LOG_LEVEL=debug\r\nNEW=a=b\nnonsense\n' });
    expect(made.build).toBe(newest?.build);
    expect(made.manifest).toBe(newest?.manifest);
    expect(made.env).toBe('LOG_LEVEL=debug\nNEW=a=b');
    expect(made.description).toBe('env add:NEW change:LOG_LEVEL remove:INDEX_SHARDS');
    const forked = await newRelease('search', { env: 'X=1', 'parent-release': active.toLowerCase() });
    expect(forked.build).not.toBe(newest?.build);
  });

  test('lists: newest first, ten by default, limits honoured, ids case-insensitive', async () => {
    for (let i = 0; i < 12; i++) await newRelease('media', { env: `N=${i}` });
    const listed = await harness.get<Release[]>('/apps/media/releases');
    expect(listed).toHaveLength(10);
    expect(listed.map((release) => release.env)).toEqual([...Array(10).keys()].map((i) => `N=${11 - i}`));
    expect(listed.map((release) => release.created)).toEqual(
      listed
        .map((release) => release.created)
        .sort()
        .reverse(),
    );
    expect(await harness.get<Release[]>('/apps/media/releases?limit=3')).toHaveLength(3);
    const [first] = listed;
    expect(await harness.get(`/apps/media/releases/${first?.id.toLowerCase()}`)).toEqual(first);
    expect(first?.id).toMatch(/^R[A-Z]{10}$/);
  });

  test('a build: created, running with a pod, complete with a release; the next one fails', async () => {
    interface Build {
      id: string;
      status: string;
      release: string;
      ended: string;
      process: string;
      logs: string;
      'git-sha': string;
    }
    const form = { url: 'object://media/tmp/x.tgz', description: 'one', 'git-sha': 'abc' };
    const build = (await harness.post('/apps/media/builds', form)).json<Build>();
    const read = (id = build.id): Promise<Build> => harness.get(`/apps/media/builds/${id}`);
    expect(build).toMatchObject({ status: 'created', release: '', ended: '0001-01-01T00:00:00Z', 'git-sha': 'abc' });
    harness.advance(2_000);
    expect((await read()).status).toBe('running');
    expect((await processes('media')).find((process) => process.id === build.process)?.name).toBe('build');
    harness.advance(20_000);
    const done = await read();
    expect(done).toMatchObject({ status: 'complete', logs: `object://media/build/${build.id}/logs` });
    expect(await harness.get(`/apps/media/releases/${done.release}`)).toMatchObject({
      build: build.id,
      description: 'one',
    });
    expect((await processes('media')).some((process) => process.id === build.process)).toBe(false);
    harness.rack.nextBuildFails = true;
    const failing = (await harness.post('/apps/media/builds', form)).json<Build>();
    harness.advance(30_000);
    expect(await read(failing.id)).toMatchObject({ status: 'failed', release: '' });
  });

  test('lock applies the release again: updating for a moment, same processes', async () => {
    const before = await processes('shop');
    await harness.put('/apps/shop', { lock: 'true' });
    expect(await harness.get('/apps/shop')).toMatchObject({ locked: true, status: 'running' });
    harness.advance(2_000);
    expect((await app('shop')).status).toBe('updating');
    harness.advance(10_000);
    expect((await app('shop')).status).toBe('running');
    expect((await processes('shop')).map((process) => process.id)).toEqual(before.map((process) => process.id));
  });

  test('restart replaces every process without touching the app', async () => {
    const before = await processes('notify');
    await harness.post('/apps/notify/services/worker/restart');
    expect((await app('notify')).status).toBe('running');
    harness.advance(60_000);
    const after = await processes('notify');
    expect(after).toHaveLength(before.length);
    const kept = after.filter((process) => before.some((old) => old.id === process.id));
    expect(kept.map((process) => process.name)).toEqual(['scheduler']);
  });

  test('scale up starts pending processes, down removes the youngest; a stopped one is replaced', async () => {
    await harness.put('/apps/notify/services/worker', { count: '6' });
    const now = await processes('notify');
    expect(now.filter((process) => process.status === 'pending')).toHaveLength(2);
    harness.advance(2_000);
    expect((await processes('notify')).filter((process) => process.status === 'starting')).toHaveLength(2);
    harness.advance(10_000);
    expect((await processes('notify')).every((process) => process.status === 'running')).toBe(true);
    await harness.put('/apps/notify/services/worker', { count: '1' });
    harness.advance(10_000);
    const [left] = (await processes('notify')).filter((process) => process.name === 'worker');
    await harness.delete(`/apps/notify/processes/${left?.id}`);
    harness.advance(10_000);
    const replaced = (await processes('notify')).filter((process) => process.name === 'worker');
    expect([replaced.length, replaced[0]?.id === left?.id]).toEqual([1, false]);
  });

  test('a stopped process of a bad release gets a successor that fares no better', async () => {
    const web = (await processes('checkout')).filter((process) => process.name === 'web');
    const bad = web.find((process) => process.status !== 'running');
    await harness.delete(`/apps/checkout/processes/${bad?.id}`);
    harness.advance(30_000);
    const after = (await processes('checkout')).filter((process) => process.name === 'web');
    expect(after).toHaveLength(web.length);
    const [successor] = after.filter((process) => !web.some((old) => old.id === process.id));
    expect([successor?.release, successor?.status]).toEqual([bad?.release, 'crashed']);
    const lost = (await processes('search')).find((process) => process.status === 'pending');
    await harness.delete(`/apps/search/processes/${lost?.id}`);
    harness.advance(30_000);
    expect((await processes('search')).filter((process) => process.status === 'pending')).toHaveLength(1);
  });

  test('scaling during a stuck rollout adds to the new release', async () => {
    const { release } = await app('checkout');
    await harness.put('/apps/checkout/services/web', { count: '8' });
    const fresh = (await processes('checkout')).filter(
      (process) => process.name === 'web' && process.release === release,
    );
    expect(fresh).toHaveLength(8);
  });

  test('a terminated node is drained, leaves, and is replaced', async () => {
    await harness.close();
    harness = await Harness.start({ timings: { instanceDrain: 50 } });
    const [node] = harness.rack.nodes;
    const id = node?.id ?? '';
    const count = harness.rack.processes.filter((pod) => pod.kind === 'service').length;
    expect((await harness.delete(`/instances/${id}`)).text).toBe('ok\n');
    harness.advance(60_000);
    const nodes = await harness.get<{ id: string; status: string }[]>('/instances');
    expect([nodes.length, nodes.some((other) => other.id === id)]).toEqual([6, false]);
    const left = harness.rack.processes;
    expect(left.filter((pod) => pod.node === id)).toEqual([]);
    expect(left.filter((pod) => pod.kind === 'service')).toHaveLength(count);
  });

  test('read-after-write lag: lists show the old state for a while', async () => {
    harness.rack.readLagMs = 2_000;
    const before = (await harness.get<Release[]>('/apps/shop/releases')).length;
    await newRelease('shop', { env: 'A=1' });
    expect(await harness.get('/apps/shop/releases')).toHaveLength(before);
    harness.advance(2_500);
    expect(await harness.get('/apps/shop/releases')).toHaveLength(before + 1);
  });
});
