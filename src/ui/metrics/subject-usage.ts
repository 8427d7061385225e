import { spanText } from '../../domain/age.ts';
import { resolutionOf, type TimeWindow, type UsagePoint } from '../../domain/usage-series.ts';
import {
  appSubject,
  nodeSubject,
  parseSubjectKey,
  processSubject,
  RACK_SUBJECT,
  serviceSubject,
  subjectKey,
  type UsageSubject,
} from '../../domain/usage-subject.ts';
import type { RackHistory } from '../../live/rack-history.ts';
import type { Place } from '../../resources/define-resource.ts';
import type { RackUsageHistory } from '../../resources/rack-usage-history.ts';
import { minuteText } from '../text/clock-text.ts';

/** The narrowest thing that a place means and load is measured of. */
export function subjectOfPlace(place: Place, history: RackHistory): UsageSubject {
  const { app, service, process, instance } = place;
  if (app === undefined) return instance === undefined ? RACK_SUBJECT : nodeSubject(instance);
  if (process !== undefined) return processSubject(app, service ?? serviceOf(app, process, history), process);
  return service === undefined ? appSubject(app) : serviceSubject(app, service);
}

/** A place may name a process without its service; the samples know it. */
function serviceOf(app: string, id: string, history: RackHistory): string {
  for (const key of history.subjects()) {
    const subject = parseSubjectKey(key);
    if (subject?.kind === 'process' && subject.app === app && subject.name === id) return subject.service;
  }
  return '';
}

export interface SubjectUsage {
  /** Oldest first, inside the window and shortly before it. */
  readonly points: readonly UsagePoint[];
  /** For how long one value stands for what follows, ms. */
  readonly holdMs: number;
  /** Where the numbers come from, in words. */
  readonly source: string;
}

/** Older values lie a minute apart (live/usage-ring.ts), whatever the newest ones do. */
const LEAST_HOLD_MS = 90_000;
/** Points that tell how often a sample is taken now. */
const RECENT = 24;

/** Load of a subject in a window: the rack's own history where it keeps one, else what was sampled here. */
export function subjectUsage(
  subject: UsageSubject,
  history: RackHistory,
  own: RackUsageHistory | undefined,
  window: TimeWindow,
): SubjectUsage {
  const reach = window.to - window.from;
  const sampled = history.points(subjectKey(subject), window.from - reach / 10, window.to);
  const isRack = subject.kind === 'rack';
  const told = isRack ? (own?.points ?? []).filter(({ at }) => at >= window.from - reach / 10 && at <= window.to) : [];
  const newest = told.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  // Its last point may be a minute old: what was sampled since then goes on from there.
  const points = told.length === 0 ? sampled : [...told, ...sampled.filter(({ at }) => at > newest)];
  const resolution = resolutionOf(points.slice(-RECENT));
  const holdMs = Math.max(LEAST_HOLD_MS, 2.5 * (resolution ?? 0));
  return {
    points,
    holdMs,
    source: sourceText({ told: told.length > 0, resolution, history, missing: isRack ? own?.missing : undefined }),
  };
}

interface SourceFacts {
  readonly told: boolean;
  readonly resolution: number | undefined;
  readonly history: RackHistory;
  readonly missing: string | undefined;
}

function sourceText({ told, resolution, history, missing }: SourceFacts): string {
  const every = resolution === undefined ? '' : ` every ${spanText(Math.max(1_000, resolution))}`;
  if (told) return `the rack's own history${every}`;
  if (history.since === undefined) return 'no samples yet';
  const why = missing === undefined ? '' : ` (the rack keeps none: ${missing})`;
  return `sampled by rackdeck${every}, this run since ${minuteText(history.since)}${why}`;
}
