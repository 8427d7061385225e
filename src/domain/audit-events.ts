import type { AuditEntry } from './audit-entry.ts';
import type { Severity } from './severity.ts';
import type { TimelineEvent, TimelineKind } from './timeline-event.ts';

/** Looking changes nothing: such rows would bury the others. Shells and commands are told, whatever they did. */
const LOOKS = /(?:^|\.)(?:list|read|get|logs|view|info|status|whoami|version|metrics)$/;

interface Telling {
  readonly kind: TimelineKind;
  readonly what: (entry: AuditEntry) => string;
}

const TELLINGS: Readonly<Record<string, Telling>> = {
  'release.promote': { kind: 'promote', what: (entry) => `${entry.resource} promoted` },
  'release.create': { kind: 'release', what: (entry) => `release ${named(entry)} created` },
  'env.set': { kind: 'env', what: (entry) => `env set${keysOf(entry)}` },
  'env.unset': { kind: 'env', what: (entry) => `env unset${keysOf(entry)}` },
  'build.create': { kind: 'audit', what: (entry) => `build ${named(entry)} started` },
  'app.restart': { kind: 'restart', what: (entry) => `${named(entry)} restarted` },
  'process.exec': { kind: 'audit', what: (entry) => `shell or command in ${named(entry)}` },
  'process.terminate': { kind: 'audit', what: (entry) => `${named(entry)} stopped` },
  'process.stop': { kind: 'audit', what: (entry) => `${named(entry)} stopped` },
};

/** What people did through a gateway, oldest first; one event per aggregated row (gateway.md 7.4), at its newest time. */
export function auditEvents(entries: readonly AuditEntry[]): readonly TimelineEvent[] {
  return entries
    .flatMap((entry): TimelineEvent[] => {
      const at = entry.lastSeen ?? entry.firstSeen;
      if (at === undefined || entry.actionType !== 'convox' || LOOKS.test(entry.action)) return [];
      return [eventOf(entry, at)];
    })
    .sort((a, b) => a.at - b.at);
}

function eventOf(entry: AuditEntry, at: number): TimelineEvent {
  const refused = entry.decision === 'deny' || (entry.status !== 'success' && entry.status !== '');
  const { kind, what } = refused ? refusal(entry) : telling(entry);
  const times = entry.count > 1 ? ` (${entry.count} times)` : '';
  const who = entry.token === '' ? entry.user : `${entry.user} with ${entry.token}`;
  return {
    id: `audit:${entry.id}`,
    at,
    kind,
    severity: severityOf(kind, refused),
    app: appOf(entry),
    ...subjectOf(entry),
    what: `${what}${times}`,
    ...(who === '' ? {} : { by: who }),
    source: 'audit',
    ...(entry.count > 1 ? { count: entry.count } : {}),
  };
}

function telling(entry: AuditEntry): { readonly kind: TimelineKind; readonly what: string } {
  const { service, count, restart } = entry.details;
  if (entry.action === 'app.update' && count !== undefined) {
    return { kind: 'scale', what: `${service ?? named(entry)} scaled to ${count}` };
  }
  if (entry.action === 'process.start' && restart === 'true') {
    return { kind: 'restart', what: `${named(entry)} restarted` };
  }
  const known = Object.hasOwn(TELLINGS, entry.action) ? TELLINGS[entry.action] : undefined;
  if (known) return { kind: known.kind, what: known.what(entry) };
  return { kind: 'audit', what: `${entry.action} ${entry.resource}`.trim() };
}

function refusal(entry: AuditEntry): { readonly kind: TimelineKind; readonly what: string } {
  const outcome = entry.decision === 'deny' || entry.status === 'denied' ? 'denied' : entry.status;
  return { kind: 'audit', what: `${entry.action} ${entry.resource}: ${outcome}` };
}

function severityOf(kind: TimelineKind, refused: boolean): Severity {
  if (refused) return 'warning';
  return kind === 'audit' ? 'ok' : 'info';
}

function subjectOf(entry: AuditEntry): Pick<TimelineEvent, 'service' | 'process' | 'release' | 'build'> {
  const { resource, resourceType } = entry;
  // A restart names the service where other rows name a process.
  const isRestart = entry.details.restart === 'true';
  const service = entry.details.service ?? (isRestart ? resource : undefined);
  const { release_id: release } = entry.details;
  return {
    ...(service === undefined ? {} : { service }),
    ...(resourceType === 'process' && resource !== '' && !isRestart ? { process: resource } : {}),
    ...(resourceType === 'release' && resource !== '' ? { release: resource } : {}),
    ...(resourceType !== 'release' && release !== undefined ? { release } : {}),
    ...(resourceType === 'build' && resource !== '' ? { build: resource } : {}),
  };
}

function appOf(entry: AuditEntry): string {
  const { app } = entry.details;
  if (app !== undefined) return app;
  // `shop/web-6d9f`: how the gateway names what belongs to an app depends on the kind of it.
  if (entry.resource.includes('/')) return entry.resource.slice(0, entry.resource.indexOf('/'));
  return entry.resourceType === 'app' || entry.resourceType === 'env' ? entry.resource : '';
}

function named(entry: AuditEntry): string {
  return entry.resource === '' ? entry.resourceType : entry.resource;
}

/** Names of keys, never values: only a plain list of names is believed. */
function keysOf(entry: AuditEntry): string {
  const names = listOf(entry.details.set ?? entry.details.removed ?? entry.details.remove ?? '');
  return names.length === 0 ? '' : `: ${names.slice(0, 6).join(', ')}${names.length > 6 ? ' ...' : ''}`;
}

function listOf(text: string): readonly string[] {
  try {
    const list: unknown = JSON.parse(text);
    if (!Array.isArray(list)) return [];
    return list.filter((name): name is string => typeof name === 'string' && /^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  } catch {
    return [];
  }
}
