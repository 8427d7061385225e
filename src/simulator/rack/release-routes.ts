import { json, ok } from '../wire/reply.ts';
import { promote } from '../world/deploy.ts';
import { createRelease, findRelease } from '../world/releases.ts';
import { releaseShape } from '../world/shape.ts';
import { appOf, type Call, type HttpRoute, variable } from './call.ts';

const DEFAULT_LIMIT = 10;

export const releaseRoutes: readonly HttpRoute[] = [
  { method: 'GET', pattern: '/apps/{app}/releases', cached: true, handle: listReleases },
  { method: 'POST', pattern: '/apps/{app}/releases', handle: create },
  { method: 'GET', pattern: '/apps/{app}/releases/{id}', handle: getRelease },
  { method: 'POST', pattern: '/apps/{app}/releases/{id}/promote', handle: promoteRelease },
];

/** Newest first. */
export function newest<T>(items: readonly T[], limit: number): T[] {
  return items.slice(-Math.max(0, limit) || items.length).toReversed();
}

function listReleases(call: Call) {
  const app = appOf(call);
  const limit = call.options.integer('query', 'limit') ?? DEFAULT_LIMIT;
  return json(newest(app.releases, limit).map((release) => releaseShape(app, release)));
}

function getRelease(call: Call) {
  const app = appOf(call);
  return json(releaseShape(app, findRelease(app, variable(call, 'id'))));
}

function create(call: Call) {
  const app = appOf(call);
  const { options } = call;
  const release = call.rack.change((rack, now) =>
    createRelease(
      rack,
      app,
      {
        build: options.text('form', 'build') || undefined,
        env: options.text('form', 'env'),
        description: options.text('form', 'description'),
        parent: rack.generation.since('3.21.1') ? options.text('form', 'parent-release') : undefined,
      },
      now,
    ),
  );
  return json(releaseShape(app, release));
}

function promoteRelease(call: Call) {
  const app = appOf(call);
  const timeoutSeconds = call.options.integer('form', 'timeout');
  const force = call.options.flag('form', 'force') ?? false;
  for (const bound of ['min', 'max']) call.options.integer('form', bound);
  call.rack.change((rack, now) =>
    promote(
      rack,
      app,
      variable(call, 'id'),
      { force, ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }) },
      now,
    ),
  );
  return ok();
}
