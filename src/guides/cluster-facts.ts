import { Failure, withDetails } from '../domain/failure.ts';
import type { StepEvidence } from '../domain/guide-step.ts';
import type { AwsReads, EksCluster } from '../protocol/aws-api.ts';
import type { GuideContext, GuideField } from './define-guide.ts';
import { seen } from './step-results.ts';

/** Another way into the cluster than the rack's own passthrough, which a gateway does not have. */
const KUBECONFIG_FIELDS: readonly GuideField[] = [
  {
    id: 'kubeconfig',
    label: 'kubeconfig',
    about: 'a file with access to the cluster, exec plugins included; else the passthrough of the rack',
  },
  { id: 'context', label: 'context', about: 'of the kubeconfig; else its current one' },
];

/** Values that lead to a cluster; each is found without them where rack or console tell. */
export const CLUSTER_FIELDS: readonly GuideField[] = [
  {
    id: 'region',
    label: 'AWS region',
    about: 'of the cluster; else from the rack parameters, else from the AWS profile',
  },
  { id: 'cluster', label: 'EKS cluster', about: 'its name; else the lower-cased name in the rack parameters' },
  ...KUBECONFIG_FIELDS,
];

export interface ClusterPlace {
  readonly region: string | undefined;
  readonly name: string;
  /** Where each of them comes from, for a person to judge. */
  readonly evidence: readonly StepEvidence[];
}

/** Region and cluster of a rack (convox-api.md 7.3, 9.5): what was given, the rack's parameters, its folder, a guess. */
export async function clusterPlace(context: GuideContext): Promise<ClusterPlace> {
  const { rack, input, reads } = context;
  // Who names both need not wait for a rack that does not answer.
  const isGiven = input.region !== undefined && input.cluster !== undefined;
  const parameters = isGiven ? undefined : await rackParameters(context);
  const region = pick([input.region, 'given'], [parameters?.values.region, parameters?.from ?? '']);
  const name = pick(
    [input.cluster, 'given'],
    [parameters?.values.name?.toLowerCase(), parameters?.from ?? ''],
    // What it is as long as nobody chose another name when the rack was installed; DescribeCluster proves it.
    [rack.name.slice(rack.name.lastIndexOf('/') + 1).toLowerCase(), 'assumed from the name of the rack'],
  );
  const known = region ?? pick([await reads.aws(undefined).region(), 'the AWS profile or environment']);
  if (known === undefined) throw noRegion();
  return {
    region: known.value,
    name: name?.value ?? '',
    evidence: [
      seen('region', `${known.value} (${known.from})`),
      seen('cluster', `${name?.value ?? ''} (${name?.from ?? ''})`),
    ],
  };
}

export function awsOf({ reads }: GuideContext, { region }: ClusterPlace): AwsReads {
  return reads.aws(region);
}

export async function clusterOf(
  context: GuideContext,
): Promise<{ place: ClusterPlace; cluster: EksCluster; aws: AwsReads }> {
  const place = await clusterPlace(context);
  const aws = awsOf(context, place);
  return { place, aws, cluster: await aws.cluster(place.name, context).catch(elsewhere) };
}

/** The name may be a guess, the region that of a profile. */
function elsewhere(error: unknown): never {
  if (!(error instanceof Failure) || error.kind !== 'not-found') throw error;
  const next = 'Name the one of the rack with --set cluster=... and region=..., or use the AWS_PROFILE of its account.';
  throw withDetails(error, { next });
}

/** Parameters of the rack, from whoever keeps them; undefined where nobody here does. */
export async function rackParameters(
  context: GuideContext,
): Promise<{ readonly values: Readonly<Record<string, string>>; readonly from: string } | undefined> {
  const { rack, reads, signal } = context;
  const folder = await reads.local.rackFolder(rack.name);
  if (folder?.vars) return { values: folder.vars, from: `${folder.path}/vars.json` };
  const values = await reads.rack.parameters({ signal }).catch((error: unknown) => {
    // A v3 rack or a gateway does not keep them; that is no trouble, there are other ways to know.
    if (error instanceof Failure && ['route-missing', 'unsupported', 'forbidden'].includes(error.kind))
      return undefined;
    throw error;
  });
  return values && Object.keys(values).length > 0 ? { values, from: 'parameters of the rack' } : undefined;
}

interface Picked {
  readonly value: string;
  readonly from: string;
}

function pick(...candidates: readonly (readonly [string | undefined, string])[]): Picked | undefined {
  for (const [value, from] of candidates) if (value !== undefined && value !== '') return { value, from };
  return undefined;
}

function noRegion(): Failure {
  return new Failure({
    kind: 'usage',
    what: 'The AWS region of the rack is not known',
    why: 'neither the rack nor its folder nor the AWS profile names one',
    next: 'Name it with --set region=..., or set AWS_REGION.',
    nothingSent: true,
  });
}
