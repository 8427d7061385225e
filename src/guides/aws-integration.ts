import { arnText } from '../domain/aws-arn.ts';
import { readCredentialsCsv } from '../domain/aws-credentials-csv.ts';
import { CONVOX_PATH, type ConsoleRoleCandidate, findConsoleRole, reviewConsoleRole } from '../domain/console-role.ts';
import { createRoleCommands, removalChecklist } from '../domain/console-role-commands.ts';
import { Failure } from '../domain/failure.ts';
import type { StepResult } from '../domain/guide-step.ts';
import type { AwsReads } from '../protocol/aws-api.ts';
import { resultOf } from './check-results.ts';
import { CLUSTER_FIELDS, clusterPlace } from './cluster-facts.ts';
import { CALLER_STEP } from './cluster-steps.ts';
import { ORGANIZATION_FIELD } from './console-role-facts.ts';
import { defineGuide, type GuideContext, type GuideStep } from './define-guide.ts';
import { blocked, notNeeded, ok, seen, todo } from './step-results.ts';

async function awsHere(context: GuideContext): Promise<AwsReads> {
  return context.reads.aws((await clusterPlace(context)).region);
}

const CREDENTIALS_STEP: GuideStep = {
  id: 'credentials',
  title: 'The access key for the integration',
  why: 'The form of the console takes an administrator key; a file with two keys, or a temporary one, does not work there.',
  check: async ({ input, reads }) => {
    if (input.credentials === undefined) {
      return notNeeded('No credentials.csv is named (--set credentials=<file>); the commands below need none.');
    }
    const read = readCredentialsCsv(await reads.local.secretFile(input.credentials));
    if (read.kind === 'invalid') return blocked(read.reason, [], { next: 'Download the file again from IAM.' });
    const { userName, accessKeyId, account, notes } = read.key;
    // Enough to tell it from another one; the secret part never leaves its closure.
    const shown = `${accessKeyId.slice(0, 4)}...${accessKeyId.slice(-4)}`;
    return ok('The file holds one access key that the console can take. It is not kept here.', [
      seen('access key', shown),
      ...(userName === '' ? [] : [seen('user', userName)]),
      ...(account === undefined ? [] : [seen('account', account)]),
      ...notes.map((note) => seen('note', note)),
    ]);
  },
};

const ROLE_STEP: GuideStep = {
  id: 'role',
  title: 'The role of the integration',
  why: 'With a role that only Convox may assume no access key has to be handed over.',
  needs: ['aws-login'],
  check: async (context) => {
    const role = await integrationRole(context);
    if (role) return ok(`${role.principal.name} is there.`, [seen('arn', arnText(role.principal))]);
    const { organization } = context.input;
    if (organization === undefined) {
      return todo('There is no role of the integration in this account yet.', [], {
        next: 'Name the organisation id (--set organization=...) to see the commands that make it.',
        byHand: true,
      });
    }
    const commands = createRoleCommands(organization);
    if (commands.kind === 'invalid') return blocked(commands.reason);
    return todo(
      'There is no role of this organisation in this account yet.',
      [...commands.notes.map((note) => seen('note', note)), ...commands.lines.map((line) => seen('command', line))],
      { command: commands.lines.join('\n'), next: 'Run the commands, then look again.', byHand: true },
    );
  },
};

/** The newer one where both are there (convox-api.md 8.5). */
async function integrationRole(context: GuideContext): Promise<ConsoleRoleCandidate | undefined> {
  const aws = await awsHere(context);
  const search = findConsoleRole(await aws.roles(CONVOX_PATH, context), context.input.organization);
  if (search.kind === 'found') return search.role;
  if (search.kind === 'none') return undefined;
  throw new Failure({
    kind: 'usage',
    what: 'It is not clear which role is meant',
    why: search.roles.map(({ principal }) => principal.name).join(', '),
    next: 'Name the organisation with --set organization=<id>.',
  });
}

const REVIEW_STEP: GuideStep = {
  id: 'role-review',
  title: 'Only Convox may use the role',
  why: 'The role may change the account: whoever else may assume it has the same power.',
  needs: ['role'],
  check: async (context) => {
    const role = await integrationRole(context);
    if (!role) return notNeeded('There is no role to review.');
    const aws = await awsHere(context);
    const { name } = role.principal;
    const [known, attached] = await Promise.all([
      aws.role(name, context),
      aws.attachedPolicies(name, context).catch(unreadable),
    ]);
    const checks = reviewConsoleRole({
      principal: role.principal,
      trustPolicy: known?.trustPolicy,
      attached,
      // An id in the name is the organisation's own (convox-api.md 8.5).
      organizationId: context.input.organization ?? role.organizationId,
    });
    const result = resultOf(checks);
    // A warning about such a role is something to do: green would hide it.
    const isWarned = result.state === 'ok' && checks.some(({ state }) => state === 'attention');
    return isWarned ? { ...result, state: 'todo', byHand: true } : result;
  },
};

function unreadable(error: unknown): undefined {
  if (error instanceof Failure && error.kind === 'forbidden') return undefined;
  throw error;
}

const OLDER_STEP: GuideStep = {
  id: 'older-role',
  title: 'No older role is left',
  why: 'Older integrations made ConvoxRole with more rights than are needed; nobody looks at a role that is no longer used.',
  needs: ['aws-login'],
  check: async (context): Promise<StepResult> => {
    const aws = await awsHere(context);
    const roles = await aws.roles(CONVOX_PATH, context);
    const older = roles.filter(({ name }) => /^ConvoxRole-/.test(name));
    const newer = roles.some(({ name }) => /-ConsoleRole-/.test(name));
    if (older.length === 0) return ok('There is no ConvoxRole of an older integration.');
    if (!newer) return notNeeded('ConvoxRole is the role in use.');
    const attached = await Promise.all(older.map(({ name }) => aws.attachedPolicies(name, context).catch(unreadable)));
    const policies = attached.flatMap((list) => list ?? []).map(({ arn }) => seen('attached', arn));
    const names = older.map(({ name }) => name).join(', ');
    return todo(
      `${names} is left beside the newer ConsoleRole.`,
      [...older.map(({ arn }) => seen('arn', arn)), ...policies],
      {
        next: 'Make sure in the console that no integration uses it, then remove it as the last step says.',
        byHand: true,
      },
    );
  },
};

const REMOVAL_STEP: GuideStep = {
  id: 'removal',
  title: 'What removing the integration would mean',
  why: 'Without the role running apps go on, but no rack of the console can be updated any more.',
  needs: ['aws-login'],
  check: async (context) => {
    const [role, aws] = [await integrationRole(context), await awsHere(context)];
    const { account } = await aws.caller(context);
    const attached = role ? await aws.attachedPolicies(role.principal.name, context).catch(unreadable) : [];
    const policy = `arn:${role?.principal.partition ?? 'aws'}:iam::${account}:policy/convox/ConvoxPolicy`;
    const checks = removalChecklist({
      consoleRacks: await awsRacks(context),
      role: role && { name: role.principal.name, attachedPolicyArns: (attached ?? []).map(({ arn }) => arn) },
      roleExists: role !== undefined,
      policyExists: await exists(aws.managedPolicy(policy, context)),
      policyAttachments: undefined,
      clusters: role && (await clustersThatLetIn(arnText(role.principal), context)),
      setupUserExists: undefined,
    });
    const result = resultOf(checks);
    // A list to read, not something to repair: nobody has to remove the integration.
    return { ...result, state: 'ok', words: `For the day when it is removed: ${result.words}` };
  },
};

async function awsRacks({ reads, signal }: GuideContext): Promise<readonly string[] | undefined> {
  try {
    const racks = await reads.console.racks({ signal });
    return racks
      .filter(({ provider }) => provider === 'aws')
      .map(({ organization, name }) => `${organization}/${name}`);
  } catch {
    // Not known is an answer here: the list says so.
    return undefined;
  }
}

/** By access entry, in the region at hand; that none lets it in cannot be known from here: other regions, aws-auth. */
async function clustersThatLetIn(role: string, context: GuideContext): Promise<readonly string[] | undefined> {
  const aws = await awsHere(context);
  try {
    const names = await aws.clusters(context);
    const found = await Promise.all(
      names.map(async (name) => {
        const { authenticationMode } = await aws.cluster(name, context);
        if (authenticationMode === 'CONFIG_MAP') return [];
        return (await aws.accessEntry(name, role, context)) ? [name] : [];
      }),
    );
    const letIn = found.flat();
    return letIn.length === 0 ? undefined : letIn;
  } catch (error) {
    return unreadable(error);
  }
}

async function exists(read: Promise<unknown>): Promise<boolean | undefined> {
  try {
    await read;
    return true;
  } catch (error) {
    return error instanceof Failure && error.kind === 'not-found' ? false : undefined;
  }
}

export const awsIntegration = defineGuide({
  id: 'aws-integration',
  title: 'AWS integration',
  about: 'review the role that the console uses in an AWS account, or see how to make and remove it',
  fields: [
    ORGANIZATION_FIELD,
    {
      id: 'credentials',
      label: 'credentials.csv',
      about: 'a file with an access key, to see whether the console can take it; never kept',
    },
    ...CLUSTER_FIELDS,
  ],
  steps: [CREDENTIALS_STEP, CALLER_STEP, ROLE_STEP, REVIEW_STEP, OLDER_STEP, REMOVAL_STEP],
});
