import {
  type AccessEntry,
  adminPolicyArn,
  type Coverage,
  coverage,
  grantsNothing,
  isClusterAdmin,
  unmapped,
} from './access-entries.ts';
import { arnKey } from './aws-arn.ts';
import type { AwsAuthMap } from './aws-auth-map.ts';
import { attention, type GuideCheck, notKnown, passed, refusal } from './guide-check.ts';
import { safeText } from './safe-text.ts';

/** Who an EKS cluster asks when somebody logs in (convox-api.md 9.3). */
export type AuthenticationMode = 'CONFIG_MAP' | 'API_AND_CONFIG_MAP' | 'API';

/** Undefined for anything else: an unknown mode is never guessed. */
export function readMode(text: unknown): AuthenticationMode | undefined {
  return text === 'CONFIG_MAP' || text === 'API_AND_CONFIG_MAP' || text === 'API' ? text : undefined;
}

const ORDER: readonly AuthenticationMode[] = ['CONFIG_MAP', 'API_AND_CONFIG_MAP', 'API'];

export interface ModeFacts {
  readonly mode: AuthenticationMode;
  readonly readsConfigMap: boolean;
  readonly readsEntries: boolean;
  readonly next: readonly AuthenticationMode[];
}

export function modeFacts(mode: AuthenticationMode): ModeFacts {
  return {
    mode,
    readsConfigMap: mode !== 'API',
    readsEntries: mode !== 'CONFIG_MAP',
    next: ORDER.slice(ORDER.indexOf(mode) + 1),
  };
}

/** Every change of the mode is one-way. */
export function modeChange(from: AuthenticationMode, to: AuthenticationMode): GuideCheck {
  const id = 'authentication-mode';
  if (from === to) return passed(id, `The cluster is in mode ${to} already.`);
  if (ORDER.indexOf(to) < ORDER.indexOf(from)) {
    return refusal(
      id,
      `EKS never goes back from ${from} to ${to}.`,
      'Stay in this mode; a new cluster is the only other way.',
    );
  }
  return attention(
    id,
    `From ${from} to ${to} there is no way back, not even by AWS.`,
    'Go on only if this is meant for good.',
  );
}

export interface AccessFacts {
  readonly mode: AuthenticationMode | undefined;
  /** Undefined where aws-auth could not be read from the cluster; `data: {}` where it does not exist. */
  readonly map: AwsAuthMap | undefined;
  /** Undefined where they could not be listed in full. */
  readonly entries: readonly AccessEntry[] | undefined;
}

/** "Delete aws-auth" (convox-api.md 9.3, 9.4): refused while anybody would lose the way in. */
export function mayDeleteAwsAuth(facts: AccessFacts): GuideCheck {
  const id = 'delete-aws-auth';
  if (facts.mode === 'CONFIG_MAP') {
    return refusal(
      id,
      'In mode CONFIG_MAP aws-auth is the only way in: without it nobody and no node can enter.',
      'Keep it.',
    );
  }
  return whileUnmapped(
    id,
    facts,
    'aws-auth may go, but a downgrade below 3.24.7 becomes risky: nothing is left to fall back on.',
  );
}

/** "API only": aws-auth would be ignored from then on, for good. */
export function mayGoApiOnly(facts: AccessFacts): GuideCheck {
  const id = 'api-only';
  if (facts.mode === 'API') return passed(id, 'The cluster is in mode API already.');
  if (facts.mode === 'CONFIG_MAP') {
    return refusal(
      id,
      'In mode CONFIG_MAP no access entry can exist yet: everybody would be locked out.',
      'Go to API_AND_CONFIG_MAP first.',
    );
  }
  return whileUnmapped(id, facts, 'It is one-way, and no rack version below 3.24.7 manages the entries.');
}

function whileUnmapped(id: string, facts: AccessFacts, warning: string): GuideCheck {
  if (facts.mode === undefined)
    return notKnown(id, 'The authentication mode is not known.', 'Ask EKS for the cluster first.');
  const { map, entries } = facts;
  if (!map || !entries)
    return notKnown(
      id,
      'aws-auth or the access entries could not be read.',
      'Read both first: without them nobody can say who would be locked out.',
    );
  if (!map.writable) return refusal(id, 'aws-auth is damaged: nobody can say who is in it.', 'Repair it first.');
  if (map.accounts.length > 0) {
    return refusal(
      id,
      'aws-auth lets in all users of whole accounts (mapAccounts); no access entry can do that.',
      'Give each of those users an entry and take the accounts out of aws-auth.',
      map.accounts,
    );
  }
  const left = unmapped(coverage(map, entries));
  if (left.length > 0) {
    return refusal(
      id,
      `${left.length} of ${map.roles.length + map.users.length} principals of aws-auth could not enter any more.`,
      'Give each of them its access entry first.',
      left.map(coverageLine),
    );
  }
  if (!entries.some(isClusterAdmin))
    return refusal(id, 'No access entry is admin of the cluster.', 'Create one first.');
  return attention(id, 'Every principal of aws-auth has an access entry that grants as much.', warning);
}

/** `arn:... (2 groups): it has no access entry.`; safe to print. */
export function coverageLine(item: Coverage): string {
  return `${safeText(item.mapping.arn, 200)}: ${item.state === 'covered' ? 'covered by its entry.' : item.why}`;
}

/** "Every principal of aws-auth can still enter", in the mode that the cluster is in now. */
export function everybodyCanEnter(facts: AccessFacts): GuideCheck {
  const id = 'everybody-can-enter';
  const { mode, map, entries } = facts;
  if (mode === undefined || !map) return notKnown(id, 'The mode or aws-auth is not known.', 'Read both first.');
  if (mode === 'CONFIG_MAP') {
    return map.writable
      ? passed(id, 'aws-auth can be read, and it is what counts.', [])
      : refusal(
          id,
          'aws-auth is damaged, and it is what counts.',
          'Repair it.',
          map.damage.map(({ what }) => what),
        );
  }
  if (!entries) return notKnown(id, 'The access entries could not be listed.', 'List them first.');
  const list = coverage(map, entries);
  // With both sources an entry overrides the mapping of its principal; without an entry the mapping still counts.
  const out = list.filter(({ state, entry }) =>
    mode === 'API' ? state !== 'covered' : entry !== undefined && state !== 'covered',
  );
  if (out.length > 0) {
    return refusal(
      id,
      `${out.length} of ${list.length} principals enter with fewer rights than aws-auth gives them, or not at all.`,
      'Correct their access entries.',
      out.map(coverageLine),
    );
  }
  if (!map.writable)
    return refusal(
      id,
      'aws-auth is damaged: nobody can say who is in it.',
      'Repair it.',
      map.damage.map(({ what }) => what),
    );
  if (list.length === 0) return passed(id, 'aws-auth names nobody: only the access entries count.');
  return passed(
    id,
    `All ${list.length} principals of aws-auth can enter.`,
    list.map((item) =>
      item.entry ? coverageLine(item) : `${safeText(item.mapping.arn, 200)}: by aws-auth, as before.`,
    ),
  );
}

/**
 * The same, foretold: with the mode and the two entries that `eks_access_entries` will make (convox-api.md 9.4). An entry that
 * is there already stays as it is. `nodes` undefined: its role could not be read.
 */
export function everybodyAfterwards(
  facts: AccessFacts,
  { caller, nodes }: { readonly caller: string; readonly nodes: string | undefined },
): GuideCheck {
  const entries = facts.mode === 'CONFIG_MAP' ? [] : facts.entries;
  const known = new Set(entries?.map(({ principalArn }) => arnKey(principalArn)));
  const made = [
    entryOf(caller, 'STANDARD', [{ policyArn: adminPolicyArn('aws'), scope: 'cluster', namespaces: [] }]),
    ...(nodes === undefined ? [] : [entryOf(nodes, 'EC2_LINUX', [])]),
  ].filter(({ principalArn }) => !known.has(arnKey(principalArn)));
  const mode = facts.mode === 'CONFIG_MAP' ? 'API_AND_CONFIG_MAP' : facts.mode;
  return everybodyCanEnter({ ...facts, mode, entries: entries && [...entries, ...made] });
}

function entryOf(principalArn: string, type: string, policies: AccessEntry['policies']): AccessEntry {
  return { principalArn, type, username: undefined, kubernetesGroups: [], policies };
}

/** What is in the way of one principal as admin (ConsoleRole, the caller): convox-api.md 9.5 step 2. */
export type AdminRoute = 'aws-auth' | 'create-entry' | 'associate-policy' | 'replace-entry' | 'none-needed' | 'unknown';

/**
 * Which way a principal becomes admin: aws-auth in CONFIG_MAP; else an entry, where one exists that lacks the policy it is
 * completed, because it hides whatever aws-auth says. A node type cannot be completed.
 */
export function adminRoute(facts: AccessFacts, arn: string): { readonly route: AdminRoute; readonly why: string } {
  const { mode, map, entries } = facts;
  if (mode === undefined) return { route: 'unknown', why: 'The authentication mode is not known.' };
  const key = arnKey(arn);
  // Of two mappings of one principal the last one counts.
  const mapping = [...(map?.roles ?? []), ...(map?.users ?? [])].findLast(
    (entry) => entry.arn.trim().toLowerCase() === key,
  );
  // In mode API aws-auth is not read.
  const mapped = mode !== 'API' && mapping?.groups.includes('system:masters') === true;
  if (mode === 'CONFIG_MAP') {
    if (!map) return { route: 'unknown', why: 'aws-auth could not be read.' };
    if (mapped && map.writable) return { route: 'none-needed', why: 'It is mapped to system:masters in aws-auth.' };
    return { route: 'aws-auth', why: 'In mode CONFIG_MAP aws-auth is the only way.' };
  }
  if (!entries) return { route: 'unknown', why: 'The access entries could not be listed.' };
  const entry = entries.find(({ principalArn }) => arnKey(principalArn) === key);
  if (!entry) {
    if (mode === 'API_AND_CONFIG_MAP' && mapped && map?.writable === true) {
      return { route: 'none-needed', why: 'It is mapped to system:masters in aws-auth, and no entry overrides that.' };
    }
    return { route: 'create-entry', why: 'It has no access entry: one with the admin policy lets it in.' };
  }
  if (isClusterAdmin(entry))
    return { route: 'none-needed', why: 'Its access entry has the admin policy for the whole cluster.' };
  if (entry.type !== 'STANDARD')
    return { route: 'replace-entry', why: 'Its entry is of a type for nodes, which takes no policy.' };
  const hides = mapped && grantsNothing(entry) ? ' It grants nothing and hides the mapping in aws-auth.' : '';
  return { route: 'associate-policy', why: `Its access entry lacks the admin policy.${hides}` };
}
