import { isoText } from '../domain/age.ts';
import { type EnvDelta, envDelta, envDeltaText, envKeyText, parseEnv } from '../domain/env-text.ts';
import { asFailure } from '../domain/failure.ts';
import type { Release } from '../domain/release.ts';
import type { Creator } from '../protocol/gateway-api.ts';
import type { Tone } from './column.ts';
import { age, name, text } from './columns.ts';
import { defineResource, type QueryContext } from './define-resource.ts';
import { healthyRelease } from './healthy-release.ts';
import { appSides } from './side-links.ts';

/** Each carries its whole env and manifest, so a list is kept short (convox-api.md 12.21). */
const LIMIT = 25;

export interface ReleaseRow {
  readonly release: Release;
  /** `active`: what the app runs or deploys to; `newer`: created after it, not promoted; `''`: history. */
  readonly mark: 'active' | 'newest, not promoted' | 'not promoted' | 'last healthy' | '';
  /** Why it is taken for the last healthy one, or why it may only be; undefined on all others. */
  readonly healthy: string | undefined;
  readonly by: string;
  /** Against the release before it in the list; undefined for the oldest one. */
  readonly delta: EnvDelta | undefined;
}

async function query(context: QueryContext): Promise<readonly ReleaseRow[]> {
  const name = context.at.app ?? '';
  const [app, releases] = await Promise.all([
    context.reads.app(name, { signal: context.signal }),
    context.reads.releases(name, { limit: LIMIT }, { signal: context.signal }),
  ]);
  const creators = await creatorsOf(context, releases);
  const activeAt = releases.findIndex((release) => release.id === app.release);
  const healthy = healthyRelease(context, name, app.release, releases);
  const healthyId = healthy.kind === 'known' ? healthy.release : healthy.guess;
  return releases.map((release, index) => {
    const before = releases[index + 1];
    const mark = markOf(index, activeAt);
    const isHealthy = release.id === healthyId;
    return {
      release,
      mark: isHealthy && healthy.kind === 'known' && mark === '' ? 'last healthy' : mark,
      healthy: isHealthy ? (healthy.kind === 'known' ? healthy.why : `Not known. ${healthy.why}`) : undefined,
      by: creators.get(release.id)?.email ?? '',
      delta: before === undefined ? undefined : envDelta(before.env, release.env),
    };
  });
}

function markOf(index: number, activeAt: number): ReleaseRow['mark'] {
  if (index === activeAt) return 'active';
  if (activeAt < 0 || index > activeAt) return '';
  return index === 0 ? 'newest, not promoted' : 'not promoted';
}

/** Who created them, where a gateway knows (gateway.md 7.1); without an answer the column stays empty. */
async function creatorsOf(context: QueryContext, releases: readonly Release[]): Promise<ReadonlyMap<string, Creator>> {
  if (!context.gateway || releases.length === 0) return new Map();
  try {
    return await context.gateway.createdBy(
      'release',
      releases.map((release) => release.id),
      { signal: context.signal },
    );
  } catch (error) {
    const failure = asFailure(error);
    if (failure.kind === 'cancelled' || failure.kind === 'not-logged-in') throw failure;
    return new Map();
  }
}

const MARK_TONE: Readonly<Record<ReleaseRow['mark'], Tone>> = {
  active: 'good',
  'last healthy': 'good',
  'newest, not promoted': 'warning',
  'not promoted': 'notice',
  '': 'muted',
};

const GOOD: ReadonlySet<ReleaseRow['mark']> = new Set(['active', 'last healthy']);

function keysText(keys: readonly string[] = []): string {
  return [...new Set(keys.map(envKeyText))].sort().join(', ');
}

export const releases = defineResource<ReleaseRow>({
  id: 'releases',
  aliases: ['rel', 'release'],
  title: 'Releases',
  about: 'releases of an app: which is active, which were never promoted, what changed in the environment',
  scope: 'app',
  needs: 'convox:release:list',
  route: 'GET /apps/{app}/releases',
  pace: 3,
  query,
  key: (row) => row.release.id,
  columns: [
    name('ID', (row) => row.release.id, { min: 11 }),
    {
      id: 'mark',
      header: 'STATE',
      type: 'status',
      priority: 0,
      value: (row) => row.mark,
      cell: (row) => ({
        text: row.mark === '' ? '' : `${GOOD.has(row.mark) ? '+' : '!'} ${row.mark}`,
        tone: MARK_TONE[row.mark],
      }),
    },
    text('BUILD', (row) => row.release.build, { priority: 4 }),
    age('CREATED', (row) => row.release.createdAt, { priority: 1 }),
    text('BY', (row) => row.by, { priority: 5 }),
    {
      id: 'env',
      header: 'ENV',
      type: 'text',
      priority: 3,
      value: (row) => (row.delta ? envDeltaText(row.delta) : null),
      cell: (row) => ({ text: row.delta ? envDeltaText(row.delta) : '', tone: 'notice' }),
    },
    text('DESCRIPTION', (row) => row.release.description, { grow: true, priority: 2 }),
  ],
  sort: ['created', 'desc'],
  severity: (row) => (row.mark === 'newest, not promoted' ? 'info' : 'ok'),
  open: {
    enter: { to: 'describe', label: 'describe', place: (_row, at) => at },
    b: { to: 'builds', label: 'builds', place: (_row, at) => at },
    D: { to: 'diff', label: 'diff', place: (row, at) => ({ ...at, release: row.release.id }) },
    l: {
      to: 'logs',
      label: 'build logs',
      place: (row, at) => (row.release.build === '' ? at : { ...at, build: row.release.build }),
    },
    ...appSides<ReleaseRow>({ place: (_row, at) => at }),
  },
  subject: ({ release }, at) => ({ id: release.id, app: at.app }),
  describe: (row) => [
    ['Id', row.release.id],
    ['State', row.mark === '' ? 'not active' : row.mark],
    ...(row.healthy === undefined ? [] : [['Last healthy', row.healthy] as const]),
    ['Build', row.release.build],
    ['Created', isoText(row.release.createdAt)],
    ['By', row.by],
    ['Description', row.release.description],
    ['Env added', keysText(row.delta?.added)],
    ['Env changed', keysText(row.delta?.changed)],
    ['Env removed', keysText(row.delta?.removed)],
    ['Env keys', keysText([...parseEnv(row.release.env).keys()])],
    ['Manifest', row.release.manifest],
  ],
  empty: 'No releases yet. `convox deploy` makes the first one.',
});
