import { ageText, isoText } from '../domain/age.ts';
import { asFailure, type Failure } from '../domain/failure.ts';
import type { Finding } from '../domain/finding.ts';
import { explainRack } from '../domain/findings/explain-rack.ts';
import { NOTHING } from '../domain/findings/scene.ts';
import { type Severity, severityRank, worst } from '../domain/severity.ts';
import type { GatheredRack } from '../resources/rack-facts.ts';
import { selectTarget } from '../targets/select-target.ts';
import type { RackConnection, Target, TargetListing } from '../targets/target.ts';
import { exitCodeOf } from './exit-code.ts';
import type { CommonFlags, TriageRequest } from './invocation.ts';
import type { Output } from './output.ts';
import { readRackFacts } from './rack-facts.ts';
import { renderFailure } from './render-failure.ts';

export interface TriageRun {
  readonly common: CommonFlags;
  readonly request: TriageRequest;
  readonly listing: TargetListing;
  readonly output: Output;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

interface Looked {
  readonly target: Target;
  readonly seen: (GatheredRack & { readonly findings: readonly Finding[] }) | undefined;
  readonly failure: Failure | undefined;
}

type RackFinding = Finding & { readonly rack: string };

/**
 * Looks at every rack once and says what is wrong. Resolves with 0, with 1 where `--fail-on` is met, with 3 or 4 where not one
 * rack could be asked; a rack that does not answer is itself a finding.
 */
export async function runTriage(run: TriageRun): Promise<number> {
  const { listing, common, request } = run;
  const wanted = common.rack !== undefined || listing.targets.length === 0;
  const targets = wanted ? [selectTarget(listing, common.rack)] : listing.targets;
  const looked = await Promise.all(targets.map((target) => look(target, run)));
  const findings = looked.flatMap((each) => findingsOf(each, common.app));
  findings.sort((a, b) => severityRank(b.severity) - severityRank(a.severity));
  run.output.out(request.json ? jsonText(run, looked, findings) : plainText(looked, findings, run.now()));
  const failures = looked.flatMap((each) => each.failure ?? []);
  if (!request.json) for (const failure of failures) run.output.err(renderFailure(failure));
  const [first] = failures;
  if (first && failures.length === looked.length) return exitCodeOf(first);
  return request.failOn !== undefined && isAtLeast(worst(findings.map((each) => each.severity)), request.failOn)
    ? 1
    : 0;
}

const isAtLeast = (severity: Severity, least: Severity): boolean => severityRank(severity) >= severityRank(least);

async function look(target: Target, run: TriageRun): Promise<Looked> {
  let connection: RackConnection | undefined;
  try {
    connection = target.connect();
    const { now, signal, common } = run;
    const reading = await readRackFacts(target, connection, { now, signal, app: common.app });
    const { findings } = explainRack(reading.facts, now());
    return { target, seen: { ...reading, findings }, failure: undefined };
  } catch (error) {
    return { target, seen: undefined, failure: asFailure(error) };
  } finally {
    await connection?.close();
  }
}

function findingsOf({ target, seen, failure }: Looked, app: string | undefined): RackFinding[] {
  if (failure) return [silentRack(target, failure)];
  const all = (seen?.findings ?? []).map((finding) => ({ rack: target.name, ...finding }));
  return app === undefined ? all : all.filter((finding) => finding.app === app);
}

function silentRack({ name }: Target, failure: Failure): RackFinding {
  return {
    ...NOTHING,
    rack: name,
    rule: 'no-answer',
    severity: failure.kind === 'not-logged-in' ? 'warning' : 'critical',
    summary: failure.why ? `${failure.what}: ${failure.why}` : failure.what,
    next: failure.next ?? '',
  };
}

function jsonText(run: TriageRun, looked: readonly Looked[], findings: readonly RackFinding[]): string {
  const report = {
    schema: 'rackdeck/triage@1',
    fetchedAt: isoText(run.now()),
    racks: looked.map(rackJson),
    findings: findings.map(
      ({ rack, app, service, subject, rule, severity, summary, since, release, next, evidence }) => ({
        rack,
        app: app || null,
        service: service ?? null,
        subject: subject ?? null,
        rule,
        severity,
        summary,
        since: since === undefined ? null : isoText(since),
        release: release ?? null,
        next,
        evidence: evidence.map(({ kind, text, at }) => ({ kind, text, at: at === undefined ? null : isoText(at) })),
      }),
    ),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function rackJson({ target, seen, failure }: Looked): Readonly<Record<string, unknown>> {
  return {
    name: target.name,
    kind: target.kind,
    answered: seen !== undefined,
    version: seen?.system.version ?? null,
    apps: seen?.facts.apps.length ?? null,
    processes: seen ? processCount(seen) : null,
    severity: seen ? worst(seen.findings.map((finding) => finding.severity)) : null,
    failure: failure ? { kind: failure.kind, what: failure.what, why: failure.why ?? null } : null,
    gaps: (seen?.gaps ?? []).map(({ kind, what, why }) => ({ kind, what, why: why ?? null })),
  };
}

function processCount({ facts }: GatheredRack): number {
  return facts.apps.reduce((sum, app) => sum + app.processes.length, 0);
}

function plainText(looked: readonly Looked[], findings: readonly RackFinding[], now: number): string {
  const lines = findings.map(({ severity, rack, app, summary, since, release, next }) => {
    const where = app === '' ? rack : `${rack}/${app}`;
    const on = release && !summary.includes(release) ? ` on ${release}` : '';
    const age = since === undefined ? '' : `, since ${ageText(since, now)}`;
    return `${severity.padEnd(8)}  ${where}: ${summary}${on}${age}${next === '' ? '' : `\n          next: ${next}`}`;
  });
  const answered = looked.filter((each) => each.seen !== undefined);
  const apps = answered.reduce((sum, each) => sum + (each.seen?.facts.apps.length ?? 0), 0);
  const racks = `${answered.length} of ${looked.length} ${looked.length === 1 ? 'rack' : 'racks'}`;
  const verdict = findings.length === 0 ? 'Nothing is wrong' : `${findings.length} findings`;
  return `${[...lines, `${verdict} (${racks} answered, ${apps} apps).`].join('\n')}\n`;
}
