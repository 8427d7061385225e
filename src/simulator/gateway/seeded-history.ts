import type { ActionType, NewAuditEvent } from './audit-log.ts';
import { isRecord } from './call.ts';
import { parseEnv } from './env-text.ts';
import type { GatewayState } from './gateway-state.ts';
import { seedApprovals } from './seeded-approvals.ts';
import type { User } from './user.ts';

/** Reading the rack's past may not hold up the first audit listing for long. */
const READING_LIMIT_MS = 3_000;
const RELEASES_READ = 8;
const MINUTE_MS = 60_000;

interface PastRelease {
  readonly id: string;
  readonly build: string;
  readonly description: string;
  readonly env: ReadonlyMap<string, string>;
  readonly created: number;
}

interface PastApp {
  readonly name: string;
  readonly active: string;
  /** Newest first. */
  readonly releases: readonly PastRelease[];
  readonly services: readonly string[];
}

/**
 * Gives the rack's recent releases an author and audit rows, as if everything had gone through this gateway, and opens
 * deploy approvals for its apps. Best effort: a rack that does not answer simply has less of a past.
 */
export async function seedHistory(state: GatewayState): Promise<void> {
  const signal = AbortSignal.timeout(READING_LIMIT_MS);
  const apps: PastApp[] = [];
  for (const { name, active } of await readApps(state, signal)) {
    const past = await readApp(state, name, active, signal).catch(() => undefined);
    if (past === undefined) break;
    apps.push(past);
  }
  const events = apps.flatMap((app, at) => [...deploysOf(state, app), ...handiworkOn(state, app, at)]);
  const now = state.now();
  for (const event of events.toSorted((a, b) => a.at - b.at)) if (event.at <= now) state.audit.write(event);
  seedApprovals(
    state,
    apps.map((app) => app.name),
  );
}

async function readApps(state: GatewayState, signal: AbortSignal): Promise<{ name: string; active: string }[]> {
  const apps = await readList(state, '/apps', '', signal).catch(() => []);
  return apps.flatMap((app) =>
    typeof app.name === 'string'
      ? [{ name: app.name, active: typeof app.release === 'string' ? app.release : '' }]
      : [],
  );
}

async function readApp(state: GatewayState, name: string, active: string, signal: AbortSignal): Promise<PastApp> {
  const [releases, services] = await Promise.all([
    readList(state, `/apps/${name}/releases`, `?limit=${RELEASES_READ}`, signal),
    readList(state, `/apps/${name}/services`, '', signal),
  ]);
  return {
    name,
    active,
    releases: releases.flatMap(readRelease),
    services: services.flatMap((service) => (typeof service.name === 'string' ? [service.name] : [])),
  };
}

async function readList(
  state: GatewayState,
  path: string,
  search: string,
  signal: AbortSignal,
): Promise<Record<string, unknown>[]> {
  const { value } = await state.rack.json({ method: 'GET', path, search, signal });
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function readRelease(value: Record<string, unknown>): PastRelease[] {
  const created = Date.parse(String(value.created));
  if (typeof value.id !== 'string' || Number.isNaN(created)) return [];
  const field = (key: string): string => (typeof value[key] === 'string' ? value[key] : '');
  return [
    { id: value.id, build: field('build'), description: field('description'), env: parseEnv(field('env')), created },
  ];
}

/** Builds, environment changes and promotions, and who made them. */
function deploysOf(state: GatewayState, app: PastApp): NewAuditEvent[] {
  const authors = people(state, ['deployer@example.com', 'admin@example.com']);
  const activeAt = app.releases.findIndex((release) => release.id === app.active);
  return app.releases.flatMap((release, at) => {
    const author = authors[state.random.below(authors.length)];
    if (author === undefined) return [];
    state.creators.record('release', release.id, author);
    if (release.build !== '') state.creators.record('build', release.build, author);
    state.creators.record('app', app.name, authors[0] ?? author);
    const older = app.releases[at + 1];
    const isBuild = older === undefined || older.build !== release.build;
    const changed = older === undefined ? [] : changedKeys(older.env, release.env);
    const made = isBuild
      ? row(author, release.created - 3 * MINUTE_MS, 'build.create', release.build, 'build', {
          app: app.name,
          description: release.description,
        })
      : row(author, release.created, 'env.set', app.name, 'env', { set: changed, release_id: release.id });
    const wasPromoted = activeAt >= 0 && at >= activeAt;
    const promoted = row(author, release.created + 20_000, 'release.promote', release.id, 'release', { app: app.name });
    return wasPromoted ? [made, promoted] : [made];
  });
}

/** Names only: values never reach the audit log. */
function changedKeys(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => before.get(key) !== after.get(key)).toSorted();
}

/** Scaling, restarts, shells and one refusal, spread over the last hours. */
function handiworkOn(state: GatewayState, app: PastApp, at: number): NewAuditEvent[] {
  const now = state.now();
  const service = app.services[0];
  const [deployer, ops, viewer] = people(state, ['deployer@example.com', 'ops@example.com', 'viewer@example.com']);
  if (service === undefined || deployer === undefined || ops === undefined || viewer === undefined) return [];
  const minutesAgo = (minutes: number): number => now - (minutes + at * 37 + state.random.below(20)) * MINUTE_MS;
  const scaled = row(deployer, minutesAgo(18), 'app.update', service, 'app', {
    app: app.name,
    service,
    count: String(2 + state.random.below(4)),
  });
  const restarted = row(ops, minutesAgo(65), 'process.start', service, 'process', { app: app.name, restart: true });
  const shell = {
    ...row(ops, minutesAgo(110), 'process.exec', `${service}-shell`, 'process', { app: app.name }),
    command: 'sh',
  };
  const refused: NewAuditEvent = {
    ...row(viewer, minutesAgo(140), 'release.promote', app.active, 'release', { app: app.name }),
    status: 'denied',
    rbacDecision: 'deny',
    httpStatus: 403,
  };
  return [[scaled], [restarted], [shell, refused]][at % 3] ?? [];
}

function people(state: GatewayState, emails: readonly string[]): User[] {
  return emails.flatMap((email) => state.users.find(email) ?? []);
}

function row(
  user: User,
  at: number,
  action: string,
  resource: string,
  resourceType: string,
  details: Record<string, unknown>,
): NewAuditEvent {
  const actionType: ActionType = 'convox';
  return {
    at,
    actor: { userId: user.id, email: user.email, name: user.name },
    actionType,
    action,
    resource,
    resourceType,
    details,
    status: 'success',
    rbacDecision: 'allow',
    httpStatus: 200,
    ip: '10.20.30.40',
    userAgent: 'rack-gateway-cli',
    responseTimeMs: 40 + (at % 200),
  };
}
