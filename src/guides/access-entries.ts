import {
  adminRoute,
  everybodyCanEnter,
  mayDeleteAwsAuth,
  mayGoApiOnly,
  readMode,
} from '../domain/authentication-mode.ts';
import type { StepResult } from '../domain/guide-step.ts';
import {
  accessEntriesChange,
  downgradeCheck,
  downgradeTable,
  matrix,
  parameterVerdict,
} from '../domain/karpenter-matrix.ts';
import { accessFactsOf, entriesOf } from './access-facts.ts';
import { AWS_AUTH_STEP, NODES_STEP } from './aws-auth-steps.ts';
import { resultOf } from './check-results.ts';
import { CLUSTER_FIELDS, clusterOf } from './cluster-facts.ts';
import { CALLER_STEP, CLUSTER_STEP } from './cluster-steps.ts';
import { ORGANIZATION_FIELD, ROLE_FIELD } from './console-role-facts.ts';
import { defineGuide, type GuideContext, type GuideStep } from './define-guide.ts';
import {
  accessParameters,
  ENABLE_STEP,
  missingEntries,
  PARAMETER,
  setCommand,
  terraformCaller,
} from './enable-entries.ts';
import { MANAGED_FIELD, nobodyKeeps, parameterKeeper } from './rack-parameters.ts';
import { blocked, ok, pending, seen, unknown } from './step-results.ts';

const GATE_STEP: GuideStep = {
  id: 'gate',
  title: 'The rack knows the parameter',
  why: 'Older racks drop a parameter that they do not know, and nothing happens.',
  check: async (context) => {
    const { provider, version } = await context.reads.rack.system(context);
    const current = (await valuesOf(context))?.[PARAMETER];
    const verdict = parameterVerdict({ name: PARAMETER, provider, version, current, wanted: 'true' });
    const evidence = [seen('provider', provider), seen('version', version)];
    if (verdict.allowed) return ok(`The rack is on AWS and of version ${version}.`, evidence);
    const next =
      verdict.because === 'version'
        ? 'Update the rack to 3.24.7 or later first.'
        : 'Leave it as it is: only clusters on AWS have aws-auth and access entries.';
    return blocked(verdict.reason, evidence, { next });
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
  needs: ['cluster', 'gate'],
  check: async (context) => {
    const keeper = await parameterKeeper(context);
    if (keeper.kind === 'nobody') return outOfReach(keeper.why, context);
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

/** Without its parameters nobody can say which row applies; whoever keeps them sets this one with the command. */
function outOfReach(why: string, { rack }: GuideContext): StepResult {
  const rows = matrix(undefined).map((row) => seen(`row ${row.row}`, rowText(row)));
  return unknown(why, rows, {
    command: setCommand(rack.name),
    next: nobodyKeeps(why).next,
  });
}

function rowText(row: ReturnType<typeof matrix>[number]): string {
  const yes = (value: boolean): string => (value ? 'yes' : 'no');
  return (
    `karpenter_auth_mode ${row.karpenterAuthMode}, ${PARAMETER} ${row.eksAccessEntries}: ` +
    `mode switch ${yes(row.modeSwitch)}, Karpenter node entry ${row.karpenterNodeEntry}, ` +
    `caller entry ${yes(row.callerEntry)}, nodes entry ${yes(row.nodesEntry)}`
  );
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
    if (route === 'unknown') return unknown(`Whether ${who} can enter is not known: ${why}`, evidence);
    if (keeper.kind === 'console') {
      return blocked(`${who} cannot enter the cluster: the update would fail.`, evidence, {
        next: 'First do the guide console-role.',
      });
    }
    // Whoever has made the cluster may enter without being in any list (convox-api.md 9.1).
    return ok(`${who} is in no list; that is enough only for whoever installed the rack.`, evidence);
  },
};

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
  fields: [...CLUSTER_FIELDS, ROLE_FIELD, ORGANIZATION_FIELD, MANAGED_FIELD],
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
