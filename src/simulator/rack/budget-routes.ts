import { goTime, ZERO_TIME } from '../wire/go-json.ts';
import { RackError, unauthorized } from '../wire/rack-error.ts';
import { json, ok } from '../wire/reply.ts';
import type { AppState } from '../world/app.ts';
import { costOf } from '../world/cost.ts';
import { appOf, type Call, type HttpRoute } from './call.ts';

const ACTIONS = ['alert-only', 'block-new-deploys', 'auto-shutdown'];
const since = '3.24.6';

export const budgetRoutes: readonly HttpRoute[] = [
  {
    method: 'GET',
    pattern: '/apps/{app}/cost',
    since,
    handle: (call) => json(costOf(call.rack, appOf(call), call.now)),
  },
  { method: 'GET', pattern: '/apps/{app}/budget', since, handle: getBudget },
  { method: 'POST', pattern: '/apps/{app}/budget', since, handle: setBudget },
  { method: 'DELETE', pattern: '/apps/{app}/budget', since, handle: clearBudget },
  { method: 'POST', pattern: '/apps/{app}/budget/reset', since, handle: resetBudget },
  {
    method: 'GET',
    pattern: '/apps/{app}/budget/shutdown-state',
    since,
    handle: (call) => json(appOf(call).budget.shutdown),
  },
  { method: 'POST', pattern: '/apps/{app}/budget/simulate-shutdown', since, handle: simulateShutdown },
  { method: 'POST', pattern: '/apps/{app}/budget/dismiss-recovery', since, handle: dismissRecovery },
];

function getBudget(call: Call) {
  const { config, state } = appOf(call).budget;
  return json({ config, state });
}

function requireAdmin(call: Call): void {
  if (!call.principal.role.includes('a')) throw unauthorized();
}

function setBudget(call: Call) {
  requireAdmin(call);
  const app = appOf(call);
  const { options } = call;
  const cap = options.float('form', 'monthly-cap-usd') ?? Number(app.budget.config?.['monthly-cap-usd'] ?? 0);
  const action = options.text('form', 'at-cap-action') ?? String(app.budget.config?.['at-cap-action'] ?? 'alert-only');
  if (cap <= 0) throw new RackError(400, 'monthly-cap-usd must be positive');
  if (!ACTIONS.includes(action)) throw new RackError(400, `invalid at-cap-action: ${action}`);
  call.rack.change((rack, now) => {
    app.budget.config = {
      'monthly-cap-usd': cap,
      'alert-threshold-percent': options.float('form', 'alert-threshold-percent') ?? 80,
      'at-cap-action': action,
      'pricing-adjustment': options.float('form', 'pricing-adjustment') ?? 1,
      'last-cap-mutation-by': options.text('arg', 'ack_by') ?? call.principal.user,
    };
    app.budget.state ??= budgetState(app, costOf(rack, app, now)['spend-usd'], now);
  });
  return ok();
}

/** A state with a breaker that has not tripped; scenario and tests set `circuit-breaker-tripped`. */
export function budgetState(_app: AppState, spend: number, now: number): Record<string, unknown> {
  const month = new Date(now);
  return {
    'month-start': goTime(Date.UTC(month.getUTCFullYear(), month.getUTCMonth(), 1)),
    'current-month-spend-usd': spend,
    'current-month-spend-as-of': goTime(now),
    'alert-fired-at-threshold': ZERO_TIME,
    'alert-fired-at-cap': ZERO_TIME,
    'circuit-breaker-ack-at': ZERO_TIME,
  };
}

function clearBudget(call: Call) {
  requireAdmin(call);
  const app = appOf(call);
  call.rack.change(() => {
    app.budget.config = null;
    app.budget.state = null;
  });
  return ok();
}

function resetBudget(call: Call) {
  const app = appOf(call);
  if (call.options.flag('arg', 'force_clear_cooldown') === true) requireAdmin(call);
  const { state } = app.budget;
  if (state === null) throw new RackError(404, `budget not found: ${app.name}`);
  call.rack.change((_, now) => {
    state['circuit-breaker-tripped'] = false;
    state['circuit-breaker-ack-by'] = call.options.text('arg', 'ack_by') ?? call.principal.user;
    state['circuit-breaker-ack-at'] = goTime(now);
    if (call.options.flag('arg', 'reset_period') === true) state['current-month-spend-usd'] = 0;
  });
  return ok();
}

function simulateShutdown(call: Call) {
  const app = appOf(call);
  const services = [...app.services.values()].map((service) => ({ service: service.name, replicas: service.count }));
  return json({ app: app.name, eligible: services, exempt: [] });
}

function dismissRecovery(call: Call) {
  const app = appOf(call);
  const status =
    app.budget.shutdown === null ? 'no-banner' : app.budget.bannerDismissed ? 'already-dismissed' : 'dismissed';
  call.rack.change(() => {
    app.budget.bannerDismissed = true;
  });
  return json({ app: app.name, status });
}
