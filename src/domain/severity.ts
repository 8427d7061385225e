/** How bad it is; `unknown` sorts between `ok` and `info` because it must be looked at but is no finding. */
export type Severity = 'ok' | 'unknown' | 'info' | 'warning' | 'critical';

const RANK: Readonly<Record<Severity, number>> = { ok: 0, unknown: 1, info: 2, warning: 3, critical: 4 };

export function severityRank(severity: Severity): number {
  return RANK[severity];
}

export function worst(severities: Iterable<Severity>): Severity {
  let result: Severity = 'ok';
  for (const severity of severities) if (RANK[severity] > RANK[result]) result = severity;
  return result;
}

export function isUnhealthy(severity: Severity): boolean {
  return RANK[severity] >= RANK.warning;
}
