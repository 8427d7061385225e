import { appOf } from './app-state.ts';
import { defineAction } from './define-action.ts';
import { ROLL_WAIT } from './deploy-times.ts';
import {
  gatherRestart,
  keptRestart,
  observeRestart,
  RESTART,
  type Restarted,
  recalledRestart,
  restartPreview,
  runRestart,
} from './restart.ts';
import { shellWord } from './shell-word.ts';

interface Facts {
  readonly app: string;
  readonly services: readonly Restarted[];
}

/** Racks have no route for it: service by service, as their CLI does (convox-api.md 6.2). */
export const restartApp = defineAction<Facts, { readonly sent: true }>({
  id: 'app.restart',
  title: 'Restart app',
  about: 'replaces every process of every service of an app, a few at a time',
  on: ['apps'],
  tier: 1,
  tierWhenProtected: 2,
  subject: 'app',
  bulk: false,
  permissions: ['convox:process:start'],
  routes: [RESTART],
  gather: async (context) => {
    const app = appOf(context);
    const services = await gatherRestart(context, app, undefined);
    return { app, services: services.filter(({ service, processes }) => service.count > 0 || processes.length > 0) };
  },
  preview: ({ app, services }, { rack }) => restartPreview(services, `Restart ${app} on ${rack.name}`),
  changes: ({ services }) => [{ route: RESTART, times: services.length }],
  run: ({ services }, context) => runRestart(services, context),
  observe: ({ services }, result, context) => observeRestart(services, result, context),
  wait: ROLL_WAIT,
  recall: { keep: ({ services }) => keptRestart(services), look: recalledRestart },
  echo: ({ app }) => `convox restart -a ${shellWord(app)}`,
});
