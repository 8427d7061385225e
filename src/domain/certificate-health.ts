import type { Certificate } from './certificate.ts';
import { type Severity, worst } from './severity.ts';

const DAY_MS = 86_400_000;
/** Issuers renew 30 days before the end: what is younger than that has missed its renewal. */
const WARN_DAYS = 30;
const CRITICAL_DAYS = 7;

export interface CertificateHealth {
  /** `ready`, `Not Ready`, `expired` or whatever else the rack says. */
  readonly status: string;
  readonly severity: Severity;
  /** Whole days, rounded down: 0 on the last day, negative once expired; undefined where the end is unknown. */
  readonly daysLeft: number | undefined;
}

export function certificateHealth(certificate: Certificate, now: number): CertificateHealth {
  const { expiresAt } = certificate;
  const daysLeft = expiresAt === undefined ? undefined : Math.floor((expiresAt - now) / DAY_MS);
  const expired = expiresAt !== undefined && expiresAt <= now;
  return {
    status: expired ? 'expired' : certificate.status === '' ? 'ready' : certificate.status,
    severity: worst([endSeverity(daysLeft), certificate.status === '' ? 'ok' : 'warning']),
    daysLeft,
  };
}

function endSeverity(daysLeft: number | undefined): Severity {
  if (daysLeft === undefined) return 'unknown';
  if (daysLeft < CRITICAL_DAYS) return 'critical';
  return daysLeft < WARN_DAYS ? 'warning' : 'ok';
}
