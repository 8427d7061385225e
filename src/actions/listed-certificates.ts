import { isoText } from '../domain/age.ts';
import type { Certificate } from '../domain/certificate.ts';
import type { ActionContext } from './define-action.ts';

export const CERTIFICATE_COLUMNS = ['certificate', 'domains', 'ends'] as const;

export function listCertificates({ reads, signal }: ActionContext): Promise<readonly Certificate[]> {
  return reads.certificates(undefined, { signal });
}

export function domainsOf({ domain, domains }: Certificate): readonly string[] {
  return [...new Set([...domains, domain])].filter((name) => name !== '');
}

export function certificateRow(certificate: Certificate): readonly string[] {
  return [certificate.id, domainsOf(certificate).join(' ') || '-', dayText(certificate.expiresAt)];
}

/** `2026-09-01`, so that a preview does not change with the clock. */
export function dayText(time: number | undefined): string {
  return isoText(time).slice(0, 10) || 'unknown';
}

/** Is `name` one of the certificate's domains, by name or by its wildcard? */
export function covers(certificate: Certificate, name: string): boolean {
  if (name === '') return false;
  const parent = name.slice(name.indexOf('.') + 1);
  return domainsOf(certificate).some((domain) => domain === name || domain === `*.${parent}`);
}

/** Ids that were not there before. */
export function added(before: readonly Certificate[], now: readonly Certificate[]): readonly Certificate[] {
  const known = new Set(before.map(({ id }) => id));
  return now.filter(({ id }) => !known.has(id));
}
