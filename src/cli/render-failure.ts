import type { Failure } from '../domain/failure.ts';

/** The one place that turns a failure into text for a pipe or a log: what happened, why, the next step, request id. */
export function renderFailure(failure: Failure): string {
  const lines = [`error: ${failure.what}${failure.why ? `: ${failure.why}` : ''}`];
  if (failure.where) lines.push(`  at: ${failure.where}${failure.status ? ` (status ${failure.status})` : ''}`);
  if (failure.next) lines.push(`  next: ${failure.next}`);
  if (failure.requestId) lines.push(`  request id: ${failure.requestId}`);
  return `${lines.join('\n')}\n`;
}
