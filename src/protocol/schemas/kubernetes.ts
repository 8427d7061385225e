import * as z from 'zod/mini';
import { safeText } from '../../domain/safe-text.ts';
import type { ClusterRoleBinding, ConfigMap, KubernetesNode } from '../kubernetes-api.ts';
import { one, type Reader } from './reader.ts';

const text = z.nullish(z.string());
const map = z.nullish(z.record(z.string(), z.string()));

const wireConfigMap = () =>
  z.object({
    metadata: z.object({
      name: z.string(),
      namespace: text,
      resourceVersion: z.string(),
      labels: map,
      annotations: map,
    }),
    data: map,
  });

/** The texts are documents that are written back: they stay as they are. */
export const readConfigMap: Reader<ConfigMap> = one(wireConfigMap, ({ metadata, data }) => ({
  namespace: safeText(metadata.namespace ?? ''),
  name: safeText(metadata.name),
  resourceVersion: metadata.resourceVersion,
  data: data ?? {},
  labels: metadata.labels ?? {},
  annotations: metadata.annotations ?? {},
}));

const wireNodes = () =>
  z.object({
    items: z.nullish(
      z.array(
        z.object({
          metadata: z.object({ name: z.string() }),
          status: z.nullish(
            z.object({ conditions: z.nullish(z.array(z.object({ type: z.string(), status: z.string() }))) }),
          ),
        }),
      ),
    ),
  });

export const readNodes: Reader<readonly KubernetesNode[]> = one(wireNodes, ({ items }) =>
  (items ?? []).map(({ metadata, status }) => ({
    name: safeText(metadata.name),
    ready: (status?.conditions ?? []).some((condition) => condition.type === 'Ready' && condition.status === 'True'),
  })),
);

const wireBindings = () =>
  z.object({
    items: z.nullish(
      z.array(
        z.object({
          metadata: z.object({ name: z.string() }),
          roleRef: z.nullish(z.object({ name: text })),
          subjects: z.nullish(z.array(z.object({ kind: text, name: text }))),
        }),
      ),
    ),
  });

export const readBindings: Reader<readonly ClusterRoleBinding[]> = one(wireBindings, ({ items }) =>
  (items ?? []).map(({ metadata, roleRef, subjects }) => ({
    name: safeText(metadata.name),
    role: safeText(roleRef?.name ?? ''),
    groups: (subjects ?? []).filter(({ kind }) => kind === 'Group').map(({ name }) => safeText(name ?? '')),
  })),
);

export const readNamed: Reader<{ readonly name: string }> = one(
  () => z.object({ metadata: z.object({ name: z.string() }) }),
  ({ metadata }) => ({ name: safeText(metadata.name) }),
);
