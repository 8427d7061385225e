import { mintToken } from '../wire/authentication.ts';
import { RackError, unauthorized, unimplemented } from '../wire/rack-error.ts';
import { json, ok, text } from '../wire/reply.ts';
import { rackPassword } from '../world/names.ts';
import { capacityShape, instanceShapes, newNode } from '../world/nodes.ts';
import { visible } from '../world/pod.ts';
import { evict } from '../world/pods.ts';
import { rackDomain } from '../world/shape.ts';
import { type Call, type HttpRoute, variable } from './call.ts';
import { systemMetrics } from './metrics.ts';
import { processList } from './process-routes.ts';

const JWT_ROLES: Readonly<Record<string, string>> = { read: 'r', write: 'rw', admin: 'rwa' };
const FAKE_PEM =
  '-----BEGIN RSA PRIVATE KEY-----\nsimulated key material, opens nothing\n-----END RSA PRIVATE KEY-----\n';

export const systemRoutes: readonly HttpRoute[] = [
  { method: 'GET', pattern: '/check', access: 'none', handle: () => text('ok') },
  { method: 'GET', pattern: '/auth', access: 'any', handle: () => ok() },
  { method: 'GET', pattern: '/system', cached: true, handle: ({ rack }) => json(systemShape(rack)) },
  { method: 'PUT', pattern: '/system', handle: updateSystem },
  {
    method: 'GET',
    pattern: '/system/capacity',
    cached: true,
    handle: ({ rack, now }) => json(capacityShape(rack, now)),
  },
  { method: 'GET', pattern: '/system/metrics', handle: (call) => json(systemMetrics(call)) },
  { method: 'GET', pattern: '/system/processes', cached: true, handle: systemProcesses },
  { method: 'GET', pattern: '/system/releases', handle: systemReleases },
  { method: 'POST', pattern: '/system/jwt/token', since: '3.13.1', handle: mint },
  { method: 'PUT', pattern: '/system/jwt/rotate', since: '3.13.1', handle: rotate },
  { method: 'POST', pattern: '/system/karpenter/cleanup', since: '3.24.3', handle: () => ok() },
  { method: 'GET', pattern: '/instances', cached: true, handle: ({ rack, now }) => json(instanceShapes(rack, now)) },
  { method: 'POST', pattern: '/instances/keyroll', handle: keyroll },
  { method: 'DELETE', pattern: '/instances/{id}', handle: terminateInstance },
  { method: 'POST', pattern: '/events', handle: sendEvent },
];

function sendEvent({ options }: Call) {
  options.required('arg', 'action');
  return ok();
}

function systemShape(rack: Call['rack']): object {
  const { generation } = rack;
  const domain = rackDomain(rack);
  const v2 = generation.v2;
  return {
    count: v2 ? rack.nodes.length : 0,
    domain: v2 ? domain : `router.${domain}`,
    name: rack.shortName,
    outputs: v2 ? { Domain: domain } : undefined,
    parameters: v2 ? rack.parameters : undefined,
    provider: rack.provider,
    'rack-domain': generation.since('3.13.1') ? `api.${domain}` : undefined,
    region: v2 ? 'us-east-1' : '',
    'router-internal': generation.since('3.19.1') ? '' : undefined,
    status: rack.status,
    type: v2 ? rack.instanceType : '',
    version: rack.version,
  };
}

function updateSystem({ rack, options }: Call) {
  const count = options.integer('form', 'count');
  if (!rack.generation.v2) {
    throw new RackError(501, "direct rack doesn't support update, use a terraform or console rack");
  }
  const parameters = options.map('form', 'parameters') ?? {};
  const version = options.text('form', 'version');
  const type = options.text('form', 'type');
  rack.change((world, now) => {
    Object.assign(world.parameters, parameters);
    if (type) world.instanceType = type;
    if (count !== undefined) resize(world, count, now);
    if (version) world.version = version;
  });
  return ok();
}

function resize(rack: Call['rack'], count: number, now: number): void {
  while (rack.nodes.length < count) {
    rack.nodes.push(newNode(rack, { cpu: 2000, memory: 7680 }, now, now + rack.timings.nodeReplace));
  }
  rack.nodes.length = Math.max(0, Math.min(rack.nodes.length, count));
}

function systemProcesses(call: Call) {
  const all = call.options.flag('query', 'all') ?? false;
  if (all && call.rack.sidecar) throw new RackError(500, 'unexpected container name');
  return json(processList(call, (pod) => all || pod.kind === 'system'));
}

function systemReleases({ rack }: Call) {
  if (!rack.generation.v2) throw new RackError(501, 'release history is unavailable');
  const release = (version: string, created: string) => ({
    id: version,
    app: rack.shortName,
    build: '',
    created,
    description: '',
    env: '',
    manifest: '',
  });
  return json([release(rack.version, '2026-04-18T10:15:14Z'), release('20260110083012', '2026-01-10T08:30:12Z')]);
}

function mint({ rack, options, principal, now }: Call) {
  const role = JWT_ROLES[options.required('arg', 'role')];
  const hours = options.integer('arg', 'durationInHour') ?? 0;
  const admin = role === 'rwa';
  if (role === undefined || (admin && !rack.generation.since('3.24.6'))) throw new RackError(400, 'invalid role');
  if (admin && !principal.role.includes('a')) throw unauthorized();
  if (hours < 1 || hours > 8760) throw new RackError(400, 'durationInHour must be between 1 and 8760');
  const expiresAt = Math.floor(now / 1000) + hours * 3600;
  return json({ token: mintToken({ user: `system-${role}`, role, expiresAt }, rack.signingKey) });
}

function rotate({ rack, principal }: Call) {
  if (rack.generation.since('3.24.6') && !principal.role.includes('a')) throw unauthorized();
  rack.change((world) => {
    world.signingKey = rackPassword(world.random);
  });
  return ok();
}

function keyroll({ rack }: Call) {
  return rack.generation.v2 ? ok() : json({ name: `${rack.shortName}-key`, 'private-key': FAKE_PEM });
}

/** Cordon, drain, delete: blocks until the node's processes run elsewhere. */
async function terminateInstance(call: Call) {
  const { rack, now } = call;
  if (!rack.generation.v2 && !rack.generation.since('3.24.4')) throw unimplemented();
  const id = variable(call, 'id');
  const node = rack.nodes.find((candidate) => candidate.id === id || candidate.ec2Id === id);
  if (node === undefined) throw new RackError(404, `instance not found: ${id}`);
  const gone = now + rack.timings.instanceDrain;
  rack.change((world) => {
    node.removedAt = gone;
    for (const pod of [...world.pods.values()]) {
      if (pod.node === node.id && visible(pod, now)) evict(world, pod, now, gone);
    }
    const size = { cpu: node.cpu, memory: node.memory };
    world.nodes.push(newNode(world, size, gone, gone + world.timings.nodeReplace));
  });
  await call.pause(rack.timings.instanceDrain);
  return ok();
}
