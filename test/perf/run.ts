/**
 * `npm run bench [-- P5 P6] [--scale] [--json FILE]`: every budget of the performance table against the real program. Prints one
 * block per benchmark as it ends and a table at the end; exit 1 when one is over budget or measured the wrong thing.
 *
 * Budgets in ms and % were set on a machine where `node -e 0` takes 20 ms; how long it takes here is said first, and with
 * `--scale` those budgets grow by as much as this machine is slower.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { commandLineStart } from './benchmarks/command-line-start.ts';
import { firstFrame } from './benchmarks/first-frame.ts';
import { helpAndVersion } from './benchmarks/help-and-version.ts';
import { idleCpu } from './benchmarks/idle-cpu.ts';
import { filterKeystroke, keyToBytes } from './benchmarks/key-latency.ts';
import { logFirehose } from './benchmarks/log-firehose.ts';
import { logSearch } from './benchmarks/log-search.ts';
import { manyProcesses } from './benchmarks/many-processes.ts';
import { oneRowChange } from './benchmarks/one-row-change.ts';
import { peakMemory } from './benchmarks/peak-memory.ts';
import { requestBudget } from './benchmarks/request-budget.ts';
import type { Benchmark, BenchmarkResult } from './support/benchmark.ts';
import { median } from './support/statistics.ts';
import { alternate, timeBareNode } from './support/whole-process.ts';

const BENCHMARKS: readonly Benchmark[] = [
  firstFrame,
  helpAndVersion,
  commandLineStart,
  manyProcesses,
  keyToBytes,
  filterKeystroke,
  oneRowChange,
  idleCpu,
  logFirehose,
  logSearch,
  peakMemory,
  requestBudget,
];

interface Outcome {
  readonly id: string;
  readonly title: string;
  readonly verdict: 'ok' | 'over' | 'failed';
  readonly results: readonly BenchmarkResult[];
  readonly error?: string;
}

const REFERENCE_MS = 20;
const SCALED_UNITS = new Set(['ms', '%']);

const { values, positionals } = parseArgs({
  options: { json: { type: 'string' }, scale: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const bareNodeMs = await bareNode();
const slower = Math.max(1, bareNodeMs / REFERENCE_MS);
process.stdout.write(
  `node -e 0: ${bareNodeMs.toFixed(1)} ms (budgets: ${REFERENCE_MS} ms), ${slower.toFixed(2)} times slower${values.scale ? ', budgets scaled' : ''}\n`,
);
const outcomes: Outcome[] = [];
for (const benchmark of chosen(positionals)) {
  const outcome = await measure(benchmark);
  outcomes.push(outcome);
  process.stdout.write(`${describe(outcome)}\n`);
}
if (outcomes.length > 1) process.stdout.write(`\n${summary(outcomes)}\n`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report(outcomes), null, 2)}\n`);
process.exit(outcomes.every(({ verdict }) => verdict === 'ok') ? 0 : 1);

function chosen(names: readonly string[]): readonly Benchmark[] {
  const wanted = names.map((name) => name.toUpperCase());
  const unknown = wanted.filter((name) => !BENCHMARKS.some(({ id }) => id === name));
  if (unknown.length > 0) {
    const known = BENCHMARKS.map(({ id }) => id).join(' ');
    process.stderr.write(`There is no benchmark ${unknown.join(', ')}; there are ${known}.\n`);
    process.exit(2);
  }
  return wanted.length === 0 ? BENCHMARKS : BENCHMARKS.filter(({ id }) => wanted.includes(id));
}

async function measure({ id, title, run }: Benchmark): Promise<Outcome> {
  try {
    const results = (await run()).map(scaled);
    const within = results.every((result) => result.measured <= result.budget);
    return { id, title, verdict: within ? 'ok' : 'over', results };
  } catch (error) {
    return { id, title, verdict: 'failed', results: [], error: error instanceof Error ? error.message : String(error) };
  }
}

async function bareNode(): Promise<number> {
  const { bare } = await alternate(9, { bare: timeBareNode });
  return median(bare.map(({ ms }) => ms));
}

/** A budget against a floor of the same run needs no scaling. */
function scaled(result: BenchmarkResult): BenchmarkResult {
  if (!values.scale || result.floor || !SCALED_UNITS.has(result.unit)) return result;
  const budget = result.budget * slower;
  return {
    ...result,
    budget,
    budgetText: `<= ${number(budget)} ${result.unit} (${result.budget} x ${slower.toFixed(2)})`,
  };
}

function describe({ id, title, verdict, results, error }: Outcome): string {
  const lines = [`${id.padEnd(4)}${title}: ${verdict.toUpperCase()}`];
  for (const result of results) {
    const floor = result.floor ? `  floor ${number(result.floor.figure)} ${result.unit} (${result.floor.what})` : '';
    const ratio = result.floor ? `  ratio ${result.measured.toFixed(2)}` : '';
    const over = result.measured > result.budget ? '  OVER' : '';
    lines.push(
      `    ${result.what}: ${number(result.figure)} ${result.unit}${floor}${ratio}  budget ${result.budgetText}${over}`,
    );
    if (result.note) lines.push(`        ${result.note}`);
  }
  if (error !== undefined) lines.push(`    ${error.replaceAll('\n', '\n    ')}`);
  return lines.join('\n');
}

function summary(all: readonly Outcome[]): string {
  const rows = all.flatMap(({ id, title, verdict, results }) =>
    results.length === 0
      ? [[id, title, '-', '-', '-', '-', verdict]]
      : results.map((result) => [
          id,
          result.what,
          `${number(result.figure)} ${result.unit}`,
          result.floor ? number(result.floor.figure) : '-',
          result.floor ? result.measured.toFixed(2) : '-',
          result.budgetText,
          result.measured <= result.budget ? 'ok' : 'over',
        ]),
  );
  const table = [['#', 'WHAT', 'FIGURE', 'FLOOR', 'RATIO', 'BUDGET', 'VERDICT'], ...rows];
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function report(all: readonly Outcome[]): object {
  const machine = {
    bareNodeMs,
    slower,
    scaled: values.scale,
    node: process.versions.node,
    cpu: cpus()[0]?.model,
    cores: cpus().length,
  };
  return { schema: 'rackdeck/bench@1', at: new Date().toISOString(), machine, benchmarks: all };
}

function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
}
