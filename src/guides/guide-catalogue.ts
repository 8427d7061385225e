import { ALLOWED, refused, type Verdict } from '../domain/verdict.ts';
import { atLeast, parseVersion } from '../domain/version.ts';

/** What is known of a rack without asking it anything for this. */
export interface GuideRackFacts {
  /** Undefined: not told yet. */
  readonly provider: string | undefined;
  readonly version: string | undefined;
}

/**
 * A guide as menus list it, before any of its code is loaded. `because: 'target'` is never for this rack; `'version'` is not for
 * it yet: its checklist can be looked at and says how to get there.
 */
export interface GuideEntry {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly applies: (facts: GuideRackFacts) => Verdict;
}

/** All guides, in the order of guides/index.ts; a contract test holds both together. */
export const GUIDE_CATALOGUE: readonly GuideEntry[] = [
  {
    id: 'rack-move',
    title: 'Rack move',
    about: 'move a rack between this machine and the console, or between organisations, without losing its state',
    applies: isTerraform,
  },
  {
    id: 'console-role',
    title: 'ConsoleRole access',
    about: 'let the console into the cluster of an AWS rack, through aws-auth or an access entry',
    applies: hasCluster,
  },
  {
    id: 'access-entries',
    title: 'Access entries in place of aws-auth',
    about: 'let the cluster of an AWS rack read EKS access entries (eks_access_entries), without shutting anybody out',
    applies: (facts) => since('3.24.7', facts),
  },
  {
    id: 'eks-viewing',
    title: 'EKS console viewing',
    about: 'let a person see the cluster of an AWS rack in the AWS console',
    applies: hasCluster,
  },
  {
    id: 'aws-integration',
    title: 'AWS integration',
    about: 'review the role that the console uses in an AWS account, or see how to make and remove it',
    applies: onAws,
  },
  {
    id: 'iam-review',
    title: 'Permissions of the rack',
    about: 'review the IAM roles and policies of an AWS rack; changes nothing',
    applies: hasCluster,
  },
];

/** What is not known yet refuses nothing: the checks of the guide itself will say. */
function onAws({ provider }: GuideRackFacts): Verdict {
  if (provider === undefined || provider === '' || provider === 'aws') return ALLOWED;
  return refused('target', `only for racks on AWS; this one is on ${provider}`);
}

function isTerraform({ version }: GuideRackFacts): Verdict {
  return version !== undefined && parseVersion(version).generation === 'v2'
    ? refused('target', 'a v2 rack has no terraform state to move')
    : ALLOWED;
}

function hasCluster(facts: GuideRackFacts): Verdict {
  const verdict = onAws(facts);
  if (!verdict.allowed || facts.version === undefined) return verdict;
  return parseVersion(facts.version).generation === 'v2'
    ? refused('target', 'a v2 rack has no Kubernetes cluster')
    : ALLOWED;
}

function since(wanted: string, facts: GuideRackFacts): Verdict {
  const verdict = hasCluster(facts);
  if (!verdict.allowed || facts.version === undefined || atLeast(parseVersion(facts.version), wanted)) return verdict;
  return refused('version', `needs rack ${wanted}; this one is ${facts.version}`);
}
