import { Failure } from '../domain/failure.ts';
import { explainRack } from '../domain/findings/explain-rack.ts';
import type { AppFacts } from '../domain/findings/facts.ts';
import { isUnhealthy } from '../domain/severity.ts';
import type { GatheredRack } from '../resources/rack-facts.ts';
import { selectTarget } from '../targets/select-target.ts';
import type { Target, TargetListing } from '../targets/target.ts';
import { bundleDocument } from './bundle-document.ts';
import { collectLog, type LogCollection } from './collect-log.ts';
import { fileStamp } from './file-stamp.ts';
import type { BundleRequest, CommonFlags } from './invocation.ts';
import type { Output } from './output.ts';
import { readRackFacts } from './rack-facts.ts';

export interface BundleRun {
  readonly common: CommonFlags;
  readonly request: BundleRequest;
  readonly listing: TargetListing;
  readonly version: string;
  readonly output: Output;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** What `doctor --json` says of this rack. */
  readonly doctor: (target: Target) => Promise<unknown>;
  /** A new file for its owner alone; rejects where it exists. Resolves with the path. */
  readonly save: (name: string, text: string) => Promise<string>;
}

const LOG_WINDOW_MS = 30 * 60_000;
const LOG_PATIENCE_MS = 15_000;
/** Apps told in detail where none is named: the worst. */
const MAX_APPS = 12;

/** Gathers everything about an incident into one file without secrets. Resolves with the exit code. */
export async function runBundle(run: BundleRun): Promise<number> {
  const { common, request, output, now, signal } = run;
  const target = selectTarget(run.listing, common.rack);
  const connection = target.connect();
  try {
    const reading = await readRackFacts(target, connection, { now, signal, app: common.app });
    const { findings } = explainRack(reading.facts, now());
    const apps = chosenApps(
      reading,
      findings.filter(({ severity }) => isUnhealthy(severity)),
      common.app,
    );
    const logs = new Map<string, LogCollection>();
    for (const { app } of apps) {
      const options = { sinceMs: LOG_WINDOW_MS, patienceMs: LOG_PATIENCE_MS, signal };
      logs.set(app.name, await collectLog(connection.rack, { kind: 'app', app: app.name }, options));
    }
    const doctor = await run.doctor(target);
    const { lines } = request;
    const bundle = bundleDocument({
      target,
      version: run.version,
      now: now(),
      reading,
      findings,
      apps,
      logs,
      lines,
      doctor,
    });
    const text = `${JSON.stringify(bundle.json, null, 2)}\n`;
    if (request.json) output.out(text);
    if (request.json && request.out === undefined) return 0;
    const name = request.out ?? `rackdeck-bundle-${target.name.replace(/[^\w.-]+/g, '-')}-${fileStamp(now())}.json`;
    const path = await run.save(name, text);
    const secrets = bundle.scrubbed === 1 ? '1 secret' : `${bundle.scrubbed} secrets`;
    output.err(
      `Saved ${path}: ${findings.length} findings, ${apps.length} apps in detail, ${bundle.logLines} log lines; ` +
        `${secrets} removed from texts. Look through it before you share it.\n`,
    );
    return 0;
  } finally {
    await connection.close();
  }
}

function chosenApps(
  { facts }: GatheredRack,
  serious: readonly { readonly app: string }[],
  wanted: string | undefined,
): readonly AppFacts[] {
  if (wanted !== undefined) {
    const found = facts.apps.filter(({ app }) => app.name === wanted);
    if (found.length > 0) return found;
    throw new Failure({
      kind: 'not-found',
      what: `There is no app '${wanted}' on ${facts.rack}`,
      next: `Apps: ${facts.apps.map(({ app }) => app.name).join(', ')}.`,
    });
  }
  const names = [...new Set(serious.map(({ app }) => app))].slice(0, MAX_APPS);
  return names.flatMap((name) => facts.apps.filter(({ app }) => app.name === name));
}
