import { editBetween, envLines } from '../domain/env-edit.ts';
import { parseEnv } from '../domain/env-text.ts';
import { appOf } from './app-state.ts';
import { defineAction } from './define-action.ts';
import { ENV_ACTION, type EnvFacts, type EnvMade, envPreview, gatherEnv } from './env-change.ts';
import { linesProblem, pairsOf } from './set-env.ts';
import { shellWord } from './shell-word.ts';

export const editEnv = defineAction<EnvFacts, EnvMade>({
  ...ENV_ACTION,
  id: 'env.edit',
  title: 'Edit env',
  about: 'edits the whole environment of an app as text, in a new release, which is not promoted',
  on: ['env', 'apps'],
  bulk: false,
  fields: [
    {
      id: 'text',
      label: 'Environment',
      kind: 'lines',
      required: true,
      sensitive: true,
      help: 'One KEY=VALUE a line; a line that is taken out removes the variable. Asterisks stand for a hidden value: leave them.',
      check: linesProblem,
    },
  ],
  initial: async (context) => {
    const { reads, gateway, signal } = context;
    const app = appOf(context);
    const [own, releases] = await Promise.all([
      gateway?.env(app, { signal }),
      gateway ? [] : reads.releases(app, { limit: 1 }, { signal }),
    ]);
    const env = own ?? parseEnv(releases[0]?.env ?? '');
    return { text: envLines(new Map([...env].sort(([a], [b]) => (a < b ? -1 : 1)))) };
  },
  gather: (context) => gatherEnv(context, (env) => editBetween(env, pairsOf(context.input.text ?? ''))),
  preview: (facts, context) => envPreview('Change', facts, context),
  echo: ({ app }) => `convox env edit -a ${shellWord(app)}`,
});
