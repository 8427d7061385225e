import { costOf, type PatternCost } from './pattern-cost.ts';

/** A regular expression that a person typed, with how much of a text it may look at. */
export interface BoundedPattern {
  readonly pattern: RegExp;
  /** UTF-16 units from the beginning of a text; what stands beyond is not searched. */
  readonly reach: number;
}

/** Longest text that is ever searched: a whole log line. */
const MAX_REACH = 16_384;
/** Less than this is no search any more. */
const LEAST_REACH = 200;
/** Steps of the engine for one text: some tens of milliseconds, at the very worst half a second. */
const MAX_STEPS = 10_000_000;
const MAX_SOURCE = 500;

/**
 * Reads a regular expression so that no text can keep the program busy for long. The engine backtracks: a repetition inside
 * a repetition takes exponential time, several in a row take a power of the text's length. The first is refused with a
 * sentence, the second looks at a shorter part of each text.
 */
export function readPattern(source: string, flags: string): BoundedPattern | { readonly problem: string } {
  const shown = source.length > 60 ? `${source.slice(0, 59)}…` : source;
  if (source.length > MAX_SOURCE) {
    return { problem: `A regular expression takes at most ${MAX_SOURCE} characters.` };
  }
  let pattern: RegExp;
  try {
    pattern = new RegExp(source, flags);
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split(': ').at(-1) ?? '') : '';
    return { problem: `/${shown}/ is no regular expression yet: ${reason.toLowerCase()}` };
  }
  const cost = costOf(source);
  if (cost.nested !== undefined) {
    return { problem: `/${shown}/ could take for ever: ${cost.nested} is repeated as a whole. Write it without.` };
  }
  const reach = reachOf(cost);
  if (reach < LEAST_REACH) {
    return { problem: `/${shown}/ could take too long: it repeats too much with nothing fixed in between.` };
  }
  return { pattern, reach };
}

/** The longest text for which begin, repetitions and choices together stay within {@link MAX_STEPS}. */
function reachOf({ repeats, closed, density, choices }: PatternCost): number {
  const steps = MAX_STEPS * 2 ** -choices;
  const open = longest(steps / (repeats > 0 ? density : 1), repeats + 1);
  return Math.min(MAX_REACH, open, closed > 0 ? longest(steps, 2) : open);
}

/** n such that the n^power / power! ways to place `power` borders in a text are at most `steps`. */
function longest(steps: number, power: number): number {
  let ways = steps;
  for (let factor = 2; factor <= power; factor += 1) ways *= factor;
  return Math.floor(ways ** (1 / power));
}
