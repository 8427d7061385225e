import { MASK, parseEnv } from '../domain/env-text.ts';
import type { Release } from '../domain/release.ts';
import { atLeast } from '../domain/version.ts';
import type { NewRelease } from '../protocol/app-writes.ts';
import { type AppState, sameId, versionOf } from './app-state.ts';
import type { ActionContext } from './define-action.ts';

export type EnvChoice = 'current' | 'old';

/** How the new release gets its environment. */
export interface RollbackPlan {
  readonly release: NewRelease;
  /**
   * `copied`: the rack copies it from a release, hidden values included. `sent`: we send what we read; through a gateway hidden
   * values become those of the newest release (gateway.md 6.4).
   */
  readonly env: 'copied' | 'sent';
  /** Variables that would come out empty: hidden in what we would send and unknown to the newest release. */
  readonly emptied: readonly string[];
}

/**
 * The release that a rollback makes: build of `target`, environment of what runs (`current`) or of `target` (`old`). Where the
 * rack can fork from a named release (3.21.1) no value leaves for the rack at all; before that it forks from the newest one.
 */
export function rollbackPlan(
  { active, releases, app }: Pick<AppState, 'active' | 'releases' | 'app'>,
  target: Release,
  choice: EnvChoice,
  context: Pick<ActionContext, 'system' | 'rack'>,
): RollbackPlan {
  const source = choice === 'old' ? target : (active ?? target);
  const description = `rollback to ${target.id}`;
  const base = { build: target.build, description };
  if (atLeast(versionOf(context), '3.21.1')) {
    return { release: { ...base, parentRelease: source.id }, env: 'copied', emptied: [] };
  }
  const [newest] = releases;
  // What is absent is taken from the newest release: right where that is the one whose environment is wanted.
  if (newest && sameId(newest.id, source.id) && sameId(source.id, app.release)) {
    return { release: base, env: 'copied', emptied: [] };
  }
  const known = parseEnv(newest?.env ?? '');
  const hidden = [...parseEnv(source.env)].filter(([, value]) => value === MASK).map(([key]) => key);
  return {
    release: { ...base, env: source.env },
    env: 'sent',
    emptied: context.rack.kind === 'gateway' ? hidden.filter((key) => !known.has(key)).sort() : [],
  };
}

/**
 * Is the release that the rack made the one that was asked for? A rack or gateway that did not understand a part of it takes
 * that part from the newest release in silence; promoting it would ship something nobody has seen. Undefined: it is.
 */
export function wrongRelease(made: Release, target: Release, wanted: string): string | undefined {
  if (made.build !== '' && made.build !== target.build)
    return `it has the build ${made.build} instead of ${target.build}`;
  const expected = parseEnv(wanted);
  const found = parseEnv(made.env);
  if (made.env === '' && expected.size > 0) return undefined;
  const other = [...expected].filter(([key, value]) => {
    const got = found.get(key);
    return got === undefined || (got !== value && got !== MASK && value !== MASK);
  });
  const surplus = [...found.keys()].filter((key) => !expected.has(key));
  const wrong = [...other.map(([key]) => key), ...surplus];
  return wrong.length === 0 ? undefined : `its environment differs in ${wrong.sort().slice(0, 5).join(', ')}`;
}
