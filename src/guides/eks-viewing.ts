import { isClusterAdmin } from '../domain/access-entries.ts';
import { arnKey, arnText, type IamPrincipal, mappingArn } from '../domain/aws-arn.ts';
import { appendMapping, removeMapping } from '../domain/aws-auth-append.ts';
import {
  VIEWER_CLUSTER_ROLE,
  VIEWER_GROUP,
  viewerEntry,
  viewerMapping,
  viewerMappingLines,
  viewerPolicy,
  viewingNeeds,
} from '../domain/eks-console-viewing.ts';
import { Failure } from '../domain/failure.ts';
import { AWS_ROUTES } from '../protocol/aws-api.ts';
import { accessFactsOf } from './access-facts.ts';
import { observeAwsAuth, planAwsAuth, restoreAwsAuth } from './aws-auth-change.ts';
import { mustBeSameCluster } from './aws-auth-facts.ts';
import { AWS_AUTH_STEP, CHANGE_CLUSTER, existing, NODES_STAY, NODES_STEP } from './aws-auth-steps.ts';
import { awsOf, CLUSTER_FIELDS, clusterOf, clusterPlace } from './cluster-facts.ts';
import { CALLER_STEP, CLUSTER_STEP } from './cluster-steps.ts';
import { homeOf } from './console-role-facts.ts';
import { defineGuide, type GuideContext, type GuideStep, type StepPlan } from './define-guide.ts';
import { awsAuthCopy } from './kept-copy.ts';
import { blocked, ok, seen, todo } from './step-results.ts';
import { missingActions, PRINCIPAL_FIELD, viewerOf } from './viewer-facts.ts';

const CLUSTER_ROLE_STEP: GuideStep = {
  id: 'cluster-role',
  title: 'Cluster role and its binding',
  why: 'The AWS console shows what the group of the viewer may read, and nothing without it.',
  needs: ['cluster'],
  check: async (context) => {
    const { version } = await context.reads.rack.system(context);
    const needs = viewingNeeds(version);
    if (!needs) return blocked('This is a v2 rack: it has no Kubernetes cluster.');
    const evidence = [seen('rack version', version), seen('because', needs.why)];
    const granted = await grantOf(context);
    if (granted === 'out of reach') {
      if (needs.hasRole)
        return ok('This version of the rack makes them; they cannot be looked at from here.', evidence);
      throw outOfReach();
    }
    if (granted.role && granted.bound) return ok(`${VIEWER_GROUP} may read the cluster.`, evidence);
    if (needs.hasRole) {
      const missing = granted.role ? 'Its binding' : 'The cluster role';
      return blocked(`${missing} is missing, although this version of the rack makes it.`, evidence, {
        next: 'Let the rack be updated or its parameters be set once: terraform makes it again.',
      });
    }
    const manifest = needs.manifest.split('\n').map((line) => seen('viewer.yaml', line));
    return todo('This rack is too old to have made them.', [...evidence, ...manifest], {
      command: 'kubectl apply -f viewer.yaml',
      next: 'Save the manifest of the evidence as viewer.yaml and apply it.',
      byHand: true,
    });
  },
};

/** A gateway does not pass the Kubernetes API on. */
async function grantOf(context: GuideContext): Promise<{ role: boolean; bound: boolean } | 'out of reach'> {
  const { kubernetes } = context.reads;
  try {
    await mustBeSameCluster(context);
    const [role, bindings] = await Promise.all([
      kubernetes.clusterRole(VIEWER_CLUSTER_ROLE, context),
      kubernetes.clusterRoleBindings(context),
    ]);
    const bound = bindings.some(({ role: name, groups }) => {
      return name === VIEWER_CLUSTER_ROLE && groups.includes(VIEWER_GROUP);
    });
    return { role: role !== undefined, bound };
  } catch (error) {
    if (error instanceof Failure && error.kind === 'unsupported') return 'out of reach';
    throw error;
  }
}

function outOfReach(): Failure {
  return new Failure({
    kind: 'unsupported',
    what: 'The cluster cannot be looked into from here',
    next: 'Reach the rack directly or through its console.',
  });
}

const POLICY_STEP: GuideStep = {
  id: 'iam-policy',
  title: 'IAM permissions of the viewer',
  why: 'The AWS console first asks EKS: without these permissions it shows an error before the cluster is asked.',
  needs: ['cluster'],
  check: async (context) => {
    const [viewer, { aws, cluster }] = [await viewerOf(context), await clusterOf(context)];
    const home = homeOf(cluster.arn);
    const policy = viewerPolicy(home?.account ?? viewer.account, viewer.partition);
    const evidence = [
      seen('viewer', arnText(viewer)),
      ...policy.split('\n').map((line) => seen('complete policy', line)),
    ];
    const missing = await missingActions(viewer, aws, context);
    if (missing === undefined) {
      return todo('What the viewer may do cannot be read from here; this is what is needed.', evidence, {
        command: policyCommand(viewer),
        next: 'Compare it in IAM; or save the policy of the evidence as viewer-policy.json and attach it with the command.',
        byHand: true,
      });
    }
    if (missing.length === 0) return ok(`${viewer.name} has every permission that is needed.`, evidence);
    const names = missing.map((action) => seen('missing', action));
    return todo(`${viewer.name} lacks ${missing.length} permissions.`, [...names, ...evidence], {
      command: policyCommand(viewer),
      next: 'Save the policy of the evidence as viewer-policy.json first.',
      byHand: true,
    });
  },
};

/** The name comes from an ARN, whose characters need no quotes. */
function policyCommand({ kind, name }: IamPrincipal): string {
  const whom = kind === 'user' ? `put-user-policy --user-name ${name}` : `put-role-policy --role-name ${name}`;
  return `aws iam ${whom} --policy-name eks-console-viewing --policy-document file://viewer-policy.json`;
}

const ID = 'mapping';

const MAPPING_STEP: GuideStep = {
  id: ID,
  title: 'The viewer in the cluster',
  why: 'IAM lets the viewer up to the door; the cluster itself lets in only those that it knows.',
  danger:
    'In aws-auth a mistake locks others out: only one entry is added, and a copy is kept. An entry hides a mapping.',
  needs: ['cluster', 'aws-auth-sound'],
  check: async (context) => {
    const viewer = await viewerOf(context);
    const { mode, how } = await standing(context);
    const evidence = [
      seen('viewer', arnText(viewer)),
      seen('authentication mode', mode ?? 'unknown'),
      ...awsAuthCopy(context.kept(ID)),
    ];
    if (how !== undefined) return ok(`${viewer.name} is let in ${how}.`, evidence);
    if (viewer.path === undefined && mode !== 'CONFIG_MAP') {
      return blocked('The path of the role is not known, and an access entry needs it.', evidence, {
        next: 'Name the role with its full ARN (--set principal=...), or ask for iam:GetRole.',
      });
    }
    const lines = mode === 'CONFIG_MAP' ? viewerMappingLines(viewer) : [JSON.stringify(viewerEntry(viewer))];
    return todo(`${viewer.name} is not let in as a viewer.`, [
      ...evidence,
      ...lines.map((line) => seen('to add', line)),
    ]);
  },
  apply: {
    title: 'Let the viewer into the cluster',
    tier: 3,
    permissions: CHANGE_CLUSTER,
    plan: async (context) => ((await modeOf(context)) === 'CONFIG_MAP' ? planMapping(context) : planEntry(context)),
  },
  verify: async (context, what) => {
    const { how } = await standing(context);
    const there = (how !== undefined) === (what === 'apply');
    const words = how === undefined ? 'The viewer is not let in.' : `The viewer is let in ${how}.`;
    if ((await modeOf(context)) === 'CONFIG_MAP') return observeAwsAuth(context, there, words);
    return { state: there ? 'done' : 'absent', words };
  },
  wait: NODES_STAY,
  undo: {
    title: 'Take the viewer out again',
    tier: 2,
    permissions: CHANGE_CLUSTER,
    plan: async (context) => {
      const kept = context.kept(ID);
      if (kept?.entry !== undefined) return planEntryUndo(context, kept.entry);
      const [facts, viewer] = [await existing(context), await viewerOf(context)];
      return restoreAwsAuth(facts, kept, () => removeMapping(facts.data, mappingArn(viewer)));
    },
  },
};

const modeOf = async (context: GuideContext): Promise<string> => (await clusterOf(context)).cluster.authenticationMode;

/** How the viewer gets in now; an entry overrides whatever aws-auth says (convox-api.md 9.3). */
async function standing(context: GuideContext): Promise<{ mode: string | undefined; how: string | undefined }> {
  const [viewer, { mode, map, entries }] = [await viewerOf(context), await accessFactsOf(context)];
  const key = arnKey(arnText(viewer));
  const entry = entries?.find(({ principalArn }) => arnKey(principalArn) === key);
  if (entry) {
    const sees = isClusterAdmin(entry) || entry.kubernetesGroups.includes(VIEWER_GROUP) || entry.policies.length > 0;
    return { mode, how: sees ? 'by an access entry' : undefined };
  }
  if (mode === 'API') return { mode, how: undefined };
  const mapped = [...(map?.roles ?? []), ...(map?.users ?? [])].findLast(({ arn }) => arnKey(arn) === key);
  const sees = mapped?.groups.some((group) => group === VIEWER_GROUP || group === 'system:masters') === true;
  return { mode, how: sees && map?.writable ? 'by aws-auth' : undefined };
}

async function planMapping(context: GuideContext): Promise<StepPlan> {
  const [facts, viewer] = [await existing(context), await viewerOf(context)];
  return planAwsAuth(facts, {
    headline: `Let ${viewer.name} view the cluster through aws-auth`,
    effects: [`It gets the group ${VIEWER_GROUP}.`, 'Every other entry stays as it is.'],
    edit: appendMapping(facts.data, viewerMapping(viewer), facts.around),
  });
}

async function planEntry(context: GuideContext): Promise<StepPlan> {
  const [place, viewer] = [await clusterPlace(context), await viewerOf(context)];
  const { principalArn, type, kubernetesGroups } = viewerEntry(viewer);
  const known = await awsOf(context, place).accessEntry(place.name, principalArn, context);
  return {
    preview: {
      headline: `Let ${viewer.name} view the cluster with an access entry`,
      effects: [`An entry with the group ${kubernetesGroups.join(', ')} is created.`],
      warnings: ['An access entry overrides what aws-auth says about the same principal.'],
      blocked: known ? 'It has an access entry already, with other rights: change that one by hand.' : undefined,
    },
    changes: [{ route: AWS_ROUTES.createAccessEntry, times: 1 }],
    echo: `aws eks create-access-entry --cluster-name ${place.name} --region ${place.region} --principal-arn ${principalArn} --kubernetes-groups ${kubernetesGroups.join(' ')}`,
    keep: { entry: principalArn },
    run: ({ writes, signal }) =>
      writes
        .aws(place.region)
        .createAccessEntry(place.name, { principalArn, type, groups: kubernetesGroups }, { signal }),
  };
}

async function planEntryUndo(context: GuideContext, principalArn: string): Promise<StepPlan> {
  const place = await clusterPlace(context);
  return {
    preview: { headline: `Delete the access entry of ${principalArn}`, effects: [], warnings: [] },
    changes: [{ route: AWS_ROUTES.deleteAccessEntry, times: 1 }],
    echo: `aws eks delete-access-entry --cluster-name ${place.name} --region ${place.region} --principal-arn ${principalArn}`,
    keep: {},
    run: ({ writes, signal }) => writes.aws(place.region).deleteAccessEntry(place.name, principalArn, { signal }),
  };
}

export const eksViewing = defineGuide({
  id: 'eks-viewing',
  title: 'EKS console viewing',
  about: 'let a person see the cluster of an AWS rack in the AWS console',
  fields: [...CLUSTER_FIELDS, PRINCIPAL_FIELD],
  // What is attached in IAM is nobody's to read for users: it must not hold up the mapping.
  steps: [CALLER_STEP, CLUSTER_STEP, CLUSTER_ROLE_STEP, AWS_AUTH_STEP, MAPPING_STEP, POLICY_STEP, NODES_STEP],
});
