import type { AwsAuthDamage } from '../domain/aws-auth-map.ts';
import { repairAwsAuth } from '../domain/aws-auth-repair.ts';
import { Failure } from '../domain/failure.ts';
import type { StepEvidence } from '../domain/guide-step.ts';
import { noAwsAuth, nodesAreReady, observeAwsAuth, planAwsAuth, restoreAwsAuth } from './aws-auth-change.ts';
import { type AwsAuthFacts, awsAuthOf } from './aws-auth-facts.ts';
import { clusterOf } from './cluster-facts.ts';
import type { GuideContext, GuideStep } from './define-guide.ts';
import { awsAuthCopy } from './kept-copy.ts';
import { blocked, notNeeded, ok, pending, seen, todo } from './step-results.ts';

/** After a write of aws-auth: nodes that lost their mapping fall out only after a while. */
export const NODES_STAY = { firstMs: 2_000, everyMs: 10_000, deadlineMs: 300_000, steady: 3 };

export const CHANGE_CLUSTER = ['convox:rack:update'] as const;

/** Damage that is there already: one item at a time, where the repair is certain; the rest is for a person. */
export const AWS_AUTH_STEP: GuideStep = {
  id: 'aws-auth-sound',
  title: 'aws-auth is sound',
  why: 'One damaged line makes the authenticator reject the whole list, and then nobody and no node may enter.',
  danger: 'A wrong repair can lock nodes and people out. A copy is kept first, and going back is one step.',
  needs: ['cluster'],
  check: async (context) => {
    const { cluster } = await clusterOf(context);
    if (cluster.authenticationMode === 'API') return notNeeded('In mode API the cluster does not read aws-auth.');
    if (cluster.authenticationMode !== 'CONFIG_MAP' && (await isOutOfReach(context))) {
      return notNeeded('aws-auth cannot be looked into from here; access entries are the way on this cluster.');
    }
    const facts = await awsAuthOf(context);
    if (!facts) {
      const { message, next } = noAwsAuth();
      return cluster.authenticationMode === 'CONFIG_MAP'
        ? blocked(`${message}.`, [], { next })
        : notNeeded('There is no aws-auth; the cluster has access entries.');
    }
    return soundness(facts, awsAuthCopy(context.kept('aws-auth-sound')));
  },
  apply: {
    title: 'Repair aws-auth',
    tier: 3,
    permissions: CHANGE_CLUSTER,
    plan: async (context) => {
      const facts = await existing(context);
      const damage = repairable(facts);
      if (!damage) throw noAwsAuth();
      return planAwsAuth(facts, {
        headline: `Repair aws-auth: ${damage.what.replace(/\.$/, '')}`,
        effects: [damage.why, damage.repair],
        edit: repairAwsAuth(facts.data, damage, facts.around),
        repairs: damage,
      });
    },
  },
  verify: async (context, what) => {
    const facts = await existing(context);
    const kept = context.kept('aws-auth-sound');
    const wanted = what === 'apply' ? kept?.after : kept?.before;
    return observeAwsAuth(context, wanted === JSON.stringify(facts.data), 'aws-auth was written and read back.');
  },
  wait: NODES_STAY,
  undo: {
    title: 'Restore aws-auth as it was',
    tier: 3,
    permissions: CHANGE_CLUSTER,
    plan: async (context) =>
      restoreAwsAuth(await existing(context), context.kept('aws-auth-sound'), () => ({
        kind: 'refused',
        why: 'aws-auth was changed since.',
        next: 'Restore the kept copy by hand, with what was changed since.',
      })),
  },
};

/** A gateway has no passthrough to the cluster. */
async function isOutOfReach(context: GuideContext): Promise<boolean> {
  return awsAuthOf(context).then(
    () => false,
    (error: unknown) => error instanceof Failure && error.kind === 'unsupported',
  );
}

function soundness(facts: AwsAuthFacts, copy: readonly StepEvidence[]) {
  const { damage, roles, users } = facts.read;
  const evidence = [
    seen('entries', `${roles.length} roles, ${users.length} users`),
    ...damage.map(({ severity, what, repair }) => seen(severity, `${what} ${repair}`)),
    ...copy,
  ];
  const bad = damage.filter(({ severity }) => severity === 'critical');
  if (bad.length === 0) return ok('aws-auth can be read, and nothing in it locks anybody out.', evidence);
  const words = `${bad.length === 1 ? 'One thing in aws-auth locks' : `${bad.length} things in aws-auth lock`} people or nodes out. ${bad[0]?.what ?? ''} ${bad[0]?.why ?? ''}`;
  if (repairable(facts)) return todo(words, evidence);
  return blocked(words, evidence, { next: bad[0]?.repair });
}

function repairable({ data, read, around }: AwsAuthFacts): AwsAuthDamage | undefined {
  return read.damage.find(
    (damage) => damage.severity === 'critical' && repairAwsAuth(data, damage, around).kind === 'changed',
  );
}

export async function existing(context: GuideContext): Promise<AwsAuthFacts> {
  const facts = await awsAuthOf(context);
  if (facts) return facts;
  throw noAwsAuth();
}

export const NODES_STEP: GuideStep = {
  id: 'nodes',
  title: 'Every node is ready',
  why: 'Nodes enter the cluster through the same lists as people: one that fell out takes its apps with it.',
  needs: ['cluster'],
  check: async (context) => {
    const { ready, words } = await nodesAreReady(context);
    return ready
      ? ok(words)
      : pending(words, [], { next: 'Look at aws-auth and at the entry of the node role first.' });
  },
};
