import type { KeyPress } from '../keys/key-press.ts';
import type { Dashboard } from '../shell/dashboard.ts';
import { TypeAheadGuard } from './type-ahead-guard.ts';

/** Asked before leaving while something that was sent is not proven yet, or a proxy is open. */
export interface LeaveOverlay {
  readonly kind: 'leave';
  readonly guard: TypeAheadGuard;
}

/** Leaves, or asks first where leaving now would lose something. */
export function leaveOrAsk(dashboard: Dashboard): void {
  if (reasonsToStay(dashboard).length === 0) dashboard.quit();
  else dashboard.overlay({ kind: 'leave', guard: new TypeAheadGuard(() => dashboard.clock()) });
}

/** Whole sentences; empty: nothing is lost. */
export function reasonsToStay(dashboard: Dashboard): readonly string[] {
  const { actions } = dashboard.services;
  const unproven = actions?.desk.unproven ?? [];
  const proxies = actions?.proxies?.list.get().length ?? 0;
  const steps = dashboard.guides?.unproven ?? [];
  return [
    ...unproven.map((run) => {
      const title = run.action?.title ?? run.request.actionId;
      return `${title} on ${run.request.rack} is not proven yet. It stays done; the next start looks what became of it.`;
    }),
    ...steps.map((step) => `${step} is not proven yet. It stays done; its guide shows what became of it.`),
    ...(proxies === 0
      ? []
      : [`${proxies === 1 ? 'One proxy is' : `${proxies} proxies are`} open and would be closed.`]),
  ];
}

/** Only `y` leaves; the same key once more does not. */
export function pressLeave(dashboard: Dashboard, { guard }: LeaveOverlay, press: KeyPress): void {
  const isYes = dashboard.keys.get('action.yes')?.keys.includes(press.name) === true;
  if (isYes && !guard.admits()) return;
  if (isYes) dashboard.quit();
  dashboard.overlay(undefined);
}
