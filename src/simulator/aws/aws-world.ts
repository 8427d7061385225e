import { AwsError } from './aws-error.ts';
import { eksOperations } from './eks-operations.ts';
import { iamOperations } from './iam-operations.ts';

export interface FakeRole {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  trust: object;
  /** ARNs. */
  readonly attached: string[];
  readonly inline: Map<string, object>;
}

export interface FakePolicy {
  readonly name: string;
  readonly arn: string;
  document: object;
}

export interface FakeEntry {
  readonly principalArn: string;
  readonly type: string;
  readonly username: string;
  readonly groups: readonly string[];
  readonly policies: Map<string, { readonly type: string; readonly namespaces: readonly string[] }>;
  readonly createdAt: number;
}

export interface FakeCluster {
  readonly name: string;
  readonly region: string;
  readonly arn: string;
  status: string;
  version: string;
  mode: 'CONFIG_MAP' | 'API_AND_CONFIG_MAP' | 'API';
  readonly entries: Map<string, FakeEntry>;
}

export interface FakeCall {
  readonly service: 'eks' | 'iam' | 'sts';
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly region: string | undefined;
}

export type Operation = (world: AwsWorld, input: Readonly<Record<string, unknown>>, region: string) => unknown;

/** An AWS account: EKS clusters with their access entries, IAM roles and policies, who is asking (convox-api.md 9). */
export class AwsWorld {
  readonly account: string;
  readonly partition = 'aws';
  defaultRegion: string | undefined = 'us-east-1';
  /** Whose credentials are used. */
  callerArn: string;
  readonly clusters = new Map<string, FakeCluster>();
  readonly roles = new Map<string, FakeRole>();
  readonly policies = new Map<string, FakePolicy>();
  /** `iam:GetRole`: answered with AccessDenied. */
  readonly denied = new Set<string>();
  /** The next calls of an operation fail with this: before they do anything, or after they did it (the answer is lost). */
  readonly failing = new Map<string, { readonly error: Error; readonly after: boolean }>();
  expired = false;
  /** Every call, oldest first: `eks:DescribeCluster`. */
  readonly calls: string[] = [];
  readonly now: () => number;

  constructor(options: { readonly account: string; readonly now: () => number }) {
    this.account = options.account;
    this.now = options.now;
    this.callerArn = `arn:aws:iam::${options.account}:user/ann`;
  }

  async send({ service, operation, input, region = this.defaultRegion }: FakeCall): Promise<unknown> {
    const name = `${service}:${operation}`;
    this.calls.push(name);
    if (this.expired)
      throw new AwsError('ExpiredTokenException', 'The security token included in the request is expired', 403);
    if (region === undefined) throw new AwsError('Error', 'Region is missing');
    if (this.denied.has(name)) {
      const message = `User: ${this.callerArn} is not authorized to perform: ${name}`;
      throw new AwsError(service === 'eks' ? 'AccessDeniedException' : 'AccessDenied', message, 403);
    }
    const failure = this.failing.get(name);
    if (failure && !failure.after) throw failure.error;
    const answer = this.#operation(service, operation)(this, input, region);
    if (failure) throw failure.error;
    return answer;
  }

  async region(): Promise<string | undefined> {
    return this.defaultRegion;
  }

  close(): void {}

  addRole(
    name: string,
    trust: object,
    options: { readonly path?: string; readonly attached?: readonly string[] } = {},
  ): FakeRole {
    const path = options.path ?? '/';
    const arn = `arn:${this.partition}:iam::${this.account}:role${path}${name}`;
    const role = { name, path, arn, trust, attached: [...(options.attached ?? [])], inline: new Map<string, object>() };
    this.roles.set(name, role);
    return role;
  }

  addPolicy(name: string, document: object, path = '/'): FakePolicy {
    const policy = { name, arn: `arn:${this.partition}:iam::${this.account}:policy${path}${name}`, document };
    this.policies.set(policy.arn, policy);
    return policy;
  }

  addCluster(name: string, region: string, mode: FakeCluster['mode']): FakeCluster {
    const arn = `arn:${this.partition}:eks:${region}:${this.account}:cluster/${name}`;
    const cluster = {
      name,
      region,
      arn,
      status: 'ACTIVE',
      version: '1.31',
      mode,
      entries: new Map<string, FakeEntry>(),
    };
    this.clusters.set(`${region}/${name}`, cluster);
    return cluster;
  }

  #operation(service: FakeCall['service'], operation: string): Operation {
    if (service === 'sts' && operation === 'GetCallerIdentity') return callerIdentity;
    const found = (service === 'eks' ? eksOperations : iamOperations)[operation];
    if (!found) throw new AwsError('UnknownOperationException', `${service} has no ${operation}`, 404);
    return found;
  }
}

function callerIdentity({ account, callerArn }: AwsWorld): unknown {
  return { UserId: 'AIDAEXAMPLEEXAMPLE000', Account: account, Arn: callerArn };
}
