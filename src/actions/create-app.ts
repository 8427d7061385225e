import { asFailure } from '../domain/failure.ts';
import { versionOf } from './app-state.ts';
import { type ActionContext, defineAction } from './define-action.ts';
import { CREATE_WAIT } from './deploy-times.ts';
import type { Observation } from './observation.ts';
import { shellWord } from './shell-word.ts';

const CREATE = 'POST /apps';
/** Names that racks keep for themselves. */
const RESERVED: ReadonlySet<string> = new Set(['rack', 'system', 'release', 'api']);

interface Facts {
  readonly name: string;
  readonly exists: boolean;
  readonly v2: boolean;
}

async function observe(
  { name }: Pick<Facts, 'name'>,
  _result: unknown,
  { reads, signal }: ActionContext,
): Promise<Observation> {
  try {
    const { status } = await reads.app(name, { signal });
    const checks = [
      { label: 'app', state: status === 'running' ? ('ok' as const) : ('pending' as const), words: status },
    ];
    if (status === 'running') return { state: 'done', words: `${name} is there. Build something for it next.`, checks };
    if (status === 'failed' || status === 'rollback')
      return { state: 'failed', words: `${name} is ${status}.`, checks };
    return { state: 'pending', words: `${name} is ${status}.`, checks };
  } catch (error) {
    const failure = asFailure(error);
    if (failure.kind !== 'not-found') throw failure;
    return { state: 'absent', words: `There is no app ${name}.` };
  }
}

export const createApp = defineAction<Facts, { readonly sent: true }>({
  id: 'app.create',
  title: 'Create app',
  previewTells: true,
  about: 'makes an empty app on the rack',
  on: ['apps'],
  tier: 2,
  subject: 'none',
  bulk: false,
  permissions: ['convox:app:create'],
  routes: [CREATE],
  fields: [
    {
      id: 'name',
      label: 'Name',
      kind: 'text',
      required: true,
      help: 'Lower-case letters, digits and dashes, beginning with a letter.',
      check: (value) => {
        if (!/^[a-z][a-z0-9-]{0,62}$/.test(value))
          return 'Use lower-case letters, digits and dashes, beginning with a letter';
        if (value.endsWith('-')) return 'A name does not end with a dash';
        return RESERVED.has(value) ? `${value} is a name that racks keep for themselves` : undefined;
      },
    },
  ],
  gather: async (context) => {
    const name = context.input.name ?? '';
    const apps = await context.reads.apps({ signal: context.signal });
    return { name, exists: apps.some((app) => app.name === name), v2: versionOf(context).generation === 'v2' };
  },
  preview: ({ name, exists }, { rack }) => ({
    headline: `Create the app ${name} on ${rack.name}`,
    effects: ['It is empty: nothing runs until something was built and promoted.'],
    warnings: [],
    blocked: exists ? `${rack.name} has an app ${name} already.` : undefined,
  }),
  changes: () => [{ route: CREATE, times: 1 }],
  run: async ({ name, v2 }, { writes, signal }) => {
    await writes.createApp({ name, ...(v2 ? { generation: '2' } : {}) }, { signal });
    return { sent: true };
  },
  observe,
  wait: CREATE_WAIT,
  // It was not there before, or it would not have been begun.
  recall: {
    keep: ({ name }) => ({ app: [name] }),
    look: ({ app }, context) => observe({ name: app?.[0] ?? '' }, undefined, context),
  },
  echo: ({ name }) => `convox apps create ${shellWord(name)}`,
});
