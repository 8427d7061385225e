import { INSTALL_ONLY, MANAGED, ONE_WAY, PARAMETER_SINCE, SETTABLE, SWITCHES } from './rack-parameter-names.ts';
import { atLeast, type RackVersion } from './version.ts';

type Parameters = Readonly<Record<string, string>>;

export interface ParameterQuestion {
  readonly current: Parameters;
  readonly changes: Parameters;
  readonly version: RackVersion;
  /** Lets managed, unknown and emptied parameters through; never what cannot work. */
  readonly force: boolean;
}

/**
 * Why these rack parameters must not be set: the checks that the convox CLI makes before it asks anybody (convox-api.md 6.3,
 * 9.4). Whole sentences, without any value; empty: nothing speaks against it. A v2 rack checks by itself.
 */
export function parameterProblems(question: ParameterQuestion): readonly string[] {
  if (question.version.generation === 'v2') return [];
  return [
    ...Object.keys(question.changes).flatMap(
      (name) => nameProblem(name, question) ?? valueProblem(name, question) ?? [],
    ),
    ...togetherProblems(question),
  ];
}

function nameProblem(name: string, { current, version, force }: ParameterQuestion): string | undefined {
  if (INSTALL_ONLY.has(name)) return `${name} is fixed when a rack is installed.`;
  if (MANAGED.has(name) && !force) return `${name} is managed by the rack itself; only "force" sets it.`;
  const since = PARAMETER_SINCE.get(name);
  if (since !== undefined && !atLeast(version, since)) {
    return `${name} needs rack >= ${since}; this one is ${version.text} and would drop it.`;
  }
  if (force || isKnown(name, current)) return undefined;
  const meant = suggestion(name, current);
  const hint = meant === undefined ? '' : ` Was ${meant} meant?`;
  return `${name} is not known here.${hint} Only "force" sets it, and a rack drops what it does not know.`;
}

function valueProblem(name: string, { current, changes, force }: ParameterQuestion): string | undefined {
  const value = changes[name] ?? '';
  if (SWITCHES.has(name) && value !== 'true' && value !== 'false') return `${name} must be true or false.`;
  if (ONE_WAY.has(name) && current[name] === 'true' && value === 'false') {
    return `${name} cannot be disabled once enabled: the change of the cluster's access is one-way.`;
  }
  if (value === '' && !force && !CLEARED_TOGETHER.has(name)) {
    return `${name} would be emptied, which not every parameter allows; only "force" does it.`;
  }
  return undefined;
}

const SCALE_DOWN = 'schedule_rack_scale_down';
const SCALE_UP = 'schedule_rack_scale_up';
const CLEARED_TOGETHER: ReadonlySet<string> = new Set([SCALE_DOWN, SCALE_UP]);

function togetherProblems({ current, changes }: ParameterQuestion): readonly string[] {
  const after = { ...current, ...changes };
  const problems: string[] = [];
  const schedules = [after[SCALE_DOWN] ?? '', after[SCALE_UP] ?? ''].filter((value) => value !== '');
  if ((SCALE_DOWN in changes || SCALE_UP in changes) && schedules.length === 1) {
    problems.push(`${SCALE_DOWN} and ${SCALE_UP} must be set, or emptied, together.`);
  }
  if (changes.karpenter_enabled === 'true') {
    if (after.karpenter_auth_mode !== 'true') problems.push('karpenter_enabled=true needs karpenter_auth_mode=true.');
    if (after.node_capacity_type !== 'on_demand') {
      problems.push('karpenter_enabled=true needs node_capacity_type=on_demand.');
    }
  }
  return problems;
}

/** What a tired person would overlook; whole sentences without any value. */
export function parameterWarnings({ current, changes, version }: ParameterQuestion): readonly string[] {
  if (version.generation === 'v2') return [];
  return Object.entries(changes).flatMap(([name, value]) => {
    if (ONE_WAY.has(name) && value === 'true' && current[name] !== 'true') {
      return [`${name} can never be switched off again: it changes how the cluster knows its users.`];
    }
    if (!isKnown(name, current)) return [`${name} is not known here: a rack drops what its version does not know.`];
    return [];
  });
}

function isKnown(name: string, current: Parameters): boolean {
  return Object.hasOwn(current, name) || SETTABLE.includes(name) || MANAGED.has(name);
}

/** The nearest known name, where one is near: a slip or two apart, more in long names. */
export function suggestion(name: string, current: Parameters): string | undefined {
  const known = [...new Set([...Object.keys(current), ...SETTABLE])].filter((each) => !INSTALL_ONLY.has(each));
  const limit = name.length < 8 ? 1 : name.length < 16 ? 2 : 3;
  let best: string | undefined;
  let least = limit + 1;
  for (const each of known) {
    if (Math.abs(each.length - name.length) >= least) continue;
    const distance = editDistance(plain(name), plain(each));
    if (distance >= least) continue;
    best = each;
    least = distance;
  }
  return best;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll('-', '_');
}

/** Letters to add, drop or replace. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
