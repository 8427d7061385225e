import type { App } from '../domain/app.ts';
import { asFailure } from '../domain/failure.ts';
import type { Process } from '../domain/process.ts';
import type { Release } from '../domain/release.ts';
import { appOf, isServing, sameId } from './app-state.ts';
import { type ActionContext, defineAction, type RunContext } from './define-action.ts';
import { DEPLOY_WAIT } from './deploy-times.ts';
import type { Observation } from './observation.ts';
import type { Preview } from './preview.ts';
import { shellWord } from './shell-word.ts';

const CANCEL = 'POST /apps/{name}/cancel';
const CREATE_RELEASE = 'POST /apps/{app}/releases';

interface Facts {
  readonly app: App;
  /** The newest release: what is copied once the deploy is cancelled. Holds secrets. */
  readonly newest: Release | undefined;
  readonly processes: readonly Process[];
}

async function gather(context: ActionContext): Promise<Facts> {
  const { reads, signal } = context;
  const name = appOf(context);
  const [app, releases, processes] = await Promise.all([
    reads.app(name, { signal }),
    reads.releases(name, { limit: 1 }, { signal }),
    reads.processes(name, undefined, { signal }),
  ]);
  return { app, newest: releases[0], processes: processes.filter(isServing) };
}

function preview({ app, newest, processes }: Facts, { rack }: ActionContext): Preview {
  const back = servedBefore(processes, app.release);
  return {
    headline: `Cancel the deploy of ${app.release || app.name} to ${app.name} on ${rack.name}`,
    effects: [
      back === undefined
        ? 'The rack goes back to the release that ran before.'
        : `The rack goes back to ${back}, whose processes still run.`,
      ...(newest
        ? [
            `Afterwards a copy of ${newest.id}, the newest release, is made, as the convox command does; it is not promoted.`,
          ]
        : []),
    ],
    warnings:
      newest && sameId(newest.id, app.release)
        ? [
            `The copy holds what is being cancelled: look at it before you promote it or change the environment on top of it.`,
          ]
        : [],
    blocked: blockedReason(app),
  };
}

function blockedReason({ name, status }: App): string | undefined {
  if (status === 'updating') return undefined;
  if (status === 'rollback') return `${name} goes back already; wait for its end.`;
  return `${name} is ${status}: no deploy is under way.`;
}

/** The release of most of the processes that are not of the new one. */
function servedBefore(processes: readonly Process[], target: string): string | undefined {
  const counts = new Map<string, number>();
  for (const { release } of processes) {
    if (!sameId(release, target) && release !== '') counts.set(release, (counts.get(release) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0];
}

async function run({ app }: Facts, { writes, reads, signal, note }: RunContext): Promise<{ readonly sent: true }> {
  await writes.cancelDeploy(app.name, { signal });
  note('Cancelled; the rack goes back');
  try {
    const [newest] = await reads.releases(app.name, { limit: 1 }, { signal });
    if (!newest) return { sent: true };
    const { build, description, env } = newest;
    const made = await writes.createRelease(app.name, { build, description, env }, { signal });
    note(`Copied ${newest.id} as ${made.id}`);
  } catch (error) {
    // The deploy is cancelled all the same, and that is what was asked for.
    note(`The newest release was not copied: ${asFailure(error).message}`);
  }
  return { sent: true };
}

async function observe(
  { app: before }: { readonly app: Pick<App, 'name' | 'release'> },
  _result: unknown,
  { reads, signal }: ActionContext,
): Promise<Observation> {
  const app = await reads.app(before.name, { signal });
  const checks = [
    { label: 'app', state: app.status === 'running' ? ('ok' as const) : ('pending' as const), words: app.status },
  ];
  if (app.status === 'rollback') {
    return { state: 'pending', words: `${app.name} goes back to ${app.release || 'what ran before'}.`, checks };
  }
  if (app.status === 'updating') {
    return { state: 'absent', words: `${app.name} is still updating to ${app.release}.`, checks };
  }
  if (app.status !== 'running') return { state: 'unknown', words: `${app.name} is ${app.status}.`, checks };
  if (sameId(app.release, before.release)) {
    return { state: 'failed', words: `The deploy was quicker: ${app.name} runs ${app.release}.`, checks };
  }
  return { state: 'done', words: `${app.name} runs ${app.release || 'no release'} again.`, checks };
}

export const cancelDeploy = defineAction<Facts, { readonly sent: true }>({
  id: 'deploy.cancel',
  title: 'Cancel deploy',
  about: 'stops a deploy that is under way; the app goes back to what ran before',
  on: ['apps', 'releases'],
  tier: 2,
  subject: 'app',
  bulk: false,
  permissions: ['convox:app:update', 'convox:release:create'],
  routes: [CANCEL, CREATE_RELEASE],
  gather,
  preview,
  changes: ({ newest }) => [{ route: CANCEL, times: 1 }, ...(newest ? [{ route: CREATE_RELEASE, times: 1 }] : [])],
  run,
  observe,
  wait: DEPLOY_WAIT,
  recall: {
    keep: ({ app }) => ({ app: [app.name], release: [app.release] }),
    look: ({ app, release }, context) =>
      observe({ app: { name: app?.[0] ?? '', release: release?.[0] ?? '' } }, undefined, context),
  },
  echo: ({ app }) => `convox apps cancel -a ${shellWord(app.name)}`,
});
