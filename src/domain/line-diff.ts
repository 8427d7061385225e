/** One line of a difference, in order of the newer text. */
export interface LineChange {
  readonly op: 'added' | 'removed';
  /** From 1; of the older text for `removed`, of the newer one for `added`. */
  readonly line: number;
  readonly text: string;
}

/** Edits after which the search for the shortest difference is given up. */
const MAX_EDITS = 500;

/**
 * Lines removed and added between two texts; shortest where the texts are near, the whole middle replaced where they are
 * far apart, so that the time stays bounded for any input.
 */
export function diffLines(before: readonly string[], after: readonly string[]): readonly LineChange[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let left = before.length;
  let right = after.length;
  while (left > start && right > start && before[left - 1] === after[right - 1]) {
    left -= 1;
    right -= 1;
  }
  const old = before.slice(start, left);
  const fresh = after.slice(start, right);
  const kept = longestCommon(old, fresh);
  const changes: LineChange[] = [];
  let oldAt = 0;
  let freshAt = 0;
  for (const [keptOld, keptFresh] of [...kept, [old.length, fresh.length] as const]) {
    for (; oldAt < keptOld; oldAt += 1) {
      changes.push({ op: 'removed', line: start + oldAt + 1, text: old[oldAt] ?? '' });
    }
    for (; freshAt < keptFresh; freshAt += 1) {
      changes.push({ op: 'added', line: start + freshAt + 1, text: fresh[freshAt] ?? '' });
    }
    oldAt = keptOld + 1;
    freshAt = keptFresh + 1;
  }
  return changes;
}

/** Myers' greedy search: index pairs of the lines both have, ascending; `[]` where it would take too long. */
function longestCommon(old: readonly string[], fresh: readonly string[]): readonly (readonly [number, number])[] {
  const most = Math.min(old.length + fresh.length, MAX_EDITS);
  let reach = new Map<number, number>([[1, 0]]);
  const trail: ReadonlyMap<number, number>[] = [];
  for (let edits = 0; edits <= most; edits += 1) {
    trail.push(reach);
    reach = new Map(reach);
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = furthest(reach, diagonal, edits);
      while (x < old.length && x - diagonal < fresh.length && old[x] === fresh[x - diagonal]) x += 1;
      reach.set(diagonal, x);
      if (x >= old.length && x - diagonal >= fresh.length) return backtrack(trail, old.length, fresh.length);
    }
  }
  return [];
}

/** Best start on a diagonal: down from the one above (an added line) or right from the one below (a removed line). */
function furthest(reach: ReadonlyMap<number, number>, diagonal: number, edits: number): number {
  const above = reach.get(diagonal + 1) ?? -1;
  const below = reach.get(diagonal - 1) ?? -1;
  return diagonal === -edits || (diagonal !== edits && below < above) ? above : below + 1;
}

function backtrack(
  trail: readonly ReadonlyMap<number, number>[],
  oldLength: number,
  freshLength: number,
): readonly (readonly [number, number])[] {
  const kept: (readonly [number, number])[] = [];
  let x = oldLength;
  let y = freshLength;
  for (let edits = trail.length - 1; edits >= 0; edits -= 1) {
    const reach = trail[edits] ?? new Map<number, number>();
    const diagonal = x - y;
    const above = reach.get(diagonal + 1) ?? -1;
    const below = reach.get(diagonal - 1) ?? -1;
    const down = diagonal === -edits || (diagonal !== edits && below < above);
    const fromX = edits === 0 ? 0 : down ? above : below;
    const fromY = edits === 0 ? 0 : fromX - (down ? diagonal + 1 : diagonal - 1);
    while (x > fromX && y > fromY) {
      // Along the diagonal both lines are equal.
      x -= 1;
      y -= 1;
      kept.push([x, y]);
    }
    x = fromX;
    y = fromY;
  }
  return kept.reverse();
}
