import type { AuditEntry } from './audit-entry.ts';
import { type RecordedRun, requestIdsOf } from './journal-run.ts';

/** How a gateway's row and a run of ours belong together. */
export interface AuditMatch {
  readonly entry: AuditEntry;
  /** `request`: the request id says so. `circumstances`: same person, action, thing and time; a guess, if a good one. */
  readonly by: 'request' | 'circumstances';
}

/** Clocks of two machines differ by this much at most, ms. */
const SKEW_MS = 2 * 60_000;
/** A run without a result is looked for this long after it began, ms. */
const OPEN_MS = 10 * 60_000;

/** What the gateway writes (gateway.md 5.4, 6.5, 7.5: `<resource>.<verb>` of the permission) for what we do. */
const AUDIT_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  'process.stop': ['process.terminate', 'process.stop'],
  'process.exec': ['process.exec'],
  'process.run': ['process.start', 'process.exec', 'process.terminate'],
  'service.restart': ['process.start', 'app.restart'],
  'app.restart': ['process.start', 'app.restart'],
  'service.scale': ['app.update'],
  'env.set': ['env.set', 'env.unset', 'release.create'],
  'env.unset': ['env.unset', 'env.set', 'release.create'],
  'env.edit': ['env.set', 'env.unset', 'release.create'],
  'release.promote': ['release.promote'],
  'release.rollback': ['release.promote', 'release.create'],
  'deploy.cancel': ['app.update', 'app.cancel'],
  'app.lock': ['app.update'],
  'app.unlock': ['app.update'],
  'app.params': ['app.update'],
};

/**
 * The gateway's row about a run. Rows stand for several equal events (gateway.md 7.4), so that one row may answer for more
 * than one run. Undefined where none fits, or where the run went past a gateway.
 */
export function auditMatch(run: RecordedRun, entries: readonly AuditEntry[]): AuditMatch | undefined {
  const ids = new Set(requestIdsOf(run).map((id) => id.toLowerCase()));
  const named = entries.find((entry) => hasRequestId(entry, ids));
  if (named) return { entry: named, by: 'request' };
  const window = auditWindow(run);
  const near = entries.filter(
    (entry) => isSamePerson(run, entry) && overlaps(entry, window) && isSameAction(run, entry) && isAbout(run, entry),
  );
  const entry = near.toSorted((a, b) => rank(b, run) - rank(a, run) || distance(a, run) - distance(b, run))[0];
  return entry && { entry, by: 'circumstances' };
}

/** When the gateway's row about the run must have been seen, epoch ms. */
export function auditWindow({ intent, result, verification }: RecordedRun): {
  readonly from: number;
  readonly to: number;
} {
  const end = verification?.at ?? result?.at ?? intent.at + OPEN_MS;
  return { from: intent.at - SKEW_MS, to: Math.max(end, intent.at) + SKEW_MS };
}

/** Only some versions tell it, as a member of the row's details. */
function hasRequestId({ details }: AuditEntry, ids: ReadonlySet<string>): boolean {
  const id = details.request_id ?? details.requestId;
  return id !== undefined && ids.has(id.toLowerCase());
}

function isSamePerson({ intent }: RecordedRun, { user }: AuditEntry): boolean {
  return intent.user !== '' && user.toLowerCase() === intent.user.toLowerCase();
}

function overlaps(
  { firstSeen, lastSeen }: AuditEntry,
  { from, to }: { readonly from: number; readonly to: number },
): boolean {
  const first = firstSeen ?? lastSeen;
  const last = lastSeen ?? firstSeen;
  return first !== undefined && last !== undefined && first <= to && last >= from;
}

function isSameAction({ intent }: RecordedRun, { action }: AuditEntry): boolean {
  return actionsOf(intent.actionId).includes(action);
}

function actionsOf(actionId: string): readonly string[] {
  return (Object.hasOwn(AUDIT_ACTIONS, actionId) ? AUDIT_ACTIONS[actionId] : undefined) ?? [actionId];
}

/** The gateway names the process, release, service or app, depending on the route. */
function isAbout({ intent }: RecordedRun, { resource, details }: AuditEntry): boolean {
  const { subjects } = intent;
  if (subjects.length === 0) return true;
  return subjects.some(({ id, app, service }) => {
    if (details.app !== undefined && app !== undefined && details.app !== app) return false;
    if ([id, service, app].includes(resource) || (app !== undefined && resource === `${app}/${id}`)) return true;
    // What the action makes has a name that nobody knew before: a new release, a one-off process.
    return app !== undefined && details.app === app && isNewThing(intent.actionId);
  });
}

function isNewThing(actionId: string): boolean {
  return actionId.startsWith('env.') || actionId === 'release.rollback' || actionId === 'process.run';
}

/** The same end, the very thing before its app, and the action's own word before the ones that go with it. */
function rank({ action, resource, status }: AuditEntry, { intent, result }: RecordedRun): number {
  const order = actionsOf(intent.actionId).indexOf(action);
  const sameEnd = result !== undefined && (result.outcome === 'ok') === (status === 'success');
  return (sameEnd ? 20 : 0) + (intent.subjects.some(({ id }) => id === resource) ? 10 : 0) - order;
}

function distance({ firstSeen, lastSeen }: AuditEntry, { intent }: RecordedRun): number {
  return Math.abs((lastSeen ?? firstSeen ?? 0) - intent.at);
}
