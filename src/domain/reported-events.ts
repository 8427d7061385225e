import type { Build } from './build.ts';
import { durationText } from './duration-text.ts';
import { diffEnv } from './env-diff.ts';
import type { Process } from './process.ts';
import { statusSeverity } from './process-health.ts';
import type { Release } from './release.ts';
import { foundCrashedEvent, startedEvent } from './seen-events.ts';
import type { TimelineEvent } from './timeline-event.ts';

/** Events that a rack's own lists tell of, whether anybody watched or not. */

/** One per release. `creators`: release id -> e-mail, where a gateway knows. */
export function releaseEvents(
  releases: readonly Release[],
  creators: ReadonlyMap<string, string>,
): readonly TimelineEvent[] {
  return releases.flatMap((release): TimelineEvent[] => {
    if (release.createdAt === undefined) return [];
    const by = creators.get(release.id);
    const description = release.description === '' ? '' : `: ${release.description}`;
    return [
      {
        id: `release:${release.app}/${release.id}`,
        at: release.createdAt,
        kind: 'release',
        severity: 'info',
        app: release.app,
        release: release.id,
        ...(release.build === '' ? {} : { build: release.build }),
        what: `${release.id} created${description}`,
        ...(by === undefined ? {} : { by }),
        source: 'rack',
      },
    ];
  });
}

/**
 * One per release that has another environment than the one before it, in counts alone; `releases` newest first, as a rack
 * lists them. What a gateway masks cannot be compared, and a rack that lists no environment tells nothing of it.
 */
export function envEvents(releases: readonly Release[]): readonly TimelineEvent[] {
  return releases.flatMap((release, index): TimelineEvent[] => {
    const before = releases[index + 1];
    if (release.createdAt === undefined || before === undefined || before.env === '' || release.env === '') return [];
    const { added, changed, removed } = diffEnv(before.env, release.env);
    const counts = [
      ...(added.length > 0 ? [`+${added.length}`] : []),
      ...(changed.length > 0 ? [`~${changed.length}`] : []),
      ...(removed.length > 0 ? [`-${removed.length}`] : []),
    ];
    if (counts.length === 0) return [];
    return [
      {
        id: `env:${release.app}/${release.id}`,
        at: release.createdAt,
        kind: 'env',
        severity: 'info',
        app: release.app,
        release: release.id,
        what: `env ${counts.join(' ')}`,
        source: 'rack',
      },
    ];
  });
}

/** One per build: at its end, or at its start while it runs. */
export function buildEvents(builds: readonly Build[], creators: ReadonlyMap<string, string>): readonly TimelineEvent[] {
  return builds.flatMap((build): TimelineEvent[] => {
    const at = build.endedAt ?? build.startedAt;
    if (at === undefined) return [];
    const failed = build.status === 'failed';
    const took =
      build.startedAt === undefined || build.endedAt === undefined
        ? ''
        : ` in ${durationText(build.endedAt - build.startedAt)}`;
    const by = creators.get(build.id);
    const reason = failed && build.reason !== '' ? `: ${build.reason}` : '';
    return [
      {
        id: `build:${build.app}/${build.id}:${build.status}`,
        at,
        kind: 'build',
        severity: failed ? 'critical' : 'ok',
        app: build.app,
        build: build.id,
        ...(build.release === '' ? {} : { release: build.release }),
        what: `build ${build.id} ${build.status}${took}${reason}`,
        ...(by === undefined ? {} : { by }),
        source: 'rack',
      },
    ];
  });
}

/** Births of the processes that run now. */
export function birthEvents(processes: readonly Process[]): readonly TimelineEvent[] {
  return processes
    .filter(({ app, startedAt }) => app !== '' && startedAt !== undefined)
    .map((process) => startedEvent(process, process.startedAt ?? 0));
}

/** Processes that are down now, told at `now`: a rack does not say when they crashed. */
export function standingCrashes(processes: readonly Process[], now: number): readonly TimelineEvent[] {
  return processes
    .filter(({ app, status }) => app !== '' && statusSeverity(status) === 'critical')
    .map((process) => foundCrashedEvent(process, now));
}
