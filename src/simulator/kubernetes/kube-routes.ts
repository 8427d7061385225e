import { type Call, type HttpRoute, variable } from '../rack/call.ts';
import { badGateway, json, type Reply } from '../wire/reply.ts';
import { type FakeConfigMap, type KubeWorld, kubeOf } from './kube-world.ts';

const RBAC = 'apis/rbac.authorization.k8s.io/v1';

/** The Kubernetes API behind `/kubernetes/`: as cluster-admin for whoever the rack lets in at all (convox-api.md 3). */
export const kubeRoutes: readonly HttpRoute[] = [
  { ...whoeverIsLetIn(), method: 'GET', handle: (call) => answer(call, 'GET') },
  { ...whoeverIsLetIn(), method: 'PUT', handle: (call) => answer(call, 'PUT') },
];

/** Also for a read-only token. */
function whoeverIsLetIn() {
  return { pattern: '/kubernetes/{path:.*}', v3Only: true, access: 'any' } as const;
}

function answer(call: Call, method: 'GET' | 'PUT'): Reply {
  const world = kubeOf(call.rack);
  const path = variable(call, 'path');
  const map = /^api\/v1\/namespaces\/([^/]+)\/configmaps\/([^/]+)$/.exec(path);
  if (map) return configMap(world, `${map[1]}/${map[2]}`, method, call.body);
  if (method !== 'GET')
    return status(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
  if (path === 'api/v1/nodes') return json({ kind: 'NodeList', apiVersion: 'v1', items: nodes(world, call.now) });
  if (path === `${RBAC}/clusterrolebindings`) return json({ items: world.bindings.map(bindingShape) });
  const role = new RegExp(`^${RBAC}/clusterroles/([^/]+)$`).exec(path)?.[1];
  if (role === undefined) return status(404, 'NotFound', 'the server could not find the requested resource');
  if (world.clusterRoles.has(role)) return json({ kind: 'ClusterRole', metadata: { name: role }, rules: [] });
  return status(404, 'NotFound', `clusterroles.rbac.authorization.k8s.io "${role}" not found`);
}

function configMap(world: KubeWorld, key: string, method: 'GET' | 'PUT', body: Buffer): Reply {
  const name = key.slice(key.indexOf('/') + 1);
  const known = world.configMaps.get(key);
  if (!known) return status(404, 'NotFound', `configmaps "${name}" not found`);
  if (method === 'GET') return json(mapShape(known));
  world.beforeWrite?.();
  world.beforeWrite = undefined;
  const sent = JSON.parse(body.toString('utf8')) as {
    metadata?: { resourceVersion?: string };
    data?: Record<string, string>;
  };
  if (sent.metadata?.resourceVersion !== String(known.resourceVersion)) {
    const words = 'the object has been modified; please apply your changes to the latest version and try again';
    return status(409, 'Conflict', `Operation cannot be fulfilled on configmaps "${name}": ${words}`);
  }
  const written = world.setConfigMap(known.namespace, known.name, sent.data ?? {});
  return world.losesAnswers ? badGateway() : json(mapShape(written));
}

function mapShape({ namespace, name, data, resourceVersion, uid, labels }: FakeConfigMap): object {
  const metadata = { name, namespace, uid, resourceVersion: String(resourceVersion), labels };
  return { kind: 'ConfigMap', apiVersion: 'v1', metadata, data };
}

function nodes({ rack, nodesReady }: KubeWorld, now: number): object[] {
  return rack.nodes.map(({ id, readyAt }) => {
    const ready = nodesReady && readyAt <= now;
    return { metadata: { name: id }, status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'Unknown' }] } };
  });
}

function bindingShape({ name, role, groups }: KubeWorld['bindings'][number]): object {
  return {
    metadata: { name },
    roleRef: { kind: 'ClusterRole', name: role },
    subjects: groups.map((group) => ({ kind: 'Group', name: group })),
  };
}

function status(code: number, reason: string, message: string): Reply {
  return json({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code }, code);
}
