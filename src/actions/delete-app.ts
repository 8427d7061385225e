import type { App } from '../domain/app.ts';
import type { BackingResource } from '../domain/backing-resource.ts';
import { asFailure } from '../domain/failure.ts';
import type { Service } from '../domain/service.ts';
import { appOf } from './app-state.ts';
import { type ActionContext, defineAction } from './define-action.ts';
import { DELETE_WAIT } from './deploy-times.ts';
import type { Observation } from './observation.ts';
import type { Preview } from './preview.ts';
import { shellWord } from './shell-word.ts';

const DELETE = 'DELETE /apps/{name}';

interface Facts {
  readonly app: App;
  readonly services: readonly Service[];
  /** Undefined where they cannot be read (a gateway does not pass them on). */
  readonly resources: readonly BackingResource[] | undefined;
}

async function gather(context: ActionContext): Promise<Facts> {
  const { reads, access, signal } = context;
  const name = appOf(context);
  const listed = access.offers('GET /apps/{app}/resources').allowed;
  const [app, services, resources] = await Promise.all([
    reads.app(name, { signal }),
    reads.services(name, { signal }).catch((): readonly Service[] => []),
    listed ? reads.backingResources(name, { signal }).catch(() => undefined) : undefined,
  ]);
  return { app, services, resources };
}

function preview({ app, services, resources }: Facts, { rack }: ActionContext): Preview {
  const count = services.reduce((sum, service) => sum + service.count, 0);
  const stored =
    resources === undefined
      ? 'Its resources (databases, queues) and what is stored in them go with it.'
      : `What is stored in ${resources.map(({ name }) => name).join(', ')} goes with it.`;
  return {
    headline: `Delete the app ${app.name} on ${rack.name}`,
    effects: [
      `${count} ${count === 1 ? 'process' : 'processes'} of ${services.length} ${services.length === 1 ? 'service' : 'services'} are stopped; its releases, builds, environment and logs are gone.`,
      'It cannot be brought back.',
    ],
    warnings: resources === undefined || resources.length > 0 ? [stored] : [],
    tables: [
      {
        title: 'What goes',
        columns: ['kind', 'name', 'what'],
        rows: [
          ...services.map(({ name, count: replicas, domain }) => [
            'service',
            name,
            [`${replicas} ${replicas === 1 ? 'process' : 'processes'}`, domain]
              .filter((part) => part !== '')
              .join(', '),
          ]),
          ...(resources ?? []).map(({ name, type }) => ['resource', name, type]),
        ],
      },
    ],
    blocked: blockedReason(app),
  };
}

function blockedReason({ name, locked, status }: App): string | undefined {
  if (locked) return `${name} is locked, and a rack does not delete a locked app. Unlock it first (app.unlock).`;
  return status === 'deleting' ? `${name} is being deleted already.` : undefined;
}

/** Gone is what two looks in a row do not find; older racks say so in other words, which `not-found` covers. */
async function observe(
  { app }: { readonly app: Pick<App, 'name'> },
  _result: unknown,
  { reads, signal }: ActionContext,
): Promise<Observation> {
  try {
    const { status } = await reads.app(app.name, { signal });
    const checks = [{ label: 'app', state: 'pending' as const, words: status }];
    if (status === 'deleting') return { state: 'pending', words: `${app.name} is being deleted.`, checks };
    return { state: 'absent', words: `${app.name} is still there and ${status}.`, checks };
  } catch (error) {
    const failure = asFailure(error);
    if (failure.kind !== 'not-found' && !GONE.test(failure.message)) throw failure;
    return { state: 'done', words: `${app.name} is gone.`, checks: [{ label: 'app', state: 'ok', words: 'gone' }] };
  }
}

const GONE = /no such app|app not found/i;

export const deleteApp = defineAction<Facts, { readonly sent: true }>({
  id: 'app.delete',
  title: 'Delete app',
  previewTells: true,
  about: 'deletes an app with everything that belongs to it',
  on: ['apps'],
  tier: 3,
  subject: 'app',
  bulk: false,
  permissions: ['convox:app:delete'],
  routes: [DELETE],
  gather,
  preview,
  changes: () => [{ route: DELETE, times: 1 }],
  run: async ({ app }, { writes, signal }) => {
    await writes.deleteApp(app.name, { signal });
    return { sent: true };
  },
  observe,
  wait: DELETE_WAIT,
  recall: {
    keep: ({ app }) => ({ app: [app.name] }),
    look: ({ app }, context) => observe({ app: { name: app?.[0] ?? '' } }, undefined, context),
  },
  echo: ({ app }) => `convox apps delete ${shellWord(app.name)}`,
});
