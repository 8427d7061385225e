import type { DeployMark } from './deploy-effect.ts';
import type { TimelineEvent } from './timeline-event.ts';

/** Two tellings of one promote are nearer than this: processes take a while to come up. */
const SAME_MS = 10 * 60_000;
/** First processes this long after their release was made are a restart, not its deploy. */
const RESTART_MS = 60 * 60_000;

/**
 * The instants from which another release served, oldest first. Where nobody saw or wrote down the promote, the start of
 * the first process that still runs tells of it, unless that is far from when the release was made.
 */
export function deployMarks(events: readonly TimelineEvent[]): readonly DeployMark[] {
  const marks: DeployMark[] = [];
  const created = new Map<string, number>();
  const first = new Map<string, TimelineEvent>();
  for (const event of events) {
    if (event.release === undefined || event.release === '') continue;
    const key = `${event.app}/${event.release}`;
    if (event.kind === 'release') created.set(key, event.at);
    else if (event.kind === 'promote') marks.push(promoteMark(event, event.release));
    else if (event.kind === 'started' && event.at < (first.get(key)?.at ?? Number.POSITIVE_INFINITY)) {
      first.set(key, event);
    }
  }
  for (const [key, event] of first) {
    const made = created.get(key);
    if (made === undefined || event.at - made > RESTART_MS || event.release === undefined) continue;
    const { app, release, at } = event;
    const known = marks.some(
      (mark) => mark.app === app && mark.release === release && Math.abs(mark.at - at) < SAME_MS,
    );
    if (!known) marks.push({ at, app, release, by: undefined, source: 'started' });
  }
  return once(marks.sort((a, b) => a.at - b.at));
}

/** The deploys of which nobody tells but the processes they brought, for a timeline. */
export function impliedDeploys(events: readonly TimelineEvent[]): readonly TimelineEvent[] {
  return deployMarks(events)
    .filter(({ source }) => source === 'started')
    .map(({ at, app, release }) => ({
      id: `implied:${app}/${release}`,
      at,
      kind: 'promote',
      severity: 'info',
      app,
      release,
      what: `${release} began to serve: its first process came up`,
      source: 'rack',
    }));
}

function promoteMark(event: TimelineEvent, release: string): DeployMark {
  const { at, app, by, source } = event;
  return { at, app, release, by, source: source === 'audit' ? 'audit' : 'seen' };
}

/** Several sources: the first time counts, a name counts wherever it is. */
function once(marks: readonly DeployMark[]): readonly DeployMark[] {
  const result: DeployMark[] = [];
  for (const mark of marks) {
    const at = result.findIndex(
      (other) => other.app === mark.app && other.release === mark.release && mark.at - other.at < SAME_MS,
    );
    const known = result[at];
    if (known === undefined) result.push(mark);
    else if (known.by === undefined && mark.by !== undefined) result[at] = { ...mark, at: known.at };
  }
  return result;
}
