import type { AuthenticatedCall } from './call.ts';
import type { GatewayState } from './gateway-state.ts';
import { goTime, optionalGoTime } from './go-time.ts';
import type { Job } from './job-store.ts';
import type { OwnRoute } from './own-route.ts';
import { empty, failure, json, Refused, type Reply } from './reply.ts';
import { userMay } from './role-catalog.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

/** Filter words; `canceled` selects rows that report `cancelled` (gateway.md 7.7). */
const STATE_FILTERS = new Set([
  'available',
  'canceled',
  'completed',
  'discarded',
  'pending',
  'retryable',
  'running',
  'scheduled',
]);

export const JOB_ROUTES: readonly OwnRoute[] = [
  { method: 'GET', path: '/jobs', mfa: 'none', handle: (state, call) => listJobs(state, call) },
  {
    method: 'GET',
    path: '/jobs/{id}',
    mfa: 'none',
    handle: (state, call, { id }) => {
      requireJobs(call, 'read');
      return json(200, describeJob(existing(state, id)));
    },
  },
  {
    method: 'DELETE',
    path: '/jobs/{id}',
    mfa: 'step-up',
    handle: (state, call, { id }) => {
      requireJobs(call, 'delete');
      state.jobs.cancel(existing(state, id));
      return empty(204);
    },
  },
  {
    method: 'POST',
    path: '/jobs/{id}/retry',
    mfa: 'step-up',
    handle: (state, call, { id }) => {
      requireJobs(call, 'update');
      const job = existing(state, id);
      state.jobs.retry(job);
      return json(200, describeJob(job));
    },
  },
];

/** `has_next_page` is always false: a defect of the gateway that clients have to know. */
function listJobs(state: GatewayState, call: AuthenticatedCall): Reply {
  requireJobs(call, 'list');
  const { query } = call;
  const wanted = query.get('state') ?? '';
  if (wanted !== '' && !STATE_FILTERS.has(wanted)) return failure(400, 'invalid state filter');
  const after = query.get('after') ?? '';
  const cursor = after === '' ? Number.POSITIVE_INFINITY : decodeCursor(after);
  if (cursor === undefined) return failure(400, 'invalid cursor');
  const asked = Number(query.get('limit') ?? DEFAULT_LIMIT);
  const limit = Number.isInteger(asked) && asked > 0 ? Math.min(asked, MAX_LIMIT) : DEFAULT_LIMIT;
  const rowState = wanted === 'canceled' ? 'cancelled' : wanted;
  const rows = state.jobs
    .list()
    .filter(
      (job) =>
        job.id < cursor &&
        (rowState === '' || job.state === rowState) &&
        (query.get('queue') ?? job.queue) === job.queue &&
        (query.get('kind') ?? job.kind) === job.kind,
    )
    .slice(0, limit);
  return json(200, {
    jobs: rows.map(describeJob),
    page_info: {
      has_next_page: false,
      has_previous_page: after !== '',
      start_cursor: encodeCursor(rows[0]),
      end_cursor: encodeCursor(rows.at(-1)),
    },
  });
}

function encodeCursor(job: Job | undefined): string | undefined {
  return job === undefined ? undefined : Buffer.from(`job:${job.id}`).toString('base64url');
}

function decodeCursor(text: string): number | undefined {
  const found = /^job:(\d+)$/.exec(Buffer.from(text, 'base64url').toString('utf8'))?.[1];
  return found === undefined ? undefined : Number(found);
}

function requireJobs(call: AuthenticatedCall, verb: string): void {
  if (!userMay(call.identity.user, `gateway:job:${verb}`)) throw new Refused(failure(403, 'insufficient permissions'));
}

function existing(state: GatewayState, id = ''): Job {
  if (!/^\d+$/.test(id)) throw new Refused(failure(400, 'invalid job id'));
  const job = state.jobs.find(Number(id));
  if (job === undefined) throw new Refused(failure(404, 'job not found'));
  return job;
}

function describeJob(job: Job) {
  return {
    id: job.id,
    state: job.state,
    queue: job.queue,
    kind: job.kind,
    args: job.args,
    attempt: job.attempt,
    max_attempts: job.maxAttempts,
    created_at: goTime(job.createdAt),
    scheduled_at: goTime(job.scheduledAt),
    attempted_at: optionalGoTime(job.attemptedAt),
    finalized_at: optionalGoTime(job.finalizedAt),
    errors: job.errors.length === 0 ? undefined : job.errors.map((entry) => ({ ...entry, at: goTime(entry.at) })),
    last_error: job.errors.at(-1)?.error,
  };
}
