import type { Release } from './release.ts';

/**
 * Releases newest first, each once. Racks list them so (convox-api.md 4.4); where every one has a time it decides, which
 * also puts several pages together.
 */
export function newestFirst(releases: readonly Release[]): readonly Release[] {
  const unique = [...new Map(releases.map((release) => [release.id, release] as const)).values()];
  if (unique.some((release) => release.createdAt === undefined)) return unique;
  return unique.sort((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0));
}

/** Releases created after the active one, newest first; undefined where the active one is not among them. */
export function newerThan(active: string, releases: readonly Release[]): readonly Release[] | undefined {
  const ordered = newestFirst(releases);
  const at = ordered.findIndex((release) => release.id === active);
  return at < 0 ? undefined : ordered.slice(0, at);
}
