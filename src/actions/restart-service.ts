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

type Facts = readonly Restarted[];

export const restartService = defineAction<Facts, { readonly sent: true }>({
  id: 'service.restart',
  title: 'Restart service',
  about: 'replaces every process of a service, a few at a time',
  on: ['services'],
  tier: 1,
  tierWhenProtected: 2,
  subject: 'service',
  bulk: true,
  permissions: ['convox:process:start'],
  routes: [RESTART],
  gather: async (context) => {
    const names = Map.groupBy(context.subjects, ({ app }) => app ?? '');
    const found = await Promise.all(
      [...names].map(([app, subjects]) => gatherRestart(context, app, new Set(subjects.map(({ id }) => id)))),
    );
    return found.flat();
  },
  preview: (facts, { rack, subjects }) => {
    const [first] = subjects;
    const what = subjects.length === 1 ? `${first?.id} of ${first?.app}` : `${subjects.length} services`;
    const preview = restartPreview(facts, `Restart ${what} on ${rack.name}`);
    const lost = subjects.find(({ id, app }) => !facts.some((one) => one.app === app && one.service.name === id));
    return lost ? { ...preview, blocked: `${lost.app} has no service ${lost.id}.` } : preview;
  },
  changes: (facts) => [{ route: RESTART, times: facts.length }],
  run: runRestart,
  observe: observeRestart,
  wait: ROLL_WAIT,
  recall: { keep: keptRestart, look: recalledRestart },
  echo: (facts) =>
    facts
      .map(({ app, service }) => `convox services restart ${shellWord(service.name)} -a ${shellWord(app)}`)
      .join('; '),
});
