import { readEnvLines } from '../domain/env-edit.ts';
import { defineAction } from './define-action.ts';
import { ENV_ACTION, type EnvFacts, type EnvMade, envPreview, gatherEnv } from './env-change.ts';
import { shellWord } from './shell-word.ts';

/** The text of a field that was checked before. */
export function pairsOf(text: string): ReadonlyMap<string, string> {
  const read = readEnvLines(text);
  return 'env' in read ? read.env : new Map();
}

export function linesProblem(text: string): string | undefined {
  const read = readEnvLines(text);
  if ('problem' in read) return read.problem;
  return read.env.size === 0 ? 'Write at least one line KEY=VALUE' : undefined;
}

export const setEnv = defineAction<EnvFacts, EnvMade>({
  ...ENV_ACTION,
  id: 'env.set',
  title: 'Set env',
  about: 'sets variables of an app in a new release, which is not promoted',
  on: ['env', 'apps'],
  bulk: false,
  fields: [
    {
      id: 'pairs',
      label: 'Variables',
      kind: 'lines',
      required: true,
      sensitive: true,
      help: 'One KEY=VALUE a line. Everything behind the first "=" is the value, quotes included.',
      check: linesProblem,
    },
  ],
  initial: async ({ subjects }) => {
    const [subject] = subjects;
    return subject && subject.app !== undefined && subject.id !== subject.app ? { pairs: `${subject.id}=` } : {};
  },
  gather: (context) => gatherEnv(context, () => ({ set: pairsOf(context.input.pairs ?? ''), remove: [] })),
  preview: (facts, context) => envPreview('Set', facts, context),
  echo: ({ edit, app }) =>
    `convox env set ${[...edit.set.keys()].map((key) => `${shellWord(key)}=****`).join(' ')} -a ${shellWord(app)}`,
});
