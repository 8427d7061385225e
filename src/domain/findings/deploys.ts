import type { Evidence, Finding } from '../finding.ts';

import { newerThan } from '../release-order.ts';
import { unpromotedReleases } from '../release-step.ts';
import { counted, found, line, newestStart, processLines, type Scene } from './scene.ts';

/** Old processes may finish their work for so long after the new ones came up. */
const DRAIN_MS = 2 * 60_000;

/**
 * Processes of another release while nothing is being deployed. `running` does not mean that the last deploy succeeded
 * (convox-api.md 12.11): where no process of the active release is up, the status lies.
 */
export function oldReleaseServing(scene: Scene): readonly Finding[] {
  const { app, now } = scene;
  if (app.status !== 'running' || app.release === '') return [];
  const up = scene.serving.filter((process) => process.status === 'running' || process.status === 'unhealthy');
  const old = up.filter((process) => process.release !== '' && process.release !== app.release);
  if (old.length === 0) return [];
  const fresh = up.filter((process) => process.release === app.release);
  const cameUp = newestStart(fresh);
  const evidence = [
    line('release', `the app's release is ${app.release}`, undefined, app.release),
    ...processLines(old, (process) => `${process.id} runs ${process.release}`),
  ];
  if (fresh.length === 0) return releaseNotRunning(scene, old[0]?.release, evidence);
  if (cameUp !== undefined && now - cameUp < DRAIN_MS) return [];
  return [
    found(scene, {
      rule: 'old-release-serving',
      severity: 'warning',
      summary: `${old.length} of ${up.length} still on ${old[0]?.release ?? 'an older release'}`,
      release: app.release,
      next: `Did ${app.release} come up? Look at its processes`,
      evidence,
    }),
  ];
}

/** Right after a promote an app may still read `running` for a moment (convox-api.md 6.2): then none has come yet. */
function releaseNotRunning(
  scene: Scene,
  serves: string | undefined,
  evidence: readonly Evidence[],
): readonly Finding[] {
  const { app, now } = scene;
  const own = scene.serving.filter((process) => process.release === app.release);
  const begun = newestStart(own);
  if (begun !== undefined && now - begun < DRAIN_MS && own.every(({ status }) => !DOWN.has(status))) return [];
  const promotedAt = scene.promotes.findLast(({ release }) => release === app.release)?.at;
  if (promotedAt !== undefined && now - promotedAt < DRAIN_MS && own.length === 0) return [];
  return [
    found(scene, {
      rule: 'release-not-running',
      severity: own.length > 0 || promotedAt !== undefined ? 'critical' : 'warning',
      summary: `status running, but no process of ${app.release} is up`,
      release: app.release,
      next: `Look at the processes of ${app.release}; ${serves ?? 'an older release'} still serves`,
      evidence,
    }),
  ];
}

const DOWN: ReadonlySet<string> = new Set(['crashed', 'failed']);

/** A failed deploy is news for so long. */
const ROLLBACK_NEWS_MS = 24 * 60 * 60_000;
/** What a rollout says of itself when it gives up (convox-api.md 4.3). */
const GIVEN_UP = /\bStatus: \w+ => (?:Rollback|Reverted|Cancelled|Deadline|Error|Failed)\b|\bStatus: Rollback => /;
const STARTED = /\bStatus: \w+ => Pending\b/;

/** The last deploy was given up, though the status is `running` again: a failed rollback even ends so (4.3). */
export function rolledBackPromote(scene: Scene): readonly Finding[] {
  const { app, now } = scene;
  if (app.status !== 'running') return [];
  const given = lastGivenUp(scene);
  if (!given || now - given.at > ROLLBACK_NEWS_MS) return [];
  const name = given.release ?? 'the last deploy';
  const by = scene.promotes.findLast((promote) => promote.release === given.release)?.by;
  return [
    found(scene, {
      rule: 'promote-rolled-back',
      severity: 'warning',
      summary: `${name} was rolled back, ${app.release || 'nothing'} serves`,
      since: given.at,
      release: given.release,
      next: given.release
        ? `Compare ${given.release} with ${app.release}, and look at the logs of that time`
        : 'Look at the logs of that time',
      evidence: [
        line('release', given.how, given.at, given.release),
        ...(by === undefined ? [] : [line('release', `promoted by ${by}`, undefined, given.release)]),
      ],
    }),
  ];
}

interface GivenUp {
  readonly release: string | undefined;
  readonly at: number;
  readonly how: string;
}

function lastGivenUp(scene: Scene): GivenUp | undefined {
  const { app, now, promotes, rollbacks, facts } = scene;
  const rollback = rollbacks.findLast(({ at }) => at <= now);
  const promote = promotes.findLast(({ at }) => at <= now);
  if (rollback && rollback.release !== app.release && (!promote || promote.at <= rollback.at)) {
    return { release: rollback.release, at: rollback.at, how: `${rollback.release} was given up` };
  }
  // A promote after which another release is active: the rack flipped it back. A moment may pass before it flips at all.
  const newer = newerThan(app.release, facts.releases ?? []) ?? [];
  if (promote && now - promote.at > DRAIN_MS && newer.some(({ id }) => id === promote.release)) {
    const how = `${promote.release} was promoted, yet ${app.release} is active`;
    return { release: promote.release, at: promote.at, how };
  }
  return fromEvents(scene);
}

/** The rollout's own events, where the rack's report has them; the release is not named there. */
function fromEvents({ app, facts, promotes }: Scene): GivenUp | undefined {
  const rollout = (facts.diagnosis?.events ?? [])
    .filter((event) => GIVEN_UP.test(event.message) || STARTED.test(event.message))
    .flatMap(({ timestamp: at, message }) => (at === undefined ? [] : [{ at, message }]))
    .sort((a, b) => b.at - a.at);
  const [last] = rollout;
  if (!last || !GIVEN_UP.test(last.message)) return undefined;
  // What is active was promoted since then: that deploy is the last one, and it was not given up.
  if (promotes.some((promote) => promote.release === app.release && promote.at >= last.at)) return undefined;
  const candidate =
    promotes.findLast((promote) => promote.at <= last.at && promote.release !== app.release)?.release ??
    newerThan(app.release, facts.releases ?? [])?.find(
      ({ createdAt }) => createdAt !== undefined && createdAt <= last.at,
    )?.id;
  return { release: candidate, at: last.at, how: last.message };
}

/** Releases that wait: the next promote of the newest, or of an env change, ships them all (convox-api.md 12.13). */
export function unpromoted(scene: Scene): readonly Finding[] {
  const { app, facts } = scene;
  if (app.release === '') return [];
  const waiting = unpromotedReleases(app.release, { ...facts, promotes: scene.promotes });
  const [newest] = waiting;
  if (!newest) return [];
  return [
    found(scene, {
      rule: 'unpromoted-releases',
      severity: 'info',
      summary: `${counted(waiting.length, 'release', 'releases')} newer than ${app.release} never promoted`,
      since: waiting.at(-1)?.createdAt,
      release: newest.id,
      next: `Compare ${app.release} with ${newest.id} before the next promote: it ships them all`,
      evidence: waiting.slice(0, 5).map((step) => {
        const who = step.by === undefined ? '' : ` by ${step.by}`;
        return line('release', `${step.id}${who} ${step.description}`, step.createdAt, step.id);
      }),
    }),
  ];
}

const BUILD_NEWS_MS = 24 * 60 * 60_000;

/** The newest build failed: what was meant to be deployed is not there. */
export function failedBuild(scene: Scene): readonly Finding[] {
  const builds = [...(scene.facts.builds ?? [])].sort((a, b) => (b.startedAt ?? 0) - (a.startedAt ?? 0));
  const newest = builds.find((build) => build.status === 'failed' || build.status === 'complete');
  if (newest?.status !== 'failed') return [];
  const at = newest.endedAt ?? newest.startedAt;
  if (at !== undefined && scene.now - at > BUILD_NEWS_MS) return [];
  return [
    found(scene, {
      rule: 'failed-build',
      severity: 'info',
      subject: newest.id,
      summary: `newest build ${newest.id} failed`,
      since: at,
      next: `Look at the logs of build ${newest.id}`,
      evidence: [
        line(
          'build',
          `${newest.id} failed ${newest.gitSha.slice(0, 10)} ${newest.description} ${newest.reason}`,
          at,
          newest.id,
        ),
      ],
    }),
  ];
}
