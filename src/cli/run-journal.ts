import { Failure } from '../domain/failure.ts';
import type { ChainReport } from '../domain/journal-chain.ts';
import { concernsApp, type RecordedRun } from '../domain/journal-run.ts';
import type { Journal } from '../live/journal.ts';
import { type AnyResource, erase } from '../resources/define-resource.ts';
import { journal as view } from '../resources/journal.ts';
import { rowJson } from '../resources/row-json.ts';
import { filterRows } from './filter-rows.ts';
import type { CommonFlags, ViewRequest } from './invocation.ts';
import type { Output } from './output.ts';
import { plainTable } from './plain-table.ts';
import { sortRows } from './sort-rows.ts';

export interface JournalPrint {
  readonly journal: Journal;
  readonly common: Pick<CommonFlags, 'rack' | 'app'>;
  readonly request: Pick<ViewRequest, 'json' | 'filter'>;
  readonly output: Output;
  readonly now: () => number;
}

/** Prints what was done, without asking or even knowing a rack. Resolves with the exit code. */
export async function runJournal({ journal, common, request, output, now }: JournalPrint): Promise<number> {
  const { runs, unreadable } = await journal.read();
  const rack = common.rack === undefined ? undefined : rackNamed(common.rack, runs);
  const { app } = common;
  const wanted = runs.filter(
    (run) => (rack === undefined || run.intent.rack.name === rack) && (app === undefined || concernsApp(run, app)),
  );
  const shown = erase({ ...view, columns: view.columns.map(rackShown) });
  // Rows of a resource are opaque to everything that handles them all; these are its own.
  const opaque = wanted as unknown as Parameters<typeof filterRows>[1];
  const at = now();
  const rows = sortRows(shown, filterRows(shown, opaque, request.filter, at));
  if (request.json) output.out(jsonText(shown, rack, rows, at));
  else if (rows.length === 0) output.err(`${request.filter ? 'No row matches the filter.' : view.empty}\n`);
  else output.out(plainTable(shown, rows, at));
  if (unreadable > 0) {
    const lines = unreadable === 1 ? '1 line' : `${unreadable} lines`;
    output.err(`warning: ${lines} of the journal cannot be read\n  next: run \`rackdeck journal verify\`.\n`);
  }
  return 0;
}

/** A table over several racks names them; the dashboard does so by itself. */
function rackShown<Column extends { readonly id: string; readonly inTable?: boolean }>(column: Column): Column {
  return column.id === 'rack' ? { ...column, inTable: true } : column;
}

function jsonText(shown: AnyResource, rack: string | undefined, rows: ReturnType<typeof sortRows>, at: number): string {
  const items = rows.map((row) => rowJson(shown, row));
  const fetchedAt = new Date(at).toISOString();
  return `${JSON.stringify({ schema: `rackdeck/${view.id}@1`, rack: rack ?? '*', fetchedAt, items }, null, 2)}\n`;
}

/** By name or a unique part of it, as everywhere; racks that are no longer configured count. */
function rackNamed(wanted: string, runs: readonly RecordedRun[]): string {
  const names = [...new Set(runs.map(({ intent }) => intent.rack.name))].sort();
  if (names.includes(wanted)) return wanted;
  const matches = names.filter((name) => name.includes(wanted));
  if (matches.length > 1) {
    throw new Failure({
      kind: 'usage',
      what: `Several racks match '${wanted}': ${matches.join(', ')}`,
      next: 'Name one of them in full.',
    });
  }
  return matches[0] ?? wanted;
}

export interface JournalCheck {
  readonly journal: Journal;
  readonly json: boolean;
  readonly output: Output;
  readonly now: () => number;
}

/** Walks the whole chain. Resolves with 0 where it holds, 1 where a line was changed, moved or taken out. */
export async function runJournalVerify({ journal, json, output, now }: JournalCheck): Promise<0 | 1> {
  const report = await journal.verify();
  const holds = report.problems.length === 0;
  if (json) {
    const checkedAt = new Date(now()).toISOString();
    const { place } = journal;
    const document = { schema: `rackdeck/${view.id}-verify@1`, checkedAt, place, holds, ...report };
    output.out(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    for (const { file, line, what } of report.problems) output.err(`${where(journal.place, file, line)}: ${what}\n`);
    output.out(`${sentence(report, journal.place)}\n`);
  }
  return holds ? 0 : 1;
}

function where(place: string, file: string, line: number): string {
  return file === '' ? place : `${place}/${file}:${line}`;
}

function sentence({ lines, files, torn, problems }: ChainReport, place: string): string {
  if (lines === 0 && problems.length === 0) return `The journal in ${place} is empty.`;
  const all = `${counted(lines, 'line')} in ${counted(files, 'file')}`;
  const cut =
    torn === 0 ? '' : ` ${counted(torn, 'line')} was cut off by a crash or a full disk, which is no tampering.`;
  if (problems.length === 0) return `The journal holds: ${all}, none changed, moved or taken out.${cut}`;
  return `The journal does NOT hold: ${counted(problems.length, 'problem')}, ${all} read.${cut} Compare it with a backup or the gateway's audit log.`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
