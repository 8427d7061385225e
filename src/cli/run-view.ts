import { asFailure, Failure } from '../domain/failure.ts';
import type { RackHistory } from '../live/rack-history.ts';
import type { AnyResource, OpaqueRow, Place, QueryContext } from '../resources/define-resource.ts';
import { findResource } from '../resources/index.ts';
import { rowJson } from '../resources/row-json.ts';
import { runQuery } from '../resources/run-query.ts';
import { selectTarget } from '../targets/select-target.ts';
import type { RackConnection, Target, TargetListing } from '../targets/target.ts';
import { exitCodeOf } from './exit-code.ts';
import { filterRows } from './filter-rows.ts';
import type { CommonFlags, ViewRequest } from './invocation.ts';
import { oneShotAccess } from './one-shot-access.ts';
import type { Output } from './output.ts';
import { plainTable } from './plain-table.ts';
import { printRemarks } from './print-remarks.ts';
import { renderFailure } from './render-failure.ts';
import { sortRows } from './sort-rows.ts';

export interface ViewRun {
  readonly common: CommonFlags;
  readonly request: ViewRequest;
  readonly listing: TargetListing;
  readonly output: Output;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** What earlier runs kept of a target; asked for views that look back only. */
  readonly openHistory?: (target: Target) => Promise<RackHistory | undefined>;
}

interface Answer {
  readonly rows: readonly OpaqueRow[];
  /** Racks that did not answer, for the exit code; each is also a row where the view has one for it. */
  readonly failures: readonly Failure[];
}

/** Prints one view once. Resolves with the exit code; rejects with a Failure where nothing could be printed. */
export async function runView(run: ViewRun): Promise<number> {
  const resource = findResource(run.request.view);
  if (!resource) throw new Failure({ kind: 'usage', what: `There is no view '${run.request.view}'` });
  const targets = targetsFor(resource, run);
  const answer =
    resource.scope === 'deck' ? await askAll(resource, targets, run) : await askOne(resource, targets, run);
  const now = run.now();
  const rows = sortRows(resource, filterRows(resource, answer.rows, run.request.filter, now));
  const rack = resource.scope === 'deck' && run.common.rack === undefined ? '*' : (targets[0]?.name ?? '*');
  if (run.request.json) {
    const items = rows.map((row) => rowJson(resource, row));
    const fetchedAt = new Date(now).toISOString();
    run.output.out(`${JSON.stringify({ schema: `rackdeck/${resource.id}@1`, rack, fetchedAt, items }, null, 2)}\n`);
  } else if (rows.length === 0) {
    run.output.err(`${run.request.filter ? 'No row matches the filter.' : resource.empty}\n`);
  } else {
    run.output.out(plainTable(resource, rows, now));
  }
  printRemarks(run.listing, run.output);
  return exitCodeFor(answer, targets.length);
}

function targetsFor(resource: AnyResource, run: ViewRun): readonly Target[] {
  if (resource.scope === 'deck' && run.common.rack === undefined) {
    if (run.listing.targets.length === 0) selectTarget(run.listing, undefined);
    return run.listing.targets;
  }
  return [selectTarget(run.listing, run.common.rack)];
}

async function askOne(resource: AnyResource, targets: readonly Target[], run: ViewRun): Promise<Answer> {
  const [target] = targets;
  if (!target) throw new Failure({ kind: 'usage', what: 'No rack is configured' });
  return { rows: await ask(resource, target, run), failures: [] };
}

async function askAll(resource: AnyResource, targets: readonly Target[], run: ViewRun): Promise<Answer> {
  const failures: Failure[] = [];
  const answers = await Promise.all(
    targets.map(async (target) => {
      try {
        return await ask(resource, target, run);
      } catch (error) {
        const failure = asFailure(error);
        failures.push(failure);
        if (!run.request.json) run.output.err(renderFailure(failure));
        return resource.failed ? [resource.failed(target, failure)] : [];
      }
    }),
  );
  return { rows: answers.flat(), failures };
}

async function ask(resource: AnyResource, target: Target, run: ViewRun): Promise<readonly OpaqueRow[]> {
  let connection: RackConnection | undefined;
  try {
    connection = target.connect();
    const context: QueryContext = {
      rack: target,
      reads: connection.rack,
      gateway: connection.gateway,
      access: await oneShotAccess(resource, target, connection, run.signal),
      system: undefined,
      history: resource.usesHistory ? await run.openHistory?.(target) : undefined,
      at: placeOf(run),
      now: run.now(),
      signal: run.signal,
    };
    return await runQuery(resource, context);
  } finally {
    await connection?.close();
  }
}

function placeOf(run: ViewRun): Place {
  const { app } = run.common;
  const { service } = run.request;
  return { ...(app === undefined ? {} : { app }), ...(service === undefined ? {} : { service }) };
}

/** A board with one silent rack is still a board: only when every rack failed does the command fail. */
function exitCodeFor(answer: Answer, asked: number): number {
  const [first] = answer.failures;
  return first && answer.failures.length === asked ? exitCodeOf(first) : 0;
}
