import type { GatewayState } from './gateway-state.ts';

const MINUTE_MS = 60_000;

/** A handful of background jobs in different states. Their arguments stand for what clients must not show. */
export function seedJobs(state: GatewayState): void {
  const now = state.now();
  const add = (
    kind: string,
    queue: string,
    minutesAgo: number,
    rest: Partial<Parameters<typeof state.jobs.add>[0]>,
  ) => {
    const createdAt = now - minutesAgo * MINUTE_MS;
    state.jobs.add({
      kind,
      queue,
      args: { recipient: 'deployer@example.com', credential: 'not-for-display' },
      createdAt,
      scheduledAt: createdAt,
      attemptedAt: createdAt + 1_000,
      maxAttempts: 5,
      attempt: 1,
      state: 'completed',
      errors: [],
      ...rest,
    });
  };
  add('audit_anchor', 'default', 180, { finalizedAt: now - 179 * MINUTE_MS });
  add('send_email', 'notifications', 95, { finalizedAt: now - 94 * MINUTE_MS });
  add('slack_notify', 'notifications', 60, { state: 'cancelled', finalizedAt: now - 58 * MINUTE_MS });
  add('github_comment', 'integrations', 31, {
    state: 'retryable',
    attempt: 2,
    scheduledAt: now + 4 * MINUTE_MS,
    errors: [{ attempt: 1, error: 'github: 502 Bad Gateway', at: now - 30 * MINUTE_MS }],
  });
  add('send_email', 'notifications', 9, { finalizedAt: now - 9 * MINUTE_MS });
  add('audit_anchor', 'default', 1, { state: 'available', attempt: 0 });
}
