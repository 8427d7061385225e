import { asFailure } from '../domain/failure.ts';
import { BACKING_RESOURCE_VIEW, type ShownResource, shownResource } from './backing-resource-view.ts';
import { defineResource, type QueryContext } from './define-resource.ts';

async function query({ reads, at, signal }: QueryContext): Promise<readonly ShownResource[]> {
  try {
    return (await reads.backingResources(at.app ?? '', { signal })).map(shownResource);
  } catch (error) {
    const failure = asFailure(error);
    // Before the first promote a v3 rack answers with an error; there simply are none yet (convox-api.md 12.18).
    if (failure.kind === 'not-found' && /no release for app/.test(failure.why ?? '')) return [];
    throw failure;
  }
}

export const resources = defineResource<ShownResource>({
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
