import { isClusterAdmin } from '../domain/access-entries.ts';
import {
  adminRoute,
  everybodyCanEnter,
  mayDeleteAwsAuth,
  mayGoApiOnly,
  readMode,
} from '../domain/authentication-mode.ts';
import { arnKey, readArn } from '../domain/aws-arn.ts';
import type { StepResult } from '../domain/guide-step.ts';
import {
  type AccessParameters,
  accessEntriesChange,
  downgradeCheck,
  downgradeTable,
  matrix,
  parameterVerdict,
  readSwitch,
} from '../domain/karpenter-matrix.ts';
import { accessFactsOf, entriesOf } from './access-facts.ts';
import { AWS_AUTH_STEP, NODES_STEP } from './aws-auth-steps.ts';
import { resultOf } from './check-results.ts';
import { CLUSTER_FIELDS, clusterOf } from './cluster-facts.ts';
import { CALLER_STEP, CLUSTER_STEP } from './cluster-steps.ts';
import { consoleRoleOf, ORGANIZATION_FIELD, ROLE_FIELD } from './console-role-facts.ts';
import { defineGuide, type GuideContext, type GuideStep, type StepPlan } from './define-guide.ts';
import { nobodyKeeps, type ParameterKeeper, parameterKeeper, withParameter } from './rack-parameters.ts';
import { blocked, ok, pending, seen, todo } from './step-results.ts';

const PARAMETER = 'eks_access_entries';
/** An update run by the console: plan, apply, and the mode switch of EKS take their time. */
const UPDATE = { firstMs: 5_000, everyMs: 15_000, deadlineMs: 1_800_000, steady: 1 };
const ROUTE = 'PUT /racks/{organization}/{rack}';

const GATE_STEP: GuideStep = {
  id: 'gate',
  title: 'The rack knows the parameter',
  why: 'Older racks drop a parameter that they do not know, and nothing happens.',
  needs: ['cluster'],
  check: async (context) => {
    const { provider, version } = await context.reads.rack.system(context);
    const current = (await valuesOf(context))?.[PARAMETER];
    const verdict = parameterVerdict({ name: PARAMETER, provider, version, current, wanted: 'true' });
    const evidence = [seen('provider', provider), seen('version', version)];
    if (verdict.allowed) return ok(`The rack is on AWS and of version ${version}.`, evidence);
    return blocked(verdict.reason, evidence, { next: 'Update the rack to 3.24.7 or later first.' });
  },
};

async function valuesOf(context: GuideContext): Promise<Readonly<Record<string, string>> | undefined> {
  const keeper = await parameterKeeper(context);
  return keeper.kind === 'nobody' ? undefined : keeper.values;
}

const MATRIX_STEP: GuideStep = {
  id: 'matrix',
  title: 'What the parameter will do here',
  why: 'Together with karpenter_auth_mode it does more or less; this is the row that applies before and after.',
  needs: ['gate'],
  check: async (context) => {
    const keeper = await parameterKeeper(context);
    if (keeper.kind === 'nobody') throw nobodyKeeps(keeper.why);
    const parameters = accessParameters(keeper.values);
    if (!parameters) return blocked('One of the two parameters is neither true nor false.');
    const { cluster } = await clusterOf(context);
    const change = accessEntriesChange(parameters, readMode(cluster.authenticationMode));
    const evidence = [
      seen('kept by', keeper.kind === 'console' ? 'the console' : keeper.path),
      ...matrix(parameters.karpenterEnabled).map((row) => {
        const mark = row.row === change.before.row ? ' <- now' : row.row === change.after.row ? ' <- after' : '';
        return seen(`row ${row.row}`, `${rowText(row)}${mark}`);
      }),
      ...change.effects.map((effect) => seen('effect', effect)),
    ];
    return ok(change.effects[0] ?? 'Nothing changes.', evidence);
  },
};

function rowText(row: ReturnType<typeof matrix>[number]): string {
  const yes = (value: boolean): string => (value ? 'yes' : 'no');
  return (
    `karpenter_auth_mode ${row.karpenterAuthMode}, ${PARAMETER} ${row.eksAccessEntries}: ` +
    `mode switch ${yes(row.modeSwitch)}, Karpenter node entry ${row.karpenterNodeEntry}, ` +
    `caller entry ${yes(row.callerEntry)}, nodes entry ${yes(row.nodesEntry)}`
  );
}

function accessParameters(values: Readonly<Record<string, string>>): AccessParameters | undefined {
  const karpenterAuthMode = readSwitch(values.karpenter_auth_mode);
  const eksAccessEntries = readSwitch(values[PARAMETER]);
  if (karpenterAuthMode === undefined || eksAccessEntries === undefined) return undefined;
  return { karpenterAuthMode, eksAccessEntries, karpenterEnabled: readSwitch(values.karpenter_enabled) };
}

/** Who will run terraform, and therefore get the entry (convox-api.md 9.4). */
async function terraformCaller(
  context: GuideContext,
  keeper: ParameterKeeper,
): Promise<{ readonly arn: string; readonly who: string }> {
  if (keeper.kind === 'console') {
    const role = await consoleRoleOf(context);
    return { arn: role.arn, who: `the console, as ${role.principal.name}` };
  }
  const { aws } = await clusterOf(context);
  const { arn } = await aws.caller(context);
  const read = readArn(arn);
  if (read.kind === 'invalid' || read.principal.kind === 'user') return { arn, who: `you, as ${arn}` };
  const role = await aws.role(read.principal.name, context);
  return { arn: role?.arn ?? arn, who: `you, as the role ${read.principal.name}` };
}

const CALLER_ENTRY_STEP: GuideStep = {
  id: 'terraform-caller',
  title: 'Whoever runs terraform can enter',
  why: 'The update first reads the cluster: a caller who is not let in fails before it can make its own entry.',
  needs: ['matrix', 'aws-auth-sound'],
  check: async (context) => {
    const keeper = await parameterKeeper(context);
    const { arn, who } = await terraformCaller(context, keeper);
    const { route, why } = adminRoute(await accessFactsOf(context), arn);
    const evidence = [seen('terraform is run by', who), seen('arn', arn), seen('access', why)];
    if (route === 'none-needed') return ok(`${who} can enter the cluster.`, evidence);
    if (keeper.kind === 'console') {
      return blocked(`${who} cannot enter the cluster: the update would fail.`, evidence, {
        next: 'First do the guide console-role.',
      });
    }
    // Whoever has made the cluster may enter without being in any list (convox-api.md 9.1).
    return ok(`${who} is in no list; that is enough only for whoever installed the rack.`, evidence);
  },
};

const ENABLE_STEP: GuideStep = {
  id: 'enable',
  title: `Set ${PARAMETER}=true`,
  why: 'This makes the entries of the nodes and of whoever runs terraform, and lets the cluster read entries.',
  danger: 'One-way: the parameter cannot be turned off again, and the cluster never goes back to CONFIG_MAP.',
  needs: ['terraform-caller'],
  watchMs: 15_000,
  check: checkEnabled,
  apply: {
    title: `Set ${PARAMETER}=true through the console`,
    tier: 3,
    permissions: ['convox:rack:update'],
    plan: planEnable,
  },
  verify: async (context) => {
    const done = await isDone(context);
    if (done === undefined) return { state: 'pending', words: 'The parameter is set; the update goes on.' };
    if (done) return { state: 'done', words: 'The cluster reads access entries, and those of the rack are there.' };
    return { state: 'absent', words: 'The parameter is not set.' };
  },
  wait: UPDATE,
};

async function checkEnabled(context: GuideContext): Promise<StepResult> {
  const keeper = await parameterKeeper(context);
  if (keeper.kind === 'nobody') throw nobodyKeeps(keeper.why);
  const evidence = [seen(PARAMETER, keeper.values[PARAMETER] ?? 'not set (false)')];
  if (readSwitch(keeper.values[PARAMETER]) === true) return ok('It is set.', evidence);
  if (keeper.kind === 'console') return todo('It is not set.', evidence);
  const name = context.rack.name;
  return todo('It is not set; terraform on this machine does it, not this program.', evidence, {
    command: `convox rack params set ${PARAMETER}=true -r ${name}`,
    next: 'Run the command (it runs terraform apply, and there is no way back), then look again.',
    byHand: true,
  });
}

async function planEnable(context: GuideContext): Promise<StepPlan> {
  const keeper = await parameterKeeper(context);
  if (keeper.kind !== 'console') throw nobodyKeeps(keeper.kind === 'nobody' ? keeper.why : 'Terraform keeps them.');
  const { organization, name, version, status } = keeper.rack;
  const full = `${organization}/${name}`;
  const { cluster } = await clusterOf(context);
  const parameters = accessParameters(keeper.values);
  const effects = parameters ? accessEntriesChange(parameters, readMode(cluster.authenticationMode)).effects : [];
  return {
    preview: {
      headline: `Set ${PARAMETER}=true on ${full}`,
      effects: [...effects, 'The console runs an update of the rack; apps keep running.'],
      warnings: ['EKS access config migration is one-way.', 'Keep aws-auth: without it a downgrade is risky.'],
      lines: [{ kind: 'changed', text: `${PARAMETER}: ${keeper.values[PARAMETER] ?? '(not set)'} -> true` }],
      blocked: status === 'running' ? undefined : `The rack is ${status}: wait until it is running.`,
    },
    changes: [{ route: ROUTE, times: 1 }],
    echo: `convox rack params set ${PARAMETER}=true -r ${full}`,
    keep: { mode: cluster.authenticationMode, version },
    run: ({ writes }) => writes.setParameters(full, withParameter(keeper, PARAMETER, 'true'), version),
  };
}

/** Undefined: set, and still under way. */
async function isDone(context: GuideContext): Promise<boolean | undefined> {
  if (readSwitch((await valuesOf(context))?.[PARAMETER]) !== true) return false;
  const { cluster } = await clusterOf(context);
  if (cluster.status !== 'ACTIVE' || cluster.authenticationMode === 'CONFIG_MAP') return undefined;
  return (await missingEntries(context)).length === 0 ? true : undefined;
}

const MODE_STEP: GuideStep = {
  id: 'mode',
  title: 'The cluster reads access entries',
  why: 'Until the mode is switched entries cannot even be listed.',
  needs: ['enable'],
  check: async (context) => {
    const { cluster } = await clusterOf(context);
    const { status, authenticationMode } = cluster;
    const evidence = [seen('authentication mode', authenticationMode), seen('status', status)];
    if (authenticationMode !== 'CONFIG_MAP') return ok(`The cluster is in mode ${authenticationMode}.`, evidence);
    return pending('The switch has not happened yet: the update is under way, or has failed.', evidence, {
      next: 'Look at the update in the console (or at terraform) if this stays.',
    });
  },
};

const ENTRIES_STEP: GuideStep = {
  id: 'entries',
  title: 'Entries of the caller and of the nodes',
  why: 'These two are what the parameter promises: updates and new nodes work without aws-auth.',
  needs: ['mode'],
  check: async (context) => {
    const { aws, place } = await clusterOf(context);
    const entries = await entriesOf(aws, place.name, context);
    const evidence = entries.map(({ principalArn, type, policies }) =>
      seen(
        type,
        `${principalArn}${policies.length === 0 ? '' : ` (${policies.map(({ policyArn }) => policyArn.split('/').at(-1)).join(', ')})`}`,
      ),
    );
    const missing = await missingEntries(context);
    if (missing.length === 0) return ok('Both entries are there, with what they need.', evidence);
    return pending(`Not there yet: ${missing.join('; ')}.`, evidence, {
      next: 'Wait for the end of the update; if it has failed, set the parameter again.',
    });
  },
};

async function missingEntries(context: GuideContext): Promise<readonly string[]> {
  const { aws, place } = await clusterOf(context);
  const [entries, caller] = [
    await entriesOf(aws, place.name, context),
    await terraformCaller(context, await parameterKeeper(context)),
  ];
  const admin = entries.find(({ principalArn }) => arnKey(principalArn) === arnKey(caller.arn));
  const nodes = entries.some(
    ({ principalArn, type }) => type === 'EC2_LINUX' && principalArn.endsWith(`/${place.name}-nodes`),
  );
  return [
    ...(admin && isClusterAdmin(admin) ? [] : [`an administrator's entry of ${caller.who}`]),
    ...(nodes ? [] : ['the EC2_LINUX entry of the nodes role']),
  ];
}

const EVERYBODY_STEP: GuideStep = {
  id: 'everybody',
  title: 'Everybody of aws-auth can still enter',
  why: 'An entry overrides aws-auth for its principal: one with fewer rights silently takes rights away.',
  needs: ['entries'],
  check: async (context) => resultOf([everybodyCanEnter(await accessFactsOf(context))]),
};

const KEEP_STEP: GuideStep = {
  id: 'keep-aws-auth',
  title: 'What must not be done now',
  why: 'Deleting aws-auth, or the mode API alone, shuts out whoever has no entry; neither can be taken back.',
  needs: ['mode'],
  check: async (context) => {
    const facts = await accessFactsOf(context);
    const checks = [mayDeleteAwsAuth(facts), mayGoApiOnly(facts)];
    const result = resultOf(checks);
    // Nobody has to do either: a refusal is the answer, not a trouble.
    return result.state === 'unknown' ? result : { ...result, state: 'ok' };
  },
};

const DOWNGRADE_STEP: GuideStep = {
  id: 'downgrade',
  title: 'Going back below 3.24.7',
  why: 'Older racks do not manage the entries: whether going back is safe hangs on aws-auth and on the mode.',
  needs: ['mode'],
  check: async (context) => {
    const { mode, map } = await accessFactsOf(context);
    const awsAuthExists = map && (map.roles.length > 0 || map.users.length > 0);
    const rows = downgradeTable({ mode, awsAuthExists }).map(({ situation, safe, detail, current }) =>
      seen(`${safe}${current ? ' <- now' : ''}`, `${situation}: ${detail}`),
    );
    const result = resultOf([downgradeCheck({ mode, awsAuthExists })], rows);
    return result.state === 'blocked' ? { ...result, state: 'ok' } : result;
  },
};

export const accessEntries = defineGuide({
  id: 'access-entries',
  title: 'Access entries in place of aws-auth',
  about: 'let the cluster of an AWS rack read EKS access entries (eks_access_entries), without shutting anybody out',
  fields: [...CLUSTER_FIELDS, ROLE_FIELD, ORGANIZATION_FIELD],
  steps: [
    CALLER_STEP,
    CLUSTER_STEP,
    GATE_STEP,
    MATRIX_STEP,
    AWS_AUTH_STEP,
    CALLER_ENTRY_STEP,
    ENABLE_STEP,
    MODE_STEP,
    ENTRIES_STEP,
    EVERYBODY_STEP,
    KEEP_STEP,
    DOWNGRADE_STEP,
    NODES_STEP,
  ],
});
