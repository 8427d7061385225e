import { BACKING_RESOURCE_VIEW, type ShownResource, shownResource } from './backing-resource-view.ts';
import { defineResource } from './define-resource.ts';

export const rackResources = defineResource<ShownResource>({
  ...BACKING_RESOURCE_VIEW,
  id: 'rack-resources',
  aliases: ['webhooks'],
  title: 'Rack resources',
  about: 'resources of the rack itself: webhooks, on v2 racks also buckets, topics and the like',
  scope: 'rack',
  needs: 'convox:resource:list',
  route: 'GET /resources',
  query: async ({ reads, signal }) => (await reads.rackResources({ signal })).map(shownResource),
  empty: 'The rack has no resources of its own.',
});
