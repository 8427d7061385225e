import { compareEnv, type EnvKey, type EnvKeyState } from '../domain/env-comparison.ts';
import { MASK, parseEnv } from '../domain/env-text.ts';
import { asFailure, type FailureKind } from '../domain/failure.ts';
import type { Release } from '../domain/release.ts';
import { safeText } from '../domain/safe-text.ts';
import type { Severity } from '../domain/severity.ts';
import { name, status, text } from './columns.ts';
import { defineResource, type QueryContext } from './define-resource.ts';

type Env = ReadonlyMap<string, string>;

export interface EnvRow extends EnvKey {
  readonly newest: string;
  readonly active: string;
  /** Why the state is unknown; `''` otherwise. */
  readonly note: string;
}

/** As many as the releases view asks for, so that both share the answer. */
const LIMIT = 25;

async function query(context: QueryContext): Promise<readonly EnvRow[]> {
  const name = context.at.app ?? '';
  const { signal } = context;
  const [app, releases, own] = await Promise.all([
    context.reads.app(name, { signal }),
    context.reads.releases(name, { limit: LIMIT }, { signal }),
    gatewayEnv(context, name),
  ]);
  const newest = releases[0];
  if (!newest) return [];
  const active = sameId(newest.id, app.release) ? newest : await activeRelease(context, releases, app.release);
  const newestEnv = parseEnv(newest.env);
  const keys = compareEnv(newestEnv, active === newest ? newestEnv : active && parseEnv(active.env));
  return keys.map((entry) => ({
    ...entry,
    // A key is text of whoever set it, and kept byte for byte until here.
    key: safeText(entry.key),
    // The gateway's own endpoint also masks what only its app settings call secret (gateway.md 6.4).
    masked: entry.masked || own?.get(entry.key) === MASK,
    newest: newest.id,
    active: app.release,
    note: noteOf(entry, active, app.release),
  }));
}

const OLD_GATEWAY: ReadonlySet<FailureKind> = new Set(['route-missing', 'not-found', 'unsupported']);

/** Preferred for what is secret (gateway.md 6.5); undefined without a gateway, or on one too old to have it. */
async function gatewayEnv({ gateway, signal }: QueryContext, app: string): Promise<Env | undefined> {
  if (!gateway) return undefined;
  try {
    return await gateway.env(app, { signal });
  } catch (error) {
    const failure = asFailure(error);
    if (OLD_GATEWAY.has(failure.kind)) return undefined;
    throw failure;
  }
}

/** The active release, wherever it can be read: it may be older than the list, and `ops` may not read a single one. */
async function activeRelease(
  { reads, at, signal, access }: QueryContext,
  releases: readonly Release[],
  id: string,
): Promise<Release | undefined> {
  if (id === '') return undefined;
  const listed = releases.find((release) => sameId(release.id, id));
  const allowed = access.can('convox:release:read');
  if (listed || (!allowed.allowed && allowed.because === 'role')) return listed;
  try {
    return await reads.release(at.app ?? '', id, { signal });
  } catch (error) {
    const failure = asFailure(error);
    if (failure.kind === 'forbidden' || failure.kind === 'not-found') return undefined;
    throw failure;
  }
}

/** Racks look ids up without regard to case (convox-api.md 4.5). */
function sameId(a: string, b: string): boolean {
  return a.toUpperCase() === b.toUpperCase();
}

function noteOf({ state, masked }: EnvKey, active: Release | undefined, activeId: string): string {
  if (state !== 'unknown') return '';
  if (activeId === '') return 'no release is active yet';
  if (active === undefined) return 'the active release cannot be read';
  return masked ? 'masked: a change would not show' : 'one side is masked';
}

const SEVERITY: Readonly<Record<EnvKeyState, Severity>> = {
  same: 'ok',
  added: 'info',
  changed: 'info',
  removed: 'info',
  unknown: 'unknown',
};

export const env = defineResource<EnvRow>({
  id: 'env',
  aliases: ['environment', 'vars'],
  title: 'Environment',
  about: 'environment of an app by key: what the newest release changes against the active one; never a value',
  scope: 'app',
  needs: 'convox:env:read',
  route: 'GET /apps/{app}/releases',
  pace: 10,
  query,
  key: (row) => row.key,
  columns: [
    name('KEY', (row) => row.key, { min: 12 }),
    status(
      'STATE',
      (row) => row.state,
      (row) => SEVERITY[row.state],
    ),
    {
      id: 'masked',
      header: 'SECRET',
      type: 'boolean',
      priority: 2,
      value: (row) => row.masked,
      cell: (row) => ({ text: row.masked ? 'masked' : '', tone: 'muted' }),
    },
    text('NEWEST', (row) => row.newest, { priority: 4 }),
    text('ACTIVE', (row) => row.active, { priority: 4 }),
    text('NOTE', (row) => row.note, { grow: true, priority: 3 }),
  ],
  sort: ['key', 'asc'],
  severity: (row) => SEVERITY[row.state],
  open: {
    enter: { to: 'describe', label: 'describe', place: (_row, at) => at },
    h: { to: 'releases', label: 'releases', place: (_row, at) => at },
  },
  subject: ({ key }, at) => ({ id: key, app: at.app }),
  describe: (row) => [
    ['Key', row.key],
    ['State', row.state],
    ['Value', row.masked ? 'masked by the gateway' : 'not shown'],
    ['Newest release', row.newest],
    ['Active release', row.active === '' ? 'none' : row.active],
    ['Note', row.note],
  ],
  empty: 'This app has no environment variables. `convox env set KEY=value` sets one.',
});
