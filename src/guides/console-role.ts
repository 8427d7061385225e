import { type AccessEntry, adminPolicyArn, isClusterAdmin } from '../domain/access-entries.ts';
import { type AdminRoute, adminRoute } from '../domain/authentication-mode.ts';
import { arnKey } from '../domain/aws-arn.ts';
import {
  appendMapping,
  consoleMapping,
  mappingLines,
  removeMapping,
  upsertMapping,
} from '../domain/aws-auth-append.ts';
import type { StepResult } from '../domain/guide-step.ts';
import { AWS_ROUTES } from '../protocol/aws-api.ts';
import { accessFactsOf } from './access-facts.ts';
import { observeAwsAuth, planAwsAuth, restoreAwsAuth } from './aws-auth-change.ts';
import { AWS_AUTH_STEP, CHANGE_CLUSTER, existing, NODES_STAY, NODES_STEP } from './aws-auth-steps.ts';
import { awsOf, CLUSTER_FIELDS, clusterOf, clusterPlace } from './cluster-facts.ts';
import { CALLER_STEP, CLUSTER_STEP } from './cluster-steps.ts';
import { type ConsoleRole, consoleRoleOf, ORGANIZATION_FIELD, ROLE_FIELD } from './console-role-facts.ts';
import { defineGuide, type GuideContext, type GuideStep, type StepPlan } from './define-guide.ts';
import { awsAuthCopy } from './kept-copy.ts';
import { blocked, notNeeded, ok, seen, todo, unknown } from './step-results.ts';

const ROLE_STEP: GuideStep = {
  id: 'console-role',
  title: 'The ConsoleRole of your organisation',
  why: 'The console runs terraform as this role; without a way into the cluster its next update fails half-way.',
  needs: ['cluster'],
  check: async (context) => {
    const role = await consoleRoleOf(context);
    return ok(`ConsoleRole is ${role.principal.name}.`, [
      seen('arn', role.arn),
      seen('from', role.from),
      seen('in aws-auth', role.mapping),
      ...role.notes.map((note) => seen('changed', note)),
    ]);
  },
};

/** The role trusts Convox alone: nobody here can try it (convox-api.md 9.5). */
const LAST_PROOF = seen(
  'the last proof',
  'an update that the console runs: set a harmless parameter of the rack there',
);

interface RouteFacts {
  readonly role: ConsoleRole;
  readonly route: AdminRoute;
  readonly why: string;
}

async function routeOf(context: GuideContext): Promise<RouteFacts> {
  const role = await consoleRoleOf(context);
  return { role, ...adminRoute(await accessFactsOf(context), role.arn) };
}

const MAPPING_STEP: GuideStep = {
  id: 'aws-auth-mapping',
  title: 'ConsoleRole in aws-auth',
  why: 'In mode CONFIG_MAP this is the only list that the cluster asks.',
  danger:
    'A mistake here locks nodes or people out. Only one entry is added, the others stay to the letter; a copy is kept.',
  needs: ['console-role', 'aws-auth-sound'],
  check: async (context) => {
    const { route, why, role } = await routeOf(context);
    const evidence = [seen('role', role.mapping), ...awsAuthCopy(context.kept('aws-auth-mapping'))];
    if (route === 'none-needed') return ok(why, [...evidence, LAST_PROOF]);
    if (route !== 'aws-auth') return notNeeded('Access entries are the way on this cluster.', evidence);
    const { data, around } = await existing(context);
    const edit = upsertMapping(data, consoleMapping(role.mapping), around);
    if (edit.kind === 'refused') return blocked(edit.why, evidence, { next: edit.next });
    return todo(`${role.principal.name} has no entry in aws-auth that makes it an administrator.`, [
      ...evidence,
      ...mappingLines(consoleMapping(role.mapping)).map((line) => seen('to add', line)),
    ]);
  },
  apply: {
    title: 'Add ConsoleRole to aws-auth',
    tier: 3,
    permissions: CHANGE_CLUSTER,
    plan: async (context) => {
      const [facts, role] = [await existing(context), await consoleRoleOf(context)];
      const wanted = consoleMapping(role.mapping);
      const mine = facts.read.roles.filter(({ arn }) => arnKey(arn) === arnKey(role.mapping));
      const edit =
        mine.length === 0
          ? appendMapping(facts.data, wanted, facts.around)
          : upsertMapping(facts.data, wanted, facts.around);
      return planAwsAuth(facts, {
        headline: `Let ${role.principal.name} into the cluster through aws-auth`,
        effects: ['The console may update this rack.', 'Every other entry stays as it is.'],
        edit,
        intended: { mapRoles: mine.map(({ index }) => index) },
      });
    },
  },
  verify: async (context, what) => {
    const { role, route } = await routeOf(context);
    const there = route === 'none-needed';
    const words = `${role.principal.name} is ${there ? '' : 'not '}mapped as an administrator.`;
    return observeAwsAuth(context, there === (what === 'apply'), words);
  },
  wait: NODES_STAY,
  undo: {
    title: 'Take ConsoleRole out of aws-auth again',
    tier: 3,
    permissions: CHANGE_CLUSTER,
    plan: async (context) => {
      const [facts, role] = [await existing(context), await consoleRoleOf(context)];
      return restoreAwsAuth(facts, context.kept('aws-auth-mapping'), () => removeMapping(facts.data, role.mapping));
    },
  },
};

const ENTRY_STEP: GuideStep = {
  id: 'access-entry',
  title: 'Access entry of ConsoleRole',
  why: 'Where the cluster reads access entries, one overrides aws-auth, and one without the admin policy shuts the role out.',
  danger: 'The role becomes administrator of the whole cluster.',
  needs: ['console-role'],
  check: checkEntry,
  apply: {
    title: 'Create the access entry',
    tier: 2,
    permissions: [],
    plan: planEntry,
  },
  verify: async (context, what) => {
    const { entry } = await entryOf(context);
    if (what === 'undo') {
      const gone = entry === undefined || !isClusterAdmin(entry);
      return { state: gone ? 'done' : 'absent', words: gone ? 'The entry is gone.' : 'The entry is still there.' };
    }
    if (!entry) return { state: 'absent', words: 'There is no access entry yet.' };
    if (isClusterAdmin(entry)) return { state: 'done', words: 'The entry has the admin policy for the whole cluster.' };
    return { state: 'pending', words: 'The entry is there, the admin policy not yet.' };
  },
  undo: {
    title: 'Take the access entry back',
    tier: 2,
    permissions: [],
    plan: planEntryUndo,
  },
};

async function entryOf(context: GuideContext): Promise<{ role: ConsoleRole; entry: AccessEntry | undefined }> {
  const [role, place] = [await consoleRoleOf(context), await clusterPlace(context)];
  return { role, entry: await awsOf(context, place).accessEntry(place.name, role.arn, context) };
}

async function checkEntry(context: GuideContext): Promise<StepResult> {
  const { cluster } = await clusterOf(context);
  if (cluster.authenticationMode === 'CONFIG_MAP') {
    return notNeeded('In mode CONFIG_MAP the cluster has no access entries; aws-auth is the way.');
  }
  const { route, why, role } = await routeOf(context);
  const evidence = [seen('role', role.arn)];
  if (route === 'none-needed') return ok(why, [...evidence, LAST_PROOF]);
  if (route === 'create-entry' || route === 'associate-policy') return todo(why, evidence);
  if (route === 'unknown') return unknown(why, evidence, { next: 'Look again when it can be read.' });
  return blocked(why, evidence, { next: 'Delete that entry by hand if it is wrong, then look again.' });
}

async function planEntry(context: GuideContext): Promise<StepPlan> {
  const [place, { role, entry }] = [await clusterPlace(context), await entryOf(context)];
  const policy = adminPolicyArn(role.principal.partition);
  const names = `--cluster-name ${place.name} --region ${place.region} --principal-arn ${role.arn}`;
  const associate = `aws eks associate-access-policy ${names} --policy-arn ${policy} --access-scope type=cluster`;
  return {
    preview: {
      headline: `Let ${role.principal.name} into the cluster with an access entry`,
      effects: [
        ...(entry ? [] : [`An entry of type STANDARD is created for ${role.arn}.`]),
        `It gets ${policy.slice(policy.lastIndexOf('/') + 1)} for the whole cluster.`,
      ],
      warnings: [],
    },
    changes: [
      ...(entry ? [] : [{ route: AWS_ROUTES.createAccessEntry, times: 1 }]),
      { route: AWS_ROUTES.associateAccessPolicy, times: 1 },
    ],
    echo: entry ? associate : `aws eks create-access-entry ${names} --type STANDARD && ${associate}`,
    keep: { role: role.arn, created: String(entry === undefined), policy },
    run: async ({ writes, signal, note }) => {
      const aws = writes.aws(place.region);
      if (!entry) {
        await aws.createAccessEntry(place.name, { principalArn: role.arn, type: 'STANDARD' }, { signal });
        note('The entry is created.');
      }
      const granted = { policyArn: policy, scope: 'cluster', namespaces: [] } as const;
      await aws.associateAccessPolicy(place.name, role.arn, granted, { signal });
    },
  };
}

/** Only what was done here: an entry that others had made keeps existing, without the policy. */
async function planEntryUndo(context: GuideContext): Promise<StepPlan> {
  const place = await clusterPlace(context);
  const { role = '', created, policy = '' } = context.kept('access-entry') ?? {};
  const wholly = created === 'true';
  const names = `--cluster-name ${place.name} --region ${place.region} --principal-arn ${role}`;
  return {
    preview: {
      headline: wholly ? `Delete the access entry of ${role}` : `Take the admin policy from ${role}`,
      effects: ['The console can no longer update this rack.'],
      warnings: [],
      blocked: role === '' ? 'What was done is not known any more.' : undefined,
    },
    changes: [{ route: wholly ? AWS_ROUTES.deleteAccessEntry : AWS_ROUTES.disassociateAccessPolicy, times: 1 }],
    echo: wholly
      ? `aws eks delete-access-entry ${names}`
      : `aws eks disassociate-access-policy ${names} --policy-arn ${policy}`,
    keep: {},
    run: async ({ writes, signal }) => {
      const aws = writes.aws(place.region);
      if (wholly) await aws.deleteAccessEntry(place.name, role, { signal });
      else await aws.disassociateAccessPolicy(place.name, role, policy, { signal });
    },
  };
}

export const consoleRole = defineGuide({
  id: 'console-role',
  title: 'ConsoleRole access',
  about: 'let the console into the cluster of an AWS rack, through aws-auth or an access entry',
  fields: [...CLUSTER_FIELDS, ROLE_FIELD, ORGANIZATION_FIELD],
  steps: [CALLER_STEP, CLUSTER_STEP, ROLE_STEP, AWS_AUTH_STEP, MAPPING_STEP, ENTRY_STEP, NODES_STEP],
});
