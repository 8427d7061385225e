import type { App } from '../domain/app.ts';
import { appOf } from './app-state.ts';
import { type Action, type ActionContext, defineAction } from './define-action.ts';
import { REAPPLY_WAIT } from './deploy-times.ts';
import type { Observation } from './observation.ts';
import { shellWord } from './shell-word.ts';
import {
  type AppUpdateFacts,
  gatherUpdate,
  UPDATE_APP,
  updateApp,
  updateBlocked,
  updateEffects,
  updateWarnings,
} from './update-app.ts';

type Sent = { readonly sent: true };

async function observe(
  before: Pick<App, 'name' | 'release'>,
  wanted: boolean,
  { reads, signal }: ActionContext,
): Promise<Observation> {
  const app = await reads.app(before.name, { signal });
  const word = app.locked ? 'locked' : 'not locked';
  const set = app.locked === wanted;
  const checks = [
    { label: 'lock', state: set ? ('ok' as const) : ('pending' as const), words: word },
    { label: 'app', state: app.status === 'running' ? ('ok' as const) : ('pending' as const), words: app.status },
  ];
  if (!set) return { state: 'absent', words: `${app.name} is ${word}.`, checks };
  if (app.status !== 'running')
    return { state: 'pending', words: `${app.name} is ${word}, and still ${app.status}.`, checks };
  if (app.release !== before.release) {
    return {
      state: 'failed',
      words: `${app.name} is ${word}, but runs ${app.release} instead of ${before.release}.`,
      checks,
    };
  }
  return { state: 'done', words: `${app.name} is ${word} and runs ${app.release || 'no release'}.`, checks };
}

function lockAction(lock: boolean): Action<AppUpdateFacts, Sent> {
  const verb = lock ? 'Lock' : 'Unlock';
  return defineAction<AppUpdateFacts, Sent>({
    id: lock ? 'app.lock' : 'app.unlock',
    title: `${verb} app`,
    previewTells: true,
    about: lock ? 'keeps an app from being deleted' : 'takes the lock off that keeps an app from being deleted',
    on: ['apps'],
    tier: 2,
    subject: 'app',
    bulk: false,
    permissions: ['convox:app:update'],
    routes: [UPDATE_APP],
    gather: (context) => gatherUpdate(context, appOf(context)),
    preview: (facts, { rack }) => ({
      headline: `${verb} ${facts.app.name} on ${rack.name}`,
      effects: [
        lock ? 'The rack refuses to delete it until it is unlocked.' : 'It can be deleted from then on.',
        ...updateEffects(facts),
      ],
      warnings: updateWarnings(facts),
      blocked:
        facts.app.locked === lock
          ? `${facts.app.name} is ${lock ? 'locked' : 'not locked'} already.`
          : updateBlocked(facts),
    }),
    changes: () => [{ route: UPDATE_APP, times: 1 }],
    run: (facts, context) => updateApp(facts, { lock }, context),
    observe: (facts, _result, context) => observe(facts.app, lock, context),
    wait: REAPPLY_WAIT,
    recall: {
      keep: ({ app }) => ({ app: [app.name], release: [app.release] }),
      look: ({ app, release }, context) =>
        observe({ name: app?.[0] ?? '', release: release?.[0] ?? '' }, lock, context),
    },
    undo: ({ app }, _result, { rack }) => ({
      actionId: lock ? 'app.unlock' : 'app.lock',
      rack: rack.name,
      subjects: [{ id: app.name, app: app.name }],
      input: {},
    }),
    echo: ({ app }) => `convox apps ${lock ? 'lock' : 'unlock'} ${shellWord(app.name)}`,
  });
}

export const lockApp = lockAction(true);
export const unlockApp = lockAction(false);
