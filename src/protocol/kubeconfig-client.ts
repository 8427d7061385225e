import { ApiException, CoreV1Api, KubeConfig, RbacAuthorizationV1Api } from '@kubernetes/client-node';
import { asFailure, Failure, type FailureKind, withoutCredentials } from '../domain/failure.ts';
import { outcomeUnclear } from '../domain/outcome-unclear.ts';
import { safeText } from '../domain/safe-text.ts';
import { REPLACE_CONFIG_MAP } from './kubernetes-api.ts';
import { type KubernetesClient, replaced } from './kubernetes-client.ts';
import { readBindings, readConfigMap, readNamed, readNodes } from './schemas/kubernetes.ts';

export interface KubeconfigChoice {
  /** Absolute. */
  readonly path: string;
  /** Undefined: the file's current one. */
  readonly context?: string | undefined;
}

/**
 * The cluster by a kubeconfig, with whatever it says about logging in: certificates, tokens, exec plugins such as
 * `aws eks get-token` (which the package starts, not we). For racks behind a gateway, which has no passthrough.
 */
export function createKubeconfigClient({ path, context }: KubeconfigChoice): KubernetesClient {
  const config = new KubeConfig();
  try {
    config.loadFromFile(path);
    if (context !== undefined) config.setCurrentContext(context);
  } catch (error) {
    throw unusable(path, error);
  }
  const cluster = config.getCurrentCluster();
  if (!cluster) throw unusable(path, undefined);
  const core = config.makeApiClient(CoreV1Api);
  const rbac = config.makeApiClient(RbacAuthorizationV1Api);
  const ask = <T>(doing: string, send: () => Promise<T>): Promise<T> => asked(doing, send);
  return {
    reads: {
      server: async () => cluster.server,
      configMap: async (namespace, name) => {
        const found = await orNone(
          ask(`read the ConfigMap ${name}`, () => core.readNamespacedConfigMap({ namespace, name })),
        );
        return found && readConfigMap.read(found);
      },
      nodes: async () => readNodes.read(await ask('list the nodes of the cluster', () => core.listNode())),
      clusterRoleBindings: async () =>
        readBindings.read(await ask('list the cluster role bindings', () => rbac.listClusterRoleBinding())),
      clusterRole: async (name) => {
        const found = await orNone(ask(`read the cluster role ${name}`, () => rbac.readClusterRole({ name })));
        return found && readNamed.read(found);
      },
    },
    under: (guard) => ({
      replaceConfigMap: async (map, data) => {
        const { namespace, name } = map;
        await guard.admit({ route: REPLACE_CONFIG_MAP });
        try {
          const body = replaced(map, data);
          await ask(`write the ConfigMap ${name}`, () => core.replaceNamespacedConfigMap({ namespace, name, body }));
        } catch (error) {
          if (!outcomeUnclear(asFailure(error))) guard.refused({ route: REPLACE_CONFIG_MAP });
          throw error;
        }
      },
    }),
    close: async () => undefined,
  };
}

async function asked<T>(doing: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw kubernetesFailure(doing, error);
  }
}

const KINDS: Readonly<Record<number, FailureKind>> = {
  401: 'not-logged-in',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  422: 'invalid',
  429: 'rate-limited',
};

function kubernetesFailure(doing: string, error: unknown): Failure {
  const what = `Could not ${doing}`;
  if (error instanceof ApiException) {
    const kind = KINDS[error.code] ?? 'server';
    const next = kind === 'not-logged-in' || kind === 'forbidden' ? 'Use a kubeconfig of an administrator.' : undefined;
    return new Failure({ kind, what, why: said(error.body), next, status: error.code });
  }
  const why = safeText(withoutCredentials(error instanceof Error ? error.message : String(error)), 300);
  const next = 'Check the kubeconfig: `kubectl get nodes` with the same file must work.';
  return new Failure({ kind: 'unreachable', what, why, next, cause: error });
}

/** A `Status` of Kubernetes, as an object or as its text. */
function said(body: unknown): string | undefined {
  const status = typeof body === 'string' ? parsed(body) : body;
  if (typeof status !== 'object' || status === null || !('message' in status)) return undefined;
  return safeText(String(status.message), 300);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function orNone<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof Failure && error.kind === 'not-found') return undefined;
    throw error;
  }
}

/** The file may hold keys and tokens, which a parser's own message could quote. */
function unusable(path: string, cause: unknown): Failure {
  const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
  return new Failure({
    kind: 'usage',
    what: missing ? `There is no file ${path}` : `The kubeconfig ${path} cannot be used`,
    why: missing ? undefined : 'it is damaged, or has no such context',
    next: 'Make one with `aws eks update-kubeconfig`, or name another with --set kubeconfig=<file>.',
    nothingSent: true,
  });
}
