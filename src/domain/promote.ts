/** A promote that is known to have been asked for. Racks keep no such history: it comes from elsewhere. */
export interface Promote {
  readonly release: string;
  readonly at: number;
  /** Who asked, where it is known. */
  readonly by: string | undefined;
  /** `audit`: gateway's audit log; `journal`: rackdeck did it; `seen`: the app's release was seen to change. */
  readonly source: 'audit' | 'journal' | 'seen';
}

/** A release that was being deployed and was given up for the one before it. */
export interface Rollback {
  /** The one given up. */
  readonly release: string;
  /** The one that serves again; undefined where it is not known. */
  readonly to: string | undefined;
  readonly at: number;
}

/** What an app said of itself at one instant. */
export interface AppSample {
  readonly at: number;
  readonly status: string;
  readonly release: string;
}

export interface SeenDeploys {
  readonly promotes: readonly Promote[];
  readonly rollbacks: readonly Rollback[];
}

/**
 * Promotes and rollbacks that a series of samples shows, in any order; oldest result first. `app.release` is the target as
 * soon as a deploy starts and flips back when it is given up (convox-api.md 4.3): a flip back to what served before, out of
 * a deploy that had not settled or while the status says so, is a rollback; every other flip is a promote. Times are those
 * of the first sample that shows it.
 */
export function deploysSeen(samples: readonly AppSample[]): SeenDeploys {
  const promotes: Promote[] = [];
  const rollbacks: Rollback[] = [];
  const [first, ...rest] = [...samples].sort((a, b) => a.at - b.at).filter((sample) => sample.release !== '');
  if (!first) return { promotes, rollbacks };
  let current = first.release;
  /** What serves while `current` is being deployed; undefined once that has settled. */
  let base: string | undefined;
  let running = 0;
  for (const sample of rest) {
    if (sample.release === current) {
      // Right after a promote an app may still read `running`: one such sample settles nothing (6.2).
      running = sample.status === 'running' ? running + 1 : 0;
      if (running >= 2) base = undefined;
      continue;
    }
    const settledOn = base ?? current;
    if (sample.release === base || (sample.status === 'rollback' && base === undefined)) {
      rollbacks.push({ release: current, to: sample.release, at: sample.at });
      base = undefined;
    } else {
      promotes.push({ release: sample.release, at: sample.at, by: undefined, source: 'seen' });
      base = settledOn;
    }
    current = sample.release;
    running = sample.status === 'running' ? 1 : 0;
  }
  return { promotes, rollbacks };
}

/** Two sources of one promote, told apart by less than this, are one. */
const SAME_MS = 5 * 60_000;

/** Several sources merged: what names a person beats what was merely seen. Oldest first. */
export function mergePromotes(...lists: readonly (readonly Promote[])[]): readonly Promote[] {
  const merged: Promote[] = [];
  const rank = (promote: Promote): number => (promote.source === 'seen' ? 2 : promote.by === undefined ? 1 : 0);
  for (const promote of lists.flat().sort((a, b) => rank(a) - rank(b) || a.at - b.at)) {
    if (!merged.some((other) => isSame(other, promote, merged))) merged.push(promote);
  }
  return merged.sort((a, b) => a.at - b.at);
}

/** A promote is seen as late as somebody looks: it then is the last one known before, if that is of the same release. */
function isSame(known: Promote, promote: Promote, all: readonly Promote[]): boolean {
  if (known.release !== promote.release) return false;
  if (Math.abs(known.at - promote.at) < SAME_MS) return true;
  if (promote.source !== 'seen' || known.at > promote.at) return false;
  return !all.some((other) => other.release !== known.release && other.at > known.at && other.at <= promote.at);
}
