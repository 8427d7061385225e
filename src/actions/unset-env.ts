import { readEnvKeys } from '../domain/env-edit.ts';
import type { ActionContext } from './define-action.ts';
import { defineAction } from './define-action.ts';
import { ENV_ACTION, type EnvFacts, type EnvMade, envPreview, gatherEnv } from './env-change.ts';
import { shellWord } from './shell-word.ts';

/** Marked rows of the environment, and what was typed. */
function keysOf({ subjects, input }: Pick<ActionContext, 'subjects' | 'input'>): readonly string[] {
  const rows = subjects.filter(({ id, app }) => app !== undefined && id !== app).map(({ id }) => id);
  const read = readEnvKeys(input.keys ?? '');
  return [...new Set([...rows, ...('keys' in read ? read.keys : [])])];
}

export const unsetEnv = defineAction<EnvFacts, EnvMade>({
  ...ENV_ACTION,
  id: 'env.unset',
  title: 'Unset env',
  about: 'removes variables of an app in a new release, which is not promoted',
  on: ['env', 'apps'],
  bulk: true,
  fields: [
    {
      id: 'keys',
      label: 'Names',
      kind: 'text',
      required: false,
      help: 'Names of variables, separated by spaces or commas; marked rows are taken as well.',
      check: (value) => {
        const read = readEnvKeys(value);
        return 'problem' in read ? read.problem : undefined;
      },
    },
  ],
  gather: (context) => gatherEnv(context, () => ({ set: new Map(), remove: keysOf(context) })),
  preview: (facts, context) => {
    const preview = envPreview('Remove', facts, context);
    if (new Set(context.subjects.map(({ app, id }) => app ?? id)).size > 1) {
      return { ...preview, blocked: 'The marked variables belong to several apps; take one app at a time.' };
    }
    return facts.edit.remove.length === 0 ? { ...preview, blocked: 'Name the variables to remove.' } : preview;
  },
  echo: ({ edit, app }) => `convox env unset ${edit.remove.map(shellWord).join(' ')} -a ${shellWord(app)}`,
});
