/** One budget of the performance table: what was measured, against what floor, and whether the output was right as well. */
export interface Benchmark {
  /** `P5`. */
  readonly id: string;
  readonly title: string;
  /** One result per thing the budget holds for, each within it or not. */
  run(): Promise<readonly BenchmarkResult[]>;
}

export interface BenchmarkResult {
  readonly what: string;
  readonly figure: number;
  readonly unit: string;
  /** What the figure is held against, measured in the same run, where there is such a thing. */
  readonly floor?: { readonly figure: number; readonly what: string };
  /** The number that must stay below `budget`: the figure itself, or figure / floor. */
  readonly measured: number;
  readonly budget: number;
  readonly budgetText: string;
  /** Spread, sample size, and anything a reader needs to judge the figure. */
  readonly note: string;
}

export function ratioResult(
  result: Omit<BenchmarkResult, 'measured' | 'budgetText'> & { readonly floor: { figure: number; what: string } },
): BenchmarkResult {
  return {
    ...result,
    measured: result.figure / result.floor.figure,
    budgetText: `<= ${result.budget} x ${result.floor.what}`,
  };
}

export function absoluteResult(result: Omit<BenchmarkResult, 'measured' | 'budgetText'>): BenchmarkResult {
  return { ...result, measured: result.figure, budgetText: `<= ${result.budget} ${result.unit}` };
}

/** A benchmark that measured the wrong thing is worse than none: output is asserted, not only time. */
export function expectThat(condition: boolean, what: string): asserts condition {
  if (!condition)
    throw new Error(`The output is wrong, so the time means nothing: ${what}`.replace(/\s*\n(\s*\n)+/g, '\n'));
}
