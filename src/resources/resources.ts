import type { BackingResource } from '../domain/backing-resource.ts';
import { asFailure } from '../domain/failure.ts';
import { BACKING_RESOURCE_VIEW } from './backing-resource-view.ts';
import { defineResource, type QueryContext } from './define-resource.ts';

async function query({ reads, at, signal }: QueryContext): Promise<readonly BackingResource[]> {
  try {
    return await reads.backingResources(at.app ?? '', { signal });
  } catch (error) {
    const failure = asFailure(error);
    // Before the first promote a v3 rack answers with an error; there simply are none yet (convox-api.md 12.18).
    if (failure.kind === 'not-found' && /no release for app/.test(failure.why ?? '')) return [];
    throw failure;
  }
}

export const resources = defineResource<BackingResource>({
  ...BACKING_RESOURCE_VIEW,
  id: 'resources',
  aliases: ['resource', 'res'],
  title: 'Resources',
  about: 'databases, caches and the like of an app; passwords masked',
  scope: 'app',
  needs: 'convox:resource:list',
  route: 'GET /apps/{app}/resources',
  query,
  empty: 'This app uses no resources. They are declared in its convox.yml.',
});
