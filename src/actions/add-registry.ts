import type { Registry } from '../domain/registry.ts';
import { defineAction } from './define-action.ts';
import { shellWord } from './shell-word.ts';

const ADD = 'POST /registries';

interface Facts {
  readonly server: string;
  readonly username: string;
  /** Secret. */
  readonly password: string;
  readonly before: Registry | undefined;
}

export const addRegistry = defineAction<Facts, Registry>({
  id: 'registry.add',
  title: 'Add a registry',
  about: 'lets the rack pull images from a private registry',
  on: ['registries'],
  tier: 2,
  subject: 'none',
  bulk: false,
  permissions: ['convox:registry:create'],
  routes: [ADD],
  fields: [
    {
      id: 'server',
      label: 'Server',
      kind: 'text',
      required: true,
      help: 'As images name it: ghcr.io/acme, registry.example.com.',
      check: (value) =>
        /^[\w.-]+(?::\d+)?(?:\/[\w./-]*)?$/.test(value.trim())
          ? undefined
          : 'Server is a host name, without https:// and without a login',
    },
    { id: 'username', label: 'User name', kind: 'text', required: true },
    { id: 'password', label: 'Password', kind: 'secret', required: true, help: 'Or an access token.' },
  ],
  gather: async ({ reads, input, signal }) => {
    const server = input.server?.trim() ?? '';
    const before = (await reads.registries({ signal })).find((registry) => registry.server === server);
    return { server, username: input.username?.trim() ?? '', password: input.password ?? '', before };
  },
  preview: ({ server, username, before }, { rack }) => ({
    headline: `${before ? 'Replace the login of' : 'Add'} the registry ${server} on ${rack.name}`,
    effects: [`Builds and processes pull from ${server} as ${username}. The password is kept by the rack.`],
    warnings: before
      ? [`There is one already, as ${before.username}: its password is replaced and cannot be read back.`]
      : [],
  }),
  changes: () => [{ route: ADD, times: 1 }],
  run: ({ server, username, password }, { writes, signal }) =>
    writes.addRegistry({ server, username, password }, { signal }),
  observe: async ({ server, username, before }, result, { reads, signal }) => {
    const now = (await reads.registries({ signal })).find((registry) => registry.server === server);
    if (now?.username === username && (result || before?.username !== username)) {
      return { state: 'done', words: `${server} is there, as ${username}.` };
    }
    if (result) return { state: 'pending', words: `${server} is not there yet.` };
    // Who it is has not changed and passwords are not told: the same login may have a new password or the old one.
    if (before && now?.username === username) {
      return {
        state: 'unknown',
        words: `${server} is there as ${username}; whether its password is new is not known.`,
      };
    }
    return { state: 'absent', words: now ? `${server} is still as it was.` : `${server} is not there.` };
  },
  wait: { firstMs: 0, everyMs: 2_000, deadlineMs: 30_000, steady: 1 },
  undo: ({ server, before }, result, { rack }) =>
    result && !before
      ? { actionId: 'registry.remove', rack: rack.name, subjects: [{ id: server }], input: {} }
      : undefined,
  echo: ({ server, username }) => `convox registries add ${shellWord(server)} ${shellWord(username)} ****`,
});
