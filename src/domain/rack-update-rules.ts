import { parseVersion, type RackVersion } from './version.ts';

export interface UpdateQuestion {
  readonly from: RackVersion;
  readonly to: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Lets an update over more than one minor version through. */
  readonly force: boolean;
}

const V3_VERSION = /^\d+\.\d+\.\d+$/;
const V2_VERSION = /^\d{14}$/;

/** Text of a version as racks name them; undefined: it is one. */
export function versionProblem(text: string): string | undefined {
  const version = text.trim();
  if (V3_VERSION.test(version) || V2_VERSION.test(version)) return undefined;
  return 'A version is like 3.24.9, on v2 racks 14 digits';
}

/** Why a rack must not be updated so (convox-api.md 6.3): one sentence with the way out; undefined: nothing speaks against it. */
export function updateProblem({ from, to: text, parameters, force }: UpdateQuestion): string | undefined {
  const to = parseVersion(text);
  if (to.text === from.text) return `It runs ${from.text} already.`;
  if (to.generation !== from.generation) return 'A v2 rack does not become a v3 rack, or the other way, by an update.';
  if (from.generation === 'v2') return undefined;
  const isKnown = V3_VERSION.test(from.text);
  if (!isKnown) return undefined;
  if (to.major !== from.major)
    return `From ${from.text} there is no update to ${to.text}: the major version is another.`;
  if (to.minor < from.minor) {
    return `Downgrade from minor version is not supported: ${from.text} cannot go back to ${to.text}.`;
  }
  if (isDowngrade(from, to) && parameters.router_type === 'contour') {
    return 'A rack with router_type=contour cannot be downgraded.';
  }
  if (to.minor > from.minor + 1 && !force) {
    return `From ${from.text} to ${to.text} minor versions are skipped: update to ${from.major}.${from.minor + 1} first, or say "force".`;
  }
  return undefined;
}

export function isDowngrade(from: RackVersion, to: RackVersion): boolean {
  if (from.generation === 'v2') return to.text < from.text;
  if (to.minor !== from.minor) return to.minor < from.minor;
  return to.patch < from.patch;
}
