import type { BackingResource } from '../domain/backing-resource.ts';
import { BACKING_RESOURCE_VIEW } from './backing-resource-view.ts';
import { defineResource } from './define-resource.ts';

export const rackResources = defineResource<BackingResource>({
  ...BACKING_RESOURCE_VIEW,
  id: 'rack-resources',
  aliases: ['webhooks'],
  title: 'Rack resources',
  about: 'resources of the rack itself: webhooks, on v2 racks also buckets, topics and the like',
  scope: 'rack',
  needs: 'convox:resource:list',
  route: 'GET /resources',
  query: ({ reads, signal }) => reads.rackResources({ signal }),
  empty: 'The rack has no resources of its own.',
});
