import type { Registry } from '../domain/registry.ts';
import { name, text } from './columns.ts';
import { defineResource } from './define-resource.ts';

export const registries = defineResource<Registry>({
  id: 'registries',
  aliases: ['registry'],
  title: 'Registries',
  about: 'private image registries that the rack may pull from, without their passwords',
  scope: 'rack',
  needs: 'convox:registry:list',
  route: 'GET /registries',
  pace: 10,
  query: ({ reads, signal }) => reads.registries({ signal }),
  key: (registry) => registry.server,
  columns: [
    name('SERVER', (registry) => registry.server, { min: 12 }),
    text('USERNAME', (registry) => registry.username, { grow: true, priority: 1 }),
  ],
  sort: ['server', 'asc'],
  severity: () => 'ok',
  subject: ({ server }) => ({ id: server }),
  open: { enter: { to: 'describe', label: 'describe', place: (_registry, at) => at } },
  empty: 'The rack knows no private registries. `convox registries add` adds one.',
});
