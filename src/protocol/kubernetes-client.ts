import { type ApiCaller, type CallInput, type CallRoute, createApiCaller, readAnswer } from './api-caller.ts';
import type { Endpoint, ProtocolDependencies } from './endpoint.ts';
import { guardedCalls } from './guarded-calls.ts';
import type { HttpAnswer } from './http-call.ts';
import type { ConfigMap, KubernetesReads, KubernetesWrites } from './kubernetes-api.ts';
import type { MutationGuard } from './mutation-guard.ts';
import type { ReadOptions } from './rack-api.ts';
import { writeRouteName } from './rack-write-routes.ts';
import { readBindings, readConfigMap, readNamed, readNodes } from './schemas/kubernetes.ts';
import type { Reader } from './schemas/reader.ts';

const CONFIG_MAP_PATH = '/kubernetes/api/v1/namespaces/{namespace}/configmaps/{name}';
const GET_MAP = { method: 'GET', pattern: CONFIG_MAP_PATH, doing: 'read the ConfigMap {name}' } as const;
const PUT_MAP = { method: 'PUT', pattern: CONFIG_MAP_PATH, doing: 'write the ConfigMap {name}' } as const;
const NODES = { method: 'GET', pattern: '/kubernetes/api/v1/nodes', doing: 'list the nodes of the cluster' } as const;
const RBAC = '/kubernetes/apis/rbac.authorization.k8s.io/v1';
const BINDINGS = {
  method: 'GET',
  pattern: `${RBAC}/clusterrolebindings`,
  doing: 'list the cluster role bindings',
} as const;
const ROLE = { method: 'GET', pattern: `${RBAC}/clusterroles/{name}`, doing: 'read the cluster role {name}' } as const;

export interface KubernetesClient {
  readonly reads: KubernetesReads;
  under(guard: MutationGuard): KubernetesWrites;
  close(): Promise<void>;
}

/**
 * The cluster of a rack through the rack's own passthrough `/kubernetes/` (convox-api.md 3): with the rack's credential, as its
 * service account. It works also for somebody whom the cluster itself would not let in, which makes it the rescue path.
 */
export function createKubernetesClient(endpoint: Endpoint, dependencies: ProtocolDependencies): KubernetesClient {
  const caller = createApiCaller(endpoint, dependencies);
  return {
    reads: kubernetesReads(caller),
    under: (guard) => {
      const calls = guardedCalls({ caller, dialect: endpoint.dialect, guard, nameOf: writeRouteName });
      return {
        replaceConfigMap: (map, data, options) => {
          const { namespace, name } = map;
          return calls.done(PUT_MAP, { variables: { namespace, name }, json: replaced(map, data) }, options);
        },
      };
    },
    close: () => caller.close(),
  };
}

function kubernetesReads(caller: ApiCaller): KubernetesReads {
  const orNone = async <T>(route: CallRoute, reader: Reader<T>, input: CallInput): Promise<T | undefined> => {
    const answer = await caller.answer(route, { ...input, accepts: saysNotFound });
    return saysNotFound(answer) ? undefined : readAnswer(reader, answer, caller.where(route, input));
  };
  const signalOf = (options?: ReadOptions) => ({ signal: options?.signal });
  return {
    server: async () => undefined,
    configMap: (namespace, name, o) =>
      orNone(GET_MAP, readConfigMap, { variables: { namespace, name }, ...signalOf(o) }),
    nodes: (o) => caller.call(NODES, readNodes, signalOf(o)),
    clusterRoleBindings: (o) => caller.call(BINDINGS, readBindings, signalOf(o)),
    clusterRole: (name, o) => orNone(ROLE, readNamed, { variables: { name }, ...signalOf(o) }),
  };
}

/** Not the route, which an old rack or a proxy lacks: the object. Kubernetes answers that with a `Status` of its own. */
function saysNotFound({ status, body }: HttpAnswer): boolean {
  if (status !== 404) return false;
  try {
    const answer: unknown = JSON.parse(body.subarray(0, 65_536).toString('utf8'));
    return typeof answer === 'object' && answer !== null && 'reason' in answer && answer.reason === 'NotFound';
  } catch {
    return false;
  }
}

/** The whole object: a replace. What the server manages itself (uid, managed fields) it fills in again. */
export function replaced(map: ConfigMap, data: Readonly<Record<string, string>>): object {
  const { namespace, name, resourceVersion, labels, annotations } = map;
  const some = (part: Readonly<Record<string, string>>) => Object.keys(part).length > 0;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      namespace,
      name,
      resourceVersion,
      ...(some(labels) ? { labels } : {}),
      ...(some(annotations) ? { annotations } : {}),
    },
    data,
  };
}
