import { noSuchEntity } from './aws-error.ts';
import type { AwsWorld, FakeRole, Operation } from './aws-world.ts';

type Input = Readonly<Record<string, unknown>>;

/** The reading calls about roles and policies; documents are URL-encoded, as IAM sends them. */
export const iamOperations: Readonly<Record<string, Operation>> = {
  GetRole: (world, input) => ({ Role: shape(roleOf(world, input)) }),
  ListRoles: ({ roles }, input) => {
    const prefix = typeof input.PathPrefix === 'string' ? input.PathPrefix : '/';
    return { Roles: [...roles.values()].filter(({ path }) => path.startsWith(prefix)).map(shape), IsTruncated: false };
  },
  ListAttachedRolePolicies: (world, input) => ({
    AttachedPolicies: roleOf(world, input).attached.map((arn) => ({
      PolicyName: arn.slice(arn.lastIndexOf('/') + 1),
      PolicyArn: arn,
    })),
    IsTruncated: false,
  }),
  ListRolePolicies: (world, input) => ({ PolicyNames: [...roleOf(world, input).inline.keys()], IsTruncated: false }),
  GetRolePolicy: (world, input) => {
    const document = roleOf(world, input).inline.get(String(input.PolicyName));
    if (!document) throw noSuchEntity(`The role policy with name ${String(input.PolicyName)} cannot be found.`);
    return { RoleName: input.RoleName, PolicyName: input.PolicyName, PolicyDocument: encoded(document) };
  },
  GetPolicy: (world, input) => ({ Policy: { ...policyOf(world, input), DefaultVersionId: 'v3' } }),
  GetPolicyVersion: (world, input) => ({
    PolicyVersion: { VersionId: 'v3', IsDefaultVersion: true, Document: encoded(policyOf(world, input).document) },
  }),
};

function roleOf({ roles }: AwsWorld, { RoleName }: Input): FakeRole {
  const role = roles.get(String(RoleName));
  if (!role) throw noSuchEntity(`The role with name ${String(RoleName)} cannot be found.`);
  return role;
}

function policyOf({ policies }: AwsWorld, { PolicyArn }: Input) {
  const policy = policies.get(String(PolicyArn));
  if (!policy) throw noSuchEntity(`Policy ${String(PolicyArn)} was not found.`);
  return policy;
}

function shape({ name, path, arn, trust }: FakeRole): object {
  return {
    RoleName: name,
    Path: path,
    Arn: arn,
    RoleId: 'AROAEXAMPLEEXAMPLE000',
    AssumeRolePolicyDocument: encoded(trust),
  };
}

const encoded = (document: object): string => encodeURIComponent(JSON.stringify(document));
