import { spanText } from '../age.ts';
import type { Finding } from '../finding.ts';
import { found, line, newestStart, oldestStart, type Scene } from './scene.ts';

/** What the app's own status word says (convox-api.md 4.3); an unknown word is told, not judged. */
export function appStatus(scene: Scene): readonly Finding[] {
  const { app } = scene;
  const base = { since: newestStart(scene.serving), release: app.release || undefined };
  switch (app.status) {
    case 'rollback':
      return [
        found(scene, {
          ...base,
          rule: 'rolling-back',
          severity: 'critical',
          summary: 'deploy failed, rolling back',
          next: 'Look at the logs of the processes on the newest release',
          evidence: scene.rollbacks
            .slice(-1)
            .map((rollback) => line('release', `${rollback.release} is given up`, rollback.at, rollback.release)),
        }),
      ];
    case 'updating':
      return [
        found(scene, {
          ...base,
          rule: 'updating',
          severity: 'info',
          summary: `deploying ${app.release}`,
          next: 'Watch its processes',
        }),
      ];
    case 'deleting':
      return [
        found(scene, {
          ...base,
          rule: 'deleting',
          severity: 'info',
          summary: 'being deleted',
          next: 'Nothing to do',
        }),
      ];
    case 'running':
    case 'creating':
    case 'new':
      return [];
    default:
      return [
        found(scene, {
          ...base,
          rule: 'app-status',
          severity: app.status === 'failed' ? 'critical' : 'unknown',
          summary: `status ${app.status || 'unknown'}`,
          next: 'Look at its processes and releases',
        }),
      ];
  }
}

/** A locked app cannot be deleted; unlocking re-applies the active release (convox-api.md 6.2). */
export function lockedApp(scene: Scene): readonly Finding[] {
  if (!scene.app.locked) return [];
  return [
    found(scene, {
      rule: 'locked',
      severity: 'info',
      summary: 'locked: it cannot be deleted',
      next: 'Nothing to do; unlocking re-applies the active release',
    }),
  ];
}

/** A deploy takes some minutes; what takes longer does not come up. */
export const STALLED_MS = 10 * 60_000;
/** A v3 rack gives up and rolls back after so long (convox-api.md 6.2). */
const GIVES_UP_MS = 3_000_000;

/** `updating` for longer than a deploy takes. Says nothing where it cannot know when the deploy began. */
export function stalledRollout(scene: Scene): readonly Finding[] {
  const { app, now, serving } = scene;
  if (app.status !== 'updating') return [];
  const began = rolloutBegan(scene);
  if (began === undefined || now - began.at <= STALLED_MS) return [];
  const fresh = serving.filter((process) => process.release === app.release);
  const up = fresh.filter((process) => process.status === 'running').length;
  const left = began.at + GIVES_UP_MS - now;
  return [
    found(scene, {
      rule: 'stalled-rollout',
      severity: 'warning',
      summary: `deploying ${app.release} for ${spanText(now - began.at)}`,
      since: began.at,
      release: app.release || undefined,
      next: up < fresh.length ? `Look at the logs of ${firstNotUp(fresh)}` : 'Look at its services and nodes',
      evidence: [
        line('release', `${app.release} ${began.how}`, began.at, app.release),
        line('process', `${up} of ${fresh.length} processes of ${app.release} run`),
        line('process', `${serving.length - fresh.length} processes of other releases still stand`),
        line('note', left > 0 ? `the rack rolls back in about ${spanText(left)}` : 'the rack should have rolled back'),
      ],
    }),
  ];
}

function firstNotUp(processes: readonly { readonly id: string; readonly status: string }[]): string {
  return processes.find((process) => process.status !== 'running')?.id ?? '';
}

function rolloutBegan(scene: Scene): { readonly at: number; readonly how: string } | undefined {
  const { app, serving, promotes } = scene;
  const sampled = updatingSince(scene);
  const promoted = promotes.findLast((promote) => promote.release === app.release);
  if (promoted) return { at: promoted.at, how: 'was promoted' };
  if (sampled !== undefined) return { at: sampled, how: 'was seen to be deployed' };
  // A lock or a change of parameters re-applies what already runs: then no other release stands beside it.
  const mixed = serving.some((process) => process.release !== '' && process.release !== app.release);
  const first = oldestStart(serving.filter((process) => process.release === app.release));
  return mixed && first !== undefined ? { at: first, how: 'got its first process' } : undefined;
}

/** First of the newest unbroken run of samples that deploy this release. */
function updatingSince({ facts, app }: Scene): number | undefined {
  let since: number | undefined;
  for (const sample of [...(facts.appSamples ?? [])].sort((a, b) => b.at - a.at)) {
    if (sample.status !== 'updating' || sample.release !== app.release) break;
    since = sample.at;
  }
  return since;
}
