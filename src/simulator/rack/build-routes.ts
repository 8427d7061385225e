import { RackError } from '../wire/rack-error.ts';
import { bytes, empty, json } from '../wire/reply.ts';
import { findBuild, startBuild } from '../world/builds.ts';
import { buildShape } from '../world/shape.ts';
import { appOf, type Call, type HttpRoute, variable } from './call.ts';
import { newest } from './release-routes.ts';

const DEFAULT_LIMIT = 10;

export const buildRoutes: readonly HttpRoute[] = [
  { method: 'GET', pattern: '/apps/{app}/builds', cached: true, handle: listBuilds },
  { method: 'POST', pattern: '/apps/{app}/builds', handle: createBuild },
  { method: 'POST', pattern: '/apps/{app}/builds/import', handle: importBuild },
  { method: 'GET', pattern: '/apps/{app}/builds/{id}.tgz', handle: exportBuild },
  { method: 'GET', pattern: '/apps/{app}/builds/{id}', handle: getBuild },
  { method: 'PUT', pattern: '/apps/{app}/builds/{id}', handle: updateBuild },
  { method: 'POST', pattern: '/apps/{app}/builds/{id}/image', since: '3.24.6', handle: relayImage },
];

function listBuilds(call: Call) {
  const app = appOf(call);
  const limit = call.options.integer('query', 'limit') ?? DEFAULT_LIMIT;
  return json(newest(app.builds, limit).map((build) => buildShape(call.rack, app, build)));
}

function getBuild(call: Call) {
  const app = appOf(call);
  return json(buildShape(call.rack, app, findBuild(app, variable(call, 'id'))));
}

/** The source is not unpacked; the new build takes over the newest manifest. */
function createBuild(call: Call) {
  const app = appOf(call);
  const { options } = call;
  const url = options.required('arg', 'url');
  if (!url.startsWith('object://')) throw new RackError(500, `unknown build url scheme: ${url}`);
  return start(call, options.text('form', 'description') ?? '', options.text('form', 'git-sha') ?? '', app);
}

function importBuild(call: Call) {
  return start(call, 'imported', '', appOf(call));
}

function start(call: Call, description: string, gitSha: string, app: ReturnType<typeof appOf>) {
  const build = call.rack.change((rack, now) => {
    const fails = rack.nextBuildFails;
    rack.nextBuildFails = false;
    const manifest = app.releases.at(-1)?.manifest ?? 'services:\n  web:\n    build: .\n    port: 3000\n';
    return startBuild(rack, app, { description, gitSha, manifest, fails }, now);
  });
  return json(buildShape(call.rack, app, build));
}

function exportBuild(call: Call) {
  const build = findBuild(appOf(call), variable(call, 'id'));
  return bytes(Buffer.from(`simulated build archive of ${build.id}\n`));
}

/** The builder's own way to report progress. */
function updateBuild(call: Call) {
  const app = appOf(call);
  const { options } = call;
  const build = findBuild(app, variable(call, 'id'));
  call.rack.change(() => {
    build.entrypoint = options.text('form', 'entrypoint') ?? build.entrypoint;
    build.logs = options.text('form', 'logs') ?? build.logs;
    build.manifest = options.text('form', 'manifest') ?? build.manifest;
    build.release = options.text('form', 'release') ?? build.release;
    build.startedAt = options.time('form', 'started') ?? build.startedAt;
    build.endedAt = options.time('form', 'ended') ?? build.endedAt;
    const status = options.text('form', 'status');
    if (status === 'created' || status === 'running' || status === 'complete' || status === 'failed')
      build.status = status;
  });
  return json(buildShape(call.rack, app, build));
}

function relayImage(call: Call) {
  findBuild(appOf(call), variable(call, 'id'));
  const image = call.options.required('arg', 'image');
  if (/\s/.test(image)) throw new RackError(422, `invalid image reference: ${image}`);
  return empty(202);
}
