import { Failure } from '../domain/failure.ts';
import type {
  ConsoleReads,
  GuideDoor,
  GuideRackReads,
  GuideReads,
  KeepsFiles,
  LocalReads,
} from '../guides/guide-door.ts';
import { createAwsReads, createAwsWrites } from '../protocol/aws-client.ts';
import type { AwsTransport } from '../protocol/aws-transport.ts';
import type { KubeconfigChoice } from '../protocol/kubeconfig-client.ts';
import type { KubernetesReads, KubernetesWrites } from '../protocol/kubernetes-api.ts';
import type { KubernetesClient } from '../protocol/kubernetes-client.ts';
import type { MutationGuard } from '../protocol/mutation-guard.ts';
import type { PlacedRack } from '../targets/placed-rack.ts';
import type { RackConnection, Target } from '../targets/target.ts';

export interface GuideDoorParts {
  readonly target: Target;
  readonly aws: AwsTransport;
  readonly console: ConsoleReads & { close(): Promise<void> };
  readonly local: LocalReads;
  readonly keep: KeepsFiles;
  /** A rack where a move has put it; rejects with a Failure where it is not to be found. */
  readonly placed: (name: string) => Promise<PlacedRack>;
  /** A kubeconfig that the person named, asked when the cluster is first looked into; undefined: through the rack. */
  readonly kubeconfig?: () => KubeconfigChoice | undefined;
}

/** Everything a guide may ask about and change, put together; nothing is sent, and nothing connected, by making it. */
export function createGuideDoor({ target, aws, console, local, keep, placed, kubeconfig }: GuideDoorParts): GuideDoor {
  let connection: RackConnection | undefined;
  const connected = (): RackConnection => {
    connection ??= target.connect();
    return connection;
  };
  const places = new Map<string, RackConnection>();
  const placeOf = async (name: string): Promise<{ place: PlacedRack; connection: RackConnection }> => {
    // Looked up every time: what stands there may be corrected while the guide is open.
    const place = await placed(name);
    const key = `${name} ${place.revision}`;
    const connection = places.get(key) ?? place.connect();
    places.set(key, connection);
    return { place, connection };
  };
  let chosen: Promise<KubernetesClient> | undefined;
  const cluster = async (through: () => RackConnection = connected): Promise<KubernetesClient> => {
    const choice = kubeconfig?.();
    if (choice) {
      chosen ??= import('../protocol/kubeconfig-client.ts').then(({ createKubeconfigClient }) =>
        createKubeconfigClient(choice),
      );
      return chosen;
    }
    const found = await through().kubernetes?.();
    if (!found) throw noPassthrough(target);
    return found;
  };
  return {
    reads: {
      rack: rackReads(connected),
      aws: (region) => createAwsReads(aws, region),
      kubernetes: lateReads(() => cluster()),
      console,
      local,
      at: async (name) => {
        const { place, connection: there } = await placeOf(name);
        const through = () => there;
        const { origin, kind } = place;
        return { origin, kind, rack: rackReads(through), kubernetes: lateReads(() => cluster(through)) };
      },
    } satisfies GuideReads,
    writes: (guard) => ({
      aws: (region) => createAwsWrites(aws, region, guard),
      kubernetes: lateWrites(() => cluster(), guard),
      setParameters: async (rack, parameters, version) => {
        const itself = target.kind === 'console' && target.name === rack;
        const { writes } = itself ? connected() : (await placeOf(rack)).connection;
        await writes(guard).rack.updateConsoleRack({ parameters, version });
      },
      keep,
    }),
    close: async () => {
      aws.close();
      const others = [...places.values()].map((each) => each.close());
      await Promise.all([connection?.close(), console.close(), ...others]);
    },
  };
}

function rackReads(through: () => RackConnection): GuideRackReads {
  return {
    system: (o) => through().rack.system(o),
    parameters: (o) => through().rack.parameters(o),
    instances: (o) => through().rack.instances(o),
  };
}

function lateReads(cluster: () => Promise<KubernetesClient>): KubernetesReads {
  return {
    server: async () => (await cluster()).reads.server(),
    configMap: async (...args) => (await cluster()).reads.configMap(...args),
    nodes: async (...args) => (await cluster()).reads.nodes(...args),
    clusterRoleBindings: async (...args) => (await cluster()).reads.clusterRoleBindings(...args),
    clusterRole: async (...args) => (await cluster()).reads.clusterRole(...args),
  };
}

function lateWrites(cluster: () => Promise<KubernetesClient>, guard: MutationGuard): KubernetesWrites {
  return {
    replaceConfigMap: async (...args) => (await cluster()).under(guard).replaceConfigMap(...args),
  };
}

function noPassthrough({ name, kind }: Target): Failure {
  return new Failure({
    kind: 'unsupported',
    what: `The cluster of ${name} cannot be looked into`,
    why:
      kind === 'gateway'
        ? 'a gateway does not pass on the Kubernetes API of the rack'
        : 'what was connected to has no Kubernetes API',
    next: 'Reach the rack directly or through its console, or name a kubeconfig with --set kubeconfig=<file>.',
    nothingSent: true,
  });
}
