import * as eks from '@aws-sdk/client-eks';
import * as iam from '@aws-sdk/client-iam';
import * as sts from '@aws-sdk/client-sts';
import type { AwsCall, AwsTransport } from './aws-transport.ts';

interface AnyClient {
  send(command: object, options: { readonly abortSignal?: AbortSignal }): Promise<unknown>;
  readonly config: { readonly region: string | (() => Promise<string>) };
  destroy(): void;
}

type NewCommand = new (input: Record<string, unknown>) => object;

/** The operations that are used; naming each keeps all others out of the bundle. */
const COMMANDS: Readonly<Record<AwsCall['service'], Readonly<Record<string, unknown>>>> = {
  eks: {
    DescribeCluster: eks.DescribeClusterCommand,
    ListClusters: eks.ListClustersCommand,
    ListAccessEntries: eks.ListAccessEntriesCommand,
    DescribeAccessEntry: eks.DescribeAccessEntryCommand,
    ListAssociatedAccessPolicies: eks.ListAssociatedAccessPoliciesCommand,
    CreateAccessEntry: eks.CreateAccessEntryCommand,
    DeleteAccessEntry: eks.DeleteAccessEntryCommand,
    AssociateAccessPolicy: eks.AssociateAccessPolicyCommand,
    DisassociateAccessPolicy: eks.DisassociateAccessPolicyCommand,
  },
  iam: {
    GetRole: iam.GetRoleCommand,
    ListRoles: iam.ListRolesCommand,
    ListAttachedRolePolicies: iam.ListAttachedRolePoliciesCommand,
    ListRolePolicies: iam.ListRolePoliciesCommand,
    GetRolePolicy: iam.GetRolePolicyCommand,
    GetPolicy: iam.GetPolicyCommand,
    GetPolicyVersion: iam.GetPolicyVersionCommand,
  },
  sts: { GetCallerIdentity: sts.GetCallerIdentityCommand },
};

/** One call waits this long for its answer, ms. */
const TIMEOUT_MS = 20_000;

export interface SdkOptions {
  /** For an emulator of the API; undefined: AWS. */
  readonly endpoint?: string | undefined;
}

/**
 * AWS over its SDK with the standard credential chain: environment, profiles with SSO, assumed roles and processes, container
 * and instance roles. Reads are retried by the SDK (throttling), changes are not.
 */
export function createSdkTransport({ endpoint }: SdkOptions = {}): AwsTransport {
  const clients = new Map<string, AnyClient>();
  const clientFor = (service: AwsCall['service'], region: string | undefined, isChange: boolean): AnyClient => {
    const key = `${service} ${region ?? ''} ${isChange}`;
    const known = clients.get(key);
    if (known) return known;
    const made = makeClient(service, {
      ...(region === undefined ? {} : { region }),
      ...(endpoint === undefined ? {} : { endpoint }),
      maxAttempts: isChange ? 1 : 3,
      requestHandler: { connectionTimeout: 5_000, requestTimeout: TIMEOUT_MS, throwOnRequestTimeout: true },
    });
    clients.set(key, made);
    return made;
  };
  return {
    send: async ({ service, operation, input, region, signal }) => {
      const Command = COMMANDS[service][operation] as NewCommand | undefined;
      if (!Command) throw new Error(`${service}:${operation} is not in the list`);
      const isChange = !/^(?:Get|List|Describe)/.test(operation);
      const client = clientFor(service, region, isChange);
      return client.send(new Command({ ...input }), signal ? { abortSignal: signal } : {});
    },
    region: async () => {
      const { region } = clientFor('sts', undefined, false).config;
      // Rejects where neither environment nor profile names one.
      return typeof region === 'string' ? region : region().catch(() => undefined);
    },
    close: () => {
      for (const client of clients.values()) client.destroy();
      clients.clear();
    },
  };
}

interface ClientSettings {
  readonly region?: string;
  readonly endpoint?: string;
  readonly maxAttempts: number;
  readonly requestHandler: {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: boolean;
  };
}

/** Each client only lacks the types of the others' commands: what it is sent comes from its own list. */
function makeClient(service: AwsCall['service'], settings: ClientSettings): AnyClient {
  if (service === 'eks') return new eks.EKSClient(settings) as unknown as AnyClient;
  if (service === 'iam') return new iam.IAMClient(settings) as unknown as AnyClient;
  return new sts.STSClient(settings) as unknown as AnyClient;
}
