import type { AccessEntry, AccessPolicy } from '../domain/access-entries.ts';
import type { ReadOptions } from './rack-api.ts';

/** `cluster` of `eks:DescribeCluster` (convox-api.md 9.3). */
export interface EksCluster {
  readonly name: string;
  readonly arn: string;
  /** `ACTIVE`, `UPDATING`, `CREATING` ...: an open set. */
  readonly status: string;
  /** Of Kubernetes: `1.31`. */
  readonly version: string;
  /** `CONFIG_MAP`, `API_AND_CONFIG_MAP`, `API`; a cluster that does not say is in the first. */
  readonly authenticationMode: string;
  /** `https://....eks.amazonaws.com`; empty while it is being made. */
  readonly endpoint: string;
}

export interface AwsRole {
  readonly name: string;
  readonly arn: string;
  readonly path: string;
  /** JSON text of the trust policy, URL encoding undone; empty where AWS does not say. */
  readonly trustPolicy: string;
}

export interface AwsPolicyRef {
  readonly name: string;
  readonly arn: string;
}

/** Of whoever the credentials belong to. */
export interface AwsCaller {
  readonly account: string;
  /** May be an assumed-role ARN. */
  readonly arn: string;
}

/**
 * The read side of AWS as guides need it. Every call rejects with a `Failure`: no or expired credentials are `not-logged-in`
 * with the command that helps, a refusal is `forbidden` and names the permission.
 */
export interface AwsReads {
  /** Region of the calls, as far as it is known; undefined: nobody has said one. */
  region(): Promise<string | undefined>;
  caller(options?: ReadOptions): Promise<AwsCaller>;
  /** `not-found` where there is none of that name in the region. */
  cluster(name: string, options?: ReadOptions): Promise<EksCluster>;
  clusters(options?: ReadOptions): Promise<readonly string[]>;
  /** ARNs of the principals. Rejects with `unsupported` in mode CONFIG_MAP. */
  accessEntries(cluster: string, options?: ReadOptions): Promise<readonly string[]>;
  /** With its policies; undefined where the principal has none. */
  accessEntry(cluster: string, principalArn: string, options?: ReadOptions): Promise<AccessEntry | undefined>;
  /** Undefined where there is none of that name (without path). */
  role(name: string, options?: ReadOptions): Promise<AwsRole | undefined>;
  roles(pathPrefix: string, options?: ReadOptions): Promise<readonly AwsRole[]>;
  attachedPolicies(role: string, options?: ReadOptions): Promise<readonly AwsPolicyRef[]>;
  /** Names. */
  inlinePolicies(role: string, options?: ReadOptions): Promise<readonly string[]>;
  /** JSON text. */
  inlinePolicy(role: string, policy: string, options?: ReadOptions): Promise<string>;
  /** JSON text of the default version. */
  managedPolicy(arn: string, options?: ReadOptions): Promise<string>;
}

/** Each of them is one request under the guard; its route is `EKS <operation>`. Nothing is ever sent twice. */
export interface AwsWrites {
  createAccessEntry(cluster: string, entry: NewAccessEntry, options?: ReadOptions): Promise<void>;
  deleteAccessEntry(cluster: string, principalArn: string, options?: ReadOptions): Promise<void>;
  associateAccessPolicy(
    cluster: string,
    principalArn: string,
    policy: AccessPolicy,
    options?: ReadOptions,
  ): Promise<void>;
  disassociateAccessPolicy(
    cluster: string,
    principalArn: string,
    policyArn: string,
    options?: ReadOptions,
  ): Promise<void>;
}

export interface NewAccessEntry {
  readonly principalArn: string;
  readonly type: 'STANDARD' | 'EC2_LINUX';
  readonly groups?: readonly string[];
  readonly username?: string;
}

/** Routes for budgets (actions/change-budget.ts). */
export const AWS_ROUTES = {
  createAccessEntry: 'EKS CreateAccessEntry',
  deleteAccessEntry: 'EKS DeleteAccessEntry',
  associateAccessPolicy: 'EKS AssociateAccessPolicy',
  disassociateAccessPolicy: 'EKS DisassociateAccessPolicy',
} as const;
