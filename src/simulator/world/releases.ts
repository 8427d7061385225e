import { kubernetesNotFound } from '../wire/rack-error.ts';
import type { AppState, ReleaseState } from './app.ts';
import { findBuild } from './builds.ts';
import { releaseId } from './names.ts';
import type { SimulatedRack } from './simulated-rack.ts';

export interface NewRelease {
  readonly build?: string | undefined;
  readonly env?: string | undefined;
  readonly description?: string | undefined;
  readonly parent?: string | undefined;
}

/** Case-insensitive, as on v3. */
export function findRelease(app: AppState, id: string): ReleaseState {
  const wanted = id.toUpperCase();
  const release = app.releases.findLast((candidate) => candidate.id === wanted);
  if (release === undefined) throw kubernetesNotFound('releases.convox.com', id.toLowerCase());
  return release;
}

/**
 * Forks a release from the parent, else from the newest one (not the active one): build, env and manifest are
 * inherited unless given (convox-api.md 6.2).
 */
export function createRelease(rack: SimulatedRack, app: AppState, given: NewRelease, at: number): ReleaseState {
  const parent = given.parent ? findRelease(app, given.parent) : app.releases.at(-1);
  const build = given.build ? findBuild(app, given.build) : undefined;
  const env = given.env === undefined ? (parent?.env ?? '') : normalEnv(given.env);
  const release: ReleaseState = {
    id: releaseId(rack.random),
    build: build?.id ?? parent?.build ?? '',
    env,
    manifest: build?.manifest ?? parent?.manifest ?? '',
    description: given.description ?? (given.env === undefined ? '' : envDescription(parent?.env ?? '', env)),
    createdAt: Math.max(at, (app.releases.at(-1)?.createdAt ?? 0) + 1),
    defect: undefined,
  };
  app.releases.push(release);
  return release;
}

/** `env add:A change:B remove:C`. */
export function envDescription(before: string, after: string): string {
  const old = envMap(before);
  const fresh = envMap(after);
  const words = ['env'];
  for (const key of fresh.keys()) if (!old.has(key)) words.push(`add:${key}`);
  for (const [key, value] of fresh) if (old.has(key) && old.get(key) !== value) words.push(`change:${key}`);
  for (const key of old.keys()) if (!fresh.has(key)) words.push(`remove:${key}`);
  return words.join(' ');
}

/** One `KEY=VALUE` a line, split at the first `=`; other lines are dropped, trailing CRs too. Sorted by key. */
export function envMap(text: string): Map<string, string> {
  const pairs: [string, string][] = [];
  for (const line of text.split('\n')) {
    const bare = line.endsWith('\r') ? line.slice(0, -1) : line;
    const equals = bare.indexOf('=');
    if (equals > 0) pairs.push([bare.slice(0, equals).trim(), bare.slice(equals + 1)]);
  }
  return new Map(pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

export const envText = (env: ReadonlyMap<string, string>): string => [...env].map(([k, v]) => `${k}=${v}`).join('\n');

const normalEnv = (text: string): string => envText(envMap(text));
