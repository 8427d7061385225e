import type { AuthenticationMode } from './authentication-mode.ts';
import { attention, type GuideCheck, notKnown, passed, refusal } from './guide-check.ts';
import { ALLOWED, refused, type Verdict } from './verdict.ts';
import { atLeast, parseVersion } from './version.ts';

/** The two rack parameters that move a cluster to access entries (convox-api.md 9.4). Undefined: not set, which is `false`. */
export interface AccessParameters {
  readonly karpenterAuthMode: boolean;
  readonly eksAccessEntries: boolean;
  /** Makes the entry for Karpenter's own nodes; undefined where it is not known. */
  readonly karpenterEnabled: boolean | undefined;
}

/** One row of the interaction matrix: what a rack with these parameters has. */
export interface MatrixRow {
  readonly row: 1 | 2 | 3 | 4;
  readonly karpenterAuthMode: boolean;
  readonly eksAccessEntries: boolean;
  /** The cluster is switched to API_AND_CONFIG_MAP. */
  readonly modeSwitch: boolean;
  /** EC2_LINUX entry for Karpenter nodes: by `karpenter_enabled`, with `karpenter_auth_mode`; not by the mode alone. */
  readonly karpenterNodeEntry: 'yes' | 'no' | 'when-karpenter-enabled';
  /** STANDARD + AmazonEKSClusterAdminPolicy for the role that runs terraform. */
  readonly callerEntry: boolean;
  /** EC2_LINUX for the nodes role. */
  readonly nodesEntry: boolean;
}

/** The row of the matrix that applies (convox-api.md 9.4). */
export function matrixRow(parameters: AccessParameters): MatrixRow {
  const { karpenterAuthMode: karpenter, eksAccessEntries: entries, karpenterEnabled } = parameters;
  const asked = karpenterEnabled === undefined ? 'when-karpenter-enabled' : karpenterEnabled ? 'yes' : 'no';
  return {
    row: entries ? (karpenter ? 4 : 3) : karpenter ? 2 : 1,
    karpenterAuthMode: karpenter,
    eksAccessEntries: entries,
    modeSwitch: karpenter || entries,
    karpenterNodeEntry: karpenter ? asked : 'no',
    callerEntry: entries,
    nodesEntry: entries,
  };
}

/** All four rows, in the order of the reference. */
export function matrix(karpenterEnabled: boolean | undefined): readonly MatrixRow[] {
  return [false, true].flatMap((eksAccessEntries) =>
    [false, true].map((karpenterAuthMode) => matrixRow({ karpenterAuthMode, eksAccessEntries, karpenterEnabled })),
  );
}

export interface AccessChange {
  readonly before: MatrixRow;
  readonly after: MatrixRow;
  /** What turning `eks_access_entries` on will do; whole sentences. */
  readonly effects: readonly string[];
  /** The mode changes now, for good. */
  readonly switchesMode: boolean;
}

/** Which rows apply before and after `eks_access_entries=true`; the live mode tells whether a switch is still to come. */
export function accessEntriesChange(before: AccessParameters, mode: AuthenticationMode | undefined): AccessChange {
  const old = matrixRow(before);
  const fresh = matrixRow({ ...before, eksAccessEntries: true });
  // What the cluster is in weighs more than what the parameters should have made of it.
  const switchesMode = mode === undefined ? !old.modeSwitch : mode === 'CONFIG_MAP';
  const effects = before.eksAccessEntries
    ? ['eks_access_entries is on already: nothing changes.']
    : [
        switchesMode
          ? 'The cluster is switched from CONFIG_MAP to API_AND_CONFIG_MAP; there is no way back.'
          : 'The mode stays as it is: the switch was made before.',
        'The role that runs terraform gets an entry (STANDARD, AmazonEKSClusterAdminPolicy, whole cluster).',
        'The nodes role gets an entry (EC2_LINUX).',
      ];
  return { before: old, after: fresh, effects, switchesMode: switchesMode && !before.eksAccessEntries };
}

const PARAMETERS = {
  karpenter_auth_mode: { since: '3.24.2' },
  eks_access_entries: { since: '3.24.7' },
} as const;

export type AccessParameterName = keyof typeof PARAMETERS;

/** Reads the value of one of the two parameters; `undefined` is the default, anything but true and false is not valid. */
export function readSwitch(value: string | undefined): boolean | undefined {
  if (value === undefined || value === '') return false;
  return value === 'true' ? true : value === 'false' ? false : undefined;
}

export interface ParameterChange {
  readonly name: AccessParameterName;
  readonly provider: string;
  readonly version: string;
  readonly current: string | undefined;
  readonly wanted: string;
}

/** May this parameter be set so (convox-api.md 9.4): AWS only, from a version on, `true` or `false`, and never off again. */
export function parameterVerdict(change: ParameterChange): Verdict {
  const { name, provider, version, current, wanted } = change;
  const { since } = PARAMETERS[name];
  if (provider !== 'aws') return refused('target', `${name} is for racks on AWS only.`);
  if (!atLeast(parseVersion(version), since)) {
    return refused('version', `${name} needs rack version ${since} or later: update the rack first.`);
  }
  if (wanted !== 'true' && wanted !== 'false') return refused('guardrail', `param '${name}' must be 'true' or 'false'`);
  if (wanted === 'false' && readSwitch(current) === true) {
    return refused('guardrail', `${name} cannot be disabled once enabled (AWS EKS access config migration is one-way)`);
  }
  return ALLOWED;
}

export interface DowngradeFacts {
  readonly mode: AuthenticationMode | undefined;
  /** Undefined where it could not be looked for. */
  readonly awsAuthExists: boolean | undefined;
}

export interface DowngradeRow {
  readonly id: 'kept' | 'deleted' | 'api-only';
  readonly situation: string;
  readonly safe: 'yes' | 'risky' | 'no';
  readonly detail: string;
  /** This is where the rack stands now. */
  readonly current: boolean;
}

/** Going below 3.24.7 with the entries in place (convox-api.md 9.4), with the row marked that the rack is in. */
export function downgradeTable(facts: DowngradeFacts): readonly DowngradeRow[] {
  const at = downgradeRow(facts);
  return [
    {
      id: 'kept',
      situation: 'aws-auth kept, mode API_AND_CONFIG_MAP',
      safe: 'yes',
      detail: 'The entries stay in AWS, and aws-auth is there to fall back on.',
      current: at === 'kept',
    },
    {
      id: 'deleted',
      situation: 'aws-auth deleted',
      safe: 'risky',
      detail: 'The entries stay but nobody manages them; if they go, nothing is left to enter with.',
      current: at === 'deleted',
    },
    {
      id: 'api-only',
      situation: 'mode API',
      safe: 'no',
      detail: 'aws-auth is ignored for good: losing the entries is losing the cluster.',
      current: at === 'api-only',
    },
  ];
}

function downgradeRow({ mode, awsAuthExists }: DowngradeFacts): DowngradeRow['id'] | undefined {
  if (mode === 'API') return 'api-only';
  if (mode === undefined || awsAuthExists === undefined) return undefined;
  return awsAuthExists ? 'kept' : 'deleted';
}

/** The table as one check: what a downgrade would mean right now. */
export function downgradeCheck(facts: DowngradeFacts): GuideCheck {
  const id = 'downgrade';
  const row = downgradeTable(facts).find(({ current }) => current);
  if (!row) return notKnown(id, 'The mode or aws-auth is not known.', 'Read both first.');
  const evidence = [row.situation];
  if (row.safe === 'yes') return passed(id, `A downgrade below 3.24.7 is safe. ${row.detail}`, evidence);
  if (row.safe === 'risky') {
    return attention(
      id,
      `A downgrade below 3.24.7 is risky. ${row.detail}`,
      'Put aws-auth back before any downgrade.',
      evidence,
    );
  }
  return refusal(id, `A downgrade below 3.24.7 is not safe. ${row.detail}`, 'Stay on 3.24.7 or later.', evidence);
}
