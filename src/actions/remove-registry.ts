import { Failure } from '../domain/failure.ts';
import type { Registry } from '../domain/registry.ts';
import { defineAction } from './define-action.ts';
import { shellWord } from './shell-word.ts';

const REMOVE = 'DELETE /registries/{server}';

export const removeRegistry = defineAction<Registry, true>({
  id: 'registry.remove',
  title: 'Remove the registry',
  about: 'takes the login of a private registry from the rack',
  on: ['registries'],
  tier: 3,
  subject: 'registry',
  bulk: false,
  permissions: ['convox:registry:delete'],
  routes: [REMOVE],
  gather: async ({ reads, subjects, signal }) => {
    const server = subjects[0]?.id ?? '';
    const found = (await reads.registries({ signal })).find((registry) => registry.server === server);
    if (found) return found;
    throw new Failure({ kind: 'not-found', what: `There is no registry ${server}`, why: 'it may be gone already' });
  },
  preview: ({ server, username }, { rack }) => ({
    headline: `Remove the registry ${server} from ${rack.name}`,
    effects: [`The login of ${username} is gone with its password: adding it again needs that.`],
    warnings: [
      `Processes whose image comes from ${server} cannot start again on an instance that has not pulled it, and builds that need it fail.`,
    ],
  }),
  changes: () => [{ route: REMOVE, times: 1 }],
  run: async ({ server }, { writes, signal }) => {
    await writes.removeRegistry(server, { signal });
    return true;
  },
  observe: async ({ server }, _sent, { reads, signal }) => {
    const left = await reads.registries({ signal });
    return left.some((registry) => registry.server === server)
      ? { state: 'absent', words: `${server} is still there.` }
      : { state: 'done', words: `${server} is gone.` };
  },
  wait: { firstMs: 0, everyMs: 2_000, deadlineMs: 30_000, steady: 1 },
  echo: ({ server }) => `convox registries remove ${shellWord(server)}`,
});
