import { CONVOX_ACCOUNT } from './console-role.ts';
import { attention, type GuideCheck, notKnown, passed, refusal } from './guide-check.ts';
import { safeText } from './safe-text.ts';

export type RoleCommands =
  | { readonly kind: 'commands'; readonly lines: readonly string[]; readonly notes: readonly string[] }
  | { readonly kind: 'invalid'; readonly reason: string };

const ORGANIZATION_ID = /^[A-Za-z0-9][A-Za-z0-9-]{2,50}$/;

/** File that the commands read the policy from: only the console knows its text. */
export const POLICY_FILE = 'convox-policy.json';

/**
 * The AWS CLI commands that make the integration's role by hand, with the organisation's id (published page "AWS Integration",
 * facts of convox-api.md 8.5). Nothing in them needs a secret.
 */
export function createRoleCommands(organizationId: string): RoleCommands {
  const id = organizationId.trim();
  if (!ORGANIZATION_ID.test(id)) {
    return {
      kind: 'invalid',
      reason:
        'This is no id of an organisation: letters, digits and dashes only. The console shows it with the commands.',
    };
  }
  const role = `ConvoxRole-${id}`;
  const trust = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: CONVOX_ACCOUNT },
        Condition: { StringEquals: { 'sts:ExternalId': id } },
        Action: ['sts:AssumeRole'],
      },
    ],
  });
  return {
    kind: 'commands',
    lines: [
      `aws iam create-policy --policy-name ConvoxPolicy --path /convox/ --description 'Policy that Convox can assume' --policy-document file://${POLICY_FILE}`,
      `aws iam create-role --role-name ${role} --path /convox/ --assume-role-policy-document '${trust}'`,
      `aws iam attach-role-policy --role-name ${role} --policy-arn "$(aws iam list-policies --path-prefix /convox/ --query 'Policies[?PolicyName==\`ConvoxPolicy\`].Arn' --output text)"`,
      `aws iam get-role --role-name ${role} --query Role.Arn --output text`,
    ],
    notes: [
      `Save the policy that the console shows (Integrations, AWS, AWS CLI Authorization) as ${POLICY_FILE} first.`,
      'Paste the ARN that the last command prints into the form of the console.',
    ],
  };
}

/** What is known when an integration is about to be removed; undefined: could not be looked at. */
export interface RemovalFacts {
  /** Racks on AWS that the console owns, `org/rack`. */
  readonly consoleRacks: readonly string[] | undefined;
  readonly role: { readonly name: string; readonly attachedPolicyArns: readonly string[] } | undefined;
  readonly roleExists: boolean | undefined;
  readonly policyExists: boolean | undefined;
  /** How many roles and users the policy is attached to. */
  readonly policyAttachments: number | undefined;
  /** Clusters in which the role still is in aws-auth or has an access entry. */
  readonly clusters: readonly string[] | undefined;
  /** The user with the administrator's access key that the page suggests to make (convox-setup). */
  readonly setupUserExists: boolean | undefined;
}

/** Removal checklist of the integration: what would break, what is left to remove, with the commands in the evidence. */
export function removalChecklist(facts: RemovalFacts): readonly GuideCheck[] {
  return [racksCheck(facts), clustersCheck(facts), roleCheck(facts), policyCheck(facts), setupUserCheck(facts)];
}

function racksCheck({ consoleRacks }: RemovalFacts): GuideCheck {
  const id = 'racks-of-the-console';
  if (!consoleRacks)
    return notKnown(id, 'The racks of the console could not be listed.', 'Log in to the console and check again.');
  if (consoleRacks.length === 0)
    return passed(id, 'The console owns no rack on AWS: nothing needs the role. Running apps are not affected.');
  return refusal(
    id,
    'The console updates these racks with the role. Their apps would keep running, but no parameter or version could be changed.',
    'Move them to a local machine or to another integration first.',
    consoleRacks.map((name) => safeText(name, 120)),
  );
}

function clustersCheck({ clusters }: RemovalFacts): GuideCheck {
  const id = 'cluster-access';
  if (!clusters)
    return notKnown(id, 'Whether clusters still let the role in could not be looked at.', 'Check each cluster.');
  if (clusters.length === 0) return passed(id, 'No cluster lets the role in any more.');
  return attention(
    id,
    'These clusters still let the role in; a new role of the same name would enter through aws-auth.',
    'Take it out of aws-auth and delete its access entry.',
    clusters.map((name) => safeText(name, 120)),
  );
}

function roleCheck({ roleExists, role }: RemovalFacts): GuideCheck {
  const id = 'role';
  if (roleExists === undefined)
    return notKnown(id, 'Whether the role exists could not be looked at.', 'Look at it in IAM.');
  if (!roleExists) return passed(id, 'The role is gone.');
  const name = role && /^[\w+=,.@-]{1,64}$/.test(role.name) ? role.name : undefined;
  const arns = (role?.attachedPolicyArns ?? []).filter((arn) =>
    /^arn:aws[\w-]*:iam::(?:aws|\d{12}):policy\/[\w+=,.@/-]+$/.test(arn),
  );
  const commands =
    name === undefined
      ? []
      : [
          ...arns.map((arn) => `aws iam detach-role-policy --role-name ${name} --policy-arn ${arn}`),
          `aws iam delete-role --role-name ${name}`,
        ];
  return attention(
    id,
    'The role is still there.',
    'Disable the integration in the console, or remove the role yourself.',
    commands,
  );
}

function policyCheck({ policyExists, policyAttachments }: RemovalFacts): GuideCheck {
  const id = 'policy';
  if (policyExists === undefined)
    return notKnown(id, 'Whether the policy exists could not be looked at.', 'Look at it in IAM.');
  if (!policyExists) return passed(id, 'The policy is gone.');
  if ((policyAttachments ?? 0) > 0)
    return attention(id, 'The policy is still there and attached.', 'Detach it everywhere first.', [
      `attached ${policyAttachments} times`,
    ]);
  return attention(id, 'The policy is still there.', 'Delete it.', [
    'aws iam delete-policy --policy-arn "$(aws iam list-policies --path-prefix /convox/ --query \'Policies[?PolicyName==`ConvoxPolicy`].Arn\' --output text)"',
  ]);
}

function setupUserCheck({ setupUserExists }: RemovalFacts): GuideCheck {
  const id = 'setup-user';
  if (setupUserExists === undefined)
    return notKnown(id, 'Whether the user convox-setup exists could not be looked at.', 'Look for it in IAM.');
  if (!setupUserExists) return passed(id, 'No user convox-setup with an administrator key is left.');
  return attention(
    id,
    'The user convox-setup is still there, with an access key that may do anything.',
    'Delete it: it is needed during the integration only.',
  );
}
