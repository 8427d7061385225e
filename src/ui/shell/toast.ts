import type { Tone } from '../../resources/column.ts';
import type { DashboardState } from './dashboard-state.ts';

const TOAST_MS = 5_000;
const LONG_TOAST_MS = 9_000;
/** A remark in passing must not keep the hints away for long. */
const SHORT_TOAST_MS = 2_000;
const LONG_TEXT = 60;

/** It stays as long as it takes to read, and as long as it matters. */
export function toastOf(text: string, tone: Tone, now: number): NonNullable<DashboardState['toast']> {
  const long = text.length > LONG_TEXT || tone === 'warning' || tone === 'critical';
  const stays = long ? LONG_TOAST_MS : tone === 'muted' ? SHORT_TOAST_MS : TOAST_MS;
  return { text, tone, until: now + stays };
}
