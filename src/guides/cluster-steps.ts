import { readMode } from '../domain/authentication-mode.ts';
import { clusterOf, clusterPlace } from './cluster-facts.ts';
import { homeOf } from './console-role-facts.ts';
import type { GuideStep } from './define-guide.ts';
import { blocked, ok, pending, seen } from './step-results.ts';

/** Steps with which every guide about a cluster begins. */

export const CALLER_STEP: GuideStep = {
  id: 'aws-login',
  title: 'Who AWS takes you for',
  why: 'Everything below is asked with these credentials; with those of another account the answers would be about another cluster.',
  check: async (context) => {
    const { input, reads } = context;
    // Any region will do for this question; the one of the cluster may need an answer of the rack first.
    const region = input.region ?? (await reads.aws(undefined).region()) ?? (await clusterPlace(context)).region;
    const { account, arn } = await reads.aws(region).caller(context);
    return ok(`AWS takes you for ${arn}.`, [seen('account', account), seen('caller', arn)]);
  },
};

export const CLUSTER_STEP: GuideStep = {
  id: 'cluster',
  title: 'The cluster of the rack',
  why: 'A mapping in the wrong cluster helps nobody, and a cluster that is being changed must not be changed again.',
  needs: ['aws-login'],
  check: async (context) => {
    const { place, cluster, aws } = await clusterOf(context);
    const evidence = [
      ...place.evidence,
      seen('status', cluster.status),
      seen('authentication mode', cluster.authenticationMode),
      seen('kubernetes', cluster.version),
      seen('arn', cluster.arn),
    ];
    const { account } = await aws.caller(context);
    const home = homeOf(cluster.arn);
    if (home && home.account !== account) {
      return blocked(`The cluster belongs to account ${home.account}, your credentials to ${account}.`, evidence, {
        next: 'Use the credentials of the account that the cluster stands in (AWS_PROFILE).',
      });
    }
    if (cluster.status === 'UPDATING' || cluster.status === 'CREATING') {
      return pending(`${cluster.name} is ${cluster.status.toLowerCase()}: wait until it is active.`, evidence);
    }
    if (cluster.status !== 'ACTIVE') {
      return blocked(`${cluster.name} is ${cluster.status}, not ACTIVE.`, evidence, {
        next: 'Look at the cluster in the AWS console first.',
      });
    }
    if (readMode(cluster.authenticationMode) === undefined) {
      return blocked(`${cluster.name} is in an authentication mode that this program does not know.`, evidence, {
        next: 'Update this program, or do it by hand.',
      });
    }
    return ok(`${cluster.name} is active, in mode ${cluster.authenticationMode}.`, evidence);
  },
};
