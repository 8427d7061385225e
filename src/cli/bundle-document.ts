import { isoText } from '../domain/age.ts';
import { EnvOrdinals } from '../domain/env-ordinals.ts';
import { envDelta, envKeyText } from '../domain/env-text.ts';
import type { Failure } from '../domain/failure.ts';
import type { Finding } from '../domain/finding.ts';
import type { AppFacts } from '../domain/findings/facts.ts';
import type { LogLine } from '../domain/log-line.ts';
import { processSeverity } from '../domain/process-health.ts';
import type { Release } from '../domain/release.ts';
import { newestFirst } from '../domain/release-order.ts';
import { buildEvents, releaseEvents, standingCrashes } from '../domain/reported-events.ts';
import { scrubText } from '../domain/scrub-text.ts';
import { isUnhealthy } from '../domain/severity.ts';
import { mergeTimeline } from '../domain/timeline.ts';
import { recordAnswer } from '../protocol/recording/record-answer.ts';
import type { ReadName } from '../protocol/recording/recorded-reads.ts';
import type { GatheredRack } from '../resources/rack-facts.ts';
import type { Target } from '../targets/target.ts';
import type { LogCollection } from './collect-log.ts';

/** What a bundle is made of, before anything is taken out. */
export interface BundleParts {
  readonly target: Target;
  readonly version: string;
  readonly now: number;
  readonly reading: GatheredRack;
  readonly findings: readonly Finding[];
  /** The apps that it tells in detail. */
  readonly apps: readonly AppFacts[];
  readonly logs: ReadonlyMap<string, LogCollection>;
  /** Log lines kept per process. */
  readonly lines: number;
  readonly doctor: unknown;
}

export interface BundleDocument {
  readonly json: Readonly<Record<string, unknown>>;
  /** Secrets that were taken out of texts. */
  readonly scrubbed: number;
  readonly logLines: number;
}

/** Values of environments, images, parameters, URLs: no noun brings them along (protocol/recording). */
export function bundleDocument(parts: BundleParts): BundleDocument {
  const { target, reading, findings, now } = parts;
  const scrubber = new Scrubber();
  const told = new Set(parts.apps.map(({ app }) => app.name));
  const logs = parts.apps.map((facts) => logJson(facts, parts, findings));
  const body = scrubber.deep({
    rack: { ...asObject(noun('system', reading.system)), name: target.name, kind: target.kind },
    findings: findings.filter(({ app }) => app === '' || told.has(app)),
    apps: parts.apps.map((facts) => appJson(facts, now)),
    otherApps: reading.facts.apps.filter(({ app }) => !told.has(app.name)).map(({ app }) => app.name),
    instances: noun('instances', reading.facts.instances ?? []),
    certificates: noun('certificates', reading.facts.certificates ?? []),
    timeline: timeline(parts),
    logs,
    missing: reading.gaps.map(failureText),
    doctor: parts.doctor,
  });
  const json = {
    schema: 'rackdeck/bundle@1',
    createdAt: isoText(now),
    rackdeck: parts.version,
    redaction: {
      secretsRemoved: scrubber.count,
      note: 'No values of environments, parameters, configurations or resource URLs are in here. Texts were searched for secrets by name and form: look through them before you share this.',
    },
    ...asObject(body),
  };
  return { json, scrubbed: scrubber.count, logLines: logs.reduce((sum, log) => sum + log.count, 0) };
}

/** Every text, once, with a count. */
class Scrubber {
  count = 0;

  deep(value: unknown): unknown {
    if (typeof value === 'string') {
      const { text, count } = scrubText(value);
      this.count += count;
      return text;
    }
    if (Array.isArray(value)) return value.map((item: unknown) => this.deep(item));
    if (typeof value !== 'object' || value === null) return value ?? null;
    return Object.fromEntries(Object.entries(value).map(([key, field]: [string, unknown]) => [key, this.deep(field)]));
  }
}

/** Environments are told as key deltas instead: here their values need no telling apart. */
const NO_ENV = new EnvOrdinals(() => '');

function noun(read: ReadName, value: unknown): unknown {
  return recordAnswer(read, value, NO_ENV);
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

function appJson(facts: AppFacts, now: number): Readonly<Record<string, unknown>> {
  const { app, processes, services, releases, builds, diagnosis } = facts;
  return {
    ...asObject(noun('app', app)),
    processes: processes.map((process) => ({
      ...asObject(noun('process', process)),
      severity: processSeverity(process, now),
    })),
    services: services ? noun('services', services) : null,
    releases: releases ? releaseSteps(releases, app.release) : null,
    builds: builds ? builds.map((build) => ({ ...asObject(noun('build', build)), manifest: undefined })) : null,
    diagnosis: diagnosis ? noun('diagnose', diagnosis) : null,
  };
}

/** Newest first, each with what it changed of the environment of the one before, by key alone. */
function releaseSteps(releases: readonly Release[], active: string): readonly object[] {
  const ordered = newestFirst(releases);
  return ordered.map((release, index) => {
    const before = ordered[index + 1];
    const delta = before ? envDelta(before.env, release.env) : undefined;
    return {
      id: release.id,
      build: release.build,
      description: release.description,
      createdAt: isoText(release.createdAt),
      active: release.id === active,
      env: delta && {
        added: delta.added.map(envKeyText),
        changed: delta.changed.map(envKeyText),
        removed: delta.removed.map(envKeyText),
      },
    };
  });
}

function timeline({ apps, now }: BundleParts): readonly object[] {
  const nobody = new Map<string, string>();
  const lists = apps.flatMap(({ releases, builds, processes }) => [
    releaseEvents(releases ?? [], nobody),
    buildEvents(builds ?? [], nobody),
    standingCrashes(processes, now),
  ]);
  return mergeTimeline(lists).map((event) => ({ ...event, at: isoText(event.at) }));
}

interface LogJson {
  readonly app: string;
  readonly count: number;
  readonly cutShort: string | null;
  readonly processes: Readonly<Record<string, readonly string[]>>;
  /** What the rack itself wrote about the app. */
  readonly rack: readonly string[];
}

/** The last lines of each process that is not well, or whose service a finding speaks of, and what the rack wrote. */
function logJson({ app, processes }: AppFacts, parts: BundleParts, findings: readonly Finding[]): LogJson {
  const log = parts.logs.get(app.name);
  const services = new Set(
    findings.filter((each) => each.app === app.name && isUnhealthy(each.severity)).map(({ service }) => service),
  );
  const wanted = processes.filter(
    (process) => isUnhealthy(processSeverity(process, parts.now)) || services.has(process.service),
  );
  const last = (matches: (line: LogLine) => boolean): LogLine[] =>
    (log?.lines ?? []).filter(matches).slice(-parts.lines);
  const texts = wanted.map(({ id }) => [id, last((line) => line.process === id).map(plainLine)] as const);
  // Crashing processes fill the rack's own lines: what became of deploys must not fall off behind them.
  const status = last((line) => line.stream.startsWith('system/') && STATUS.test(line.message));
  const others = last((line) => line.stream.startsWith('system/') && !STATUS.test(line.message));
  const rack = [...status, ...others].sort((a, b) => (a.time ?? 0) - (b.time ?? 0)).map(plainLine);
  return {
    app: app.name,
    count: rack.length + texts.reduce((sum, [, lines]) => sum + lines.length, 0),
    cutShort: log?.cutShort ?? null,
    processes: Object.fromEntries(texts),
    rack,
  };
}

const STATUS = /^Status: /;

const plainLine = ({ raw }: LogLine): string => raw.replace(SGR, '');

const SGR = /\u001b\[[0-9;:]*m/g;

function failureText({ what, why }: Failure): string {
  return why === undefined ? what : `${what}: ${why}`;
}
