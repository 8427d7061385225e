/** The one name that is a slip or two away (a letter wrong, missing, added or swapped with its neighbour); undefined: none, or several. */
export function nearName(name: string, known: readonly string[]): string | undefined {
  const slips = Math.min(2, Math.floor(name.length / 3));
  const near = known.map((other) => ({ other, slips: slipsBetween(name.toLowerCase(), other.toLowerCase()) }));
  const best = Math.min(...near.map((each) => each.slips));
  const nearest = near.filter((each) => each.slips === best && best <= slips);
  return nearest.length === 1 ? nearest[0]?.other : undefined;
}

/** Optimal string alignment distance; names are short. */
function slipsBetween(one: string, other: string): number {
  let before: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= one.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      const ways = [at(last, column) + 1, at(next, column - 1) + 1, at(last, column - 1) + (same ? 0 : 1)];
      next.push(Math.min(...ways, ...(swapped ? [at(before, column - 2) + 1] : [])));
    }
    [before, last] = [last, next];
  }
  return at(last, other.length);
}

function at(numbers: readonly number[], index: number): number {
  return numbers[index] ?? Number.POSITIVE_INFINITY;
}
