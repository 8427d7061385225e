import type { Simulator } from '../../src/simulator/simulator.ts';
import { clusterBelow } from './guide-bench.ts';

/** Everything that a guide may change, to be compared: clusters, roles, the console, folders, copies of racks. */
export function guideWorld(simulator: Simulator, kept: ReadonlyMap<string, string>): unknown {
  const { aws, racks } = simulator;
  return structuredClone({
    clusters: [...aws.clusters].map(([key, { mode, entries }]) => [key, mode, [...entries.values()].map(entryOf)]),
    roles: [...aws.roles.values()].map(({ arn, attached, inline }) => [arn, attached, [...inline.keys()]]),
    awsAuth: racks.map(({ name }) => [
      name,
      clusterBelow(simulator, name).configMaps.get('kube-system/aws-auth')?.data,
    ]),
    console: [...(simulator.console?.racks ?? [])].map(([name, { parameters, version }]) => [
      name,
      parameters,
      version,
    ]),
    folders: [...simulator.folders].map(([name, files]) => [name, [...files]]),
    // Copies of aws-auth stay: they are the last way out.
    copies: [...kept.keys()].filter((path) => !path.endsWith('aws-auth.json')),
  });
}

function entryOf({ principalArn, type, groups, policies }: EntryFacts) {
  return { principalArn, type, groups: [...groups], policies: [...policies.keys()] };
}

interface EntryFacts {
  readonly principalArn: string;
  readonly type: string;
  readonly groups: readonly string[];
  readonly policies: ReadonlyMap<string, unknown>;
}

/** Every request that asked for a change, and how many copies were made. */
export function writesOf(simulator: Simulator, kept: ReadonlyMap<string, string>): readonly string[] {
  const sent = simulator.requests
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path }) => `${method} ${path}`);
  const asked = simulator.aws.calls.filter((call) => !/:(?:Get|List|Describe)/.test(call));
  return [...sent, ...asked, `copies: ${kept.size}`];
}
