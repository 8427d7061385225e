import { shellWord } from '../actions/shell-word.ts';
import { isClusterAdmin } from '../domain/access-entries.ts';
import { everybodyAfterwards, readMode } from '../domain/authentication-mode.ts';
import { arnKey, readArn } from '../domain/aws-arn.ts';
import type { StepResult } from '../domain/guide-step.ts';
import { type AccessParameters, accessEntriesChange, readSwitch } from '../domain/karpenter-matrix.ts';
import { accessFactsOf, entriesOf } from './access-facts.ts';
import { clusterOf } from './cluster-facts.ts';
import { consoleRoleOf } from './console-role-facts.ts';
import type { GuideContext, GuideStep, StepPlan } from './define-guide.ts';
import { nobodyKeeps, type ParameterKeeper, parameterKeeper, withParameter } from './rack-parameters.ts';
import { ok, seen, todo } from './step-results.ts';

export const PARAMETER = 'eks_access_entries';
/** An update run by the console: plan, apply, and the mode switch of EKS take their time. */
const UPDATE = { firstMs: 5_000, everyMs: 15_000, deadlineMs: 1_800_000, steady: 1 };
const ROUTE = 'PUT /racks/{organization}/{rack}';

export const setCommand = (rack: string): string => `convox rack params set ${PARAMETER}=true -r ${shellWord(rack)}`;

export function accessParameters(values: Readonly<Record<string, string>>): AccessParameters | undefined {
  const karpenterAuthMode = readSwitch(values.karpenter_auth_mode);
  const eksAccessEntries = readSwitch(values[PARAMETER]);
  if (karpenterAuthMode === undefined || eksAccessEntries === undefined) return undefined;
  return { karpenterAuthMode, eksAccessEntries, karpenterEnabled: readSwitch(values.karpenter_enabled) };
}

/** Who will run terraform, and therefore get the entry (convox-api.md 9.4). */
export async function terraformCaller(
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

export const ENABLE_STEP: GuideStep = {
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
    const { isSet, lacking } = await standing(context);
    if (!isSet) return { state: 'absent', words: 'The parameter is not set.' };
    if (lacking.length > 0)
      return { state: 'pending', words: `The parameter is set. Still to come: ${lacking.join('; ')}.` };
    return { state: 'done', words: 'The cluster reads access entries, and those of the rack are there.' };
  },
  wait: UPDATE,
};

async function checkEnabled(context: GuideContext): Promise<StepResult> {
  const keeper = await parameterKeeper(context);
  if (keeper.kind === 'nobody') throw nobodyKeeps(keeper.why);
  const evidence = [seen(PARAMETER, keeper.values[PARAMETER] ?? 'not set (false)')];
  if (readSwitch(keeper.values[PARAMETER]) === true) return ok('It is set.', evidence);
  if (keeper.kind === 'console') return todo('It is not set.', evidence);
  return todo('It is not set; terraform on this machine does it, not this program.', evidence, {
    command: setCommand(context.rack.name),
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
      warnings: [
        'EKS access config migration is one-way.',
        'Keep aws-auth: without it a downgrade is risky.',
        ...(await losers(context, keeper)),
      ],
      lines: [{ kind: 'changed', text: `${PARAMETER}: ${keeper.values[PARAMETER] ?? '(not set)'} -> true` }],
      blocked: status === 'running' ? undefined : `The rack is ${status}: wait until it is running.`,
    },
    rack: full,
    changes: [{ route: ROUTE, times: 1 }],
    echo: setCommand(full),
    keep: { mode: cluster.authenticationMode, version },
    run: ({ writes }) => writes.setParameters(full, withParameter(keeper, PARAMETER, 'true'), version),
  };
}

/** Whoever enters with fewer rights once the two new entries override aws-auth: nobody can be asked afterwards to undo it. */
async function losers(context: GuideContext, keeper: ParameterKeeper): Promise<readonly string[]> {
  const [facts, caller, { place, aws }] = [
    await accessFactsOf(context),
    await terraformCaller(context, keeper),
    await clusterOf(context),
  ];
  const nodes = await aws.role(`${place.name}-nodes`, context).catch(() => undefined);
  const check = everybodyAfterwards(facts, { caller: caller.arn, nodes: nodes?.arn });
  return check.state === 'ok' ? [] : [`${check.why} ${check.evidence.join(' ')}`.trim()];
}

/** How far the update has come: what of it is not there yet, in words. */
async function standing(
  context: GuideContext,
): Promise<{ readonly isSet: boolean; readonly lacking: readonly string[] }> {
  const keeper = await parameterKeeper(context);
  if (keeper.kind === 'nobody' || readSwitch(keeper.values[PARAMETER]) !== true) return { isSet: false, lacking: [] };
  const { cluster } = await clusterOf(context);
  const rack =
    keeper.kind === 'console' && keeper.rack.status !== 'running' ? [`the rack is ${keeper.rack.status}`] : [];
  if (cluster.status !== 'ACTIVE') return { isSet: true, lacking: [...rack, `the cluster is ${cluster.status}`] };
  if (cluster.authenticationMode === 'CONFIG_MAP') {
    return { isSet: true, lacking: [...rack, 'the cluster is still in mode CONFIG_MAP'] };
  }
  return { isSet: true, lacking: [...rack, ...(await missingEntries(context))] };
}

export async function missingEntries(context: GuideContext): Promise<readonly string[]> {
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
