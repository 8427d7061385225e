import { isoText } from '../domain/age.ts';
import type { Certificate } from '../domain/certificate.ts';
import { type CertificateHealth, certificateHealth } from '../domain/certificate-health.ts';
import { count, name, severityColumn, status, text, until } from './columns.ts';
import { defineResource, type QueryContext } from './define-resource.ts';

export interface CertificateRow extends CertificateHealth {
  readonly certificate: Certificate;
}

async function query({ reads, signal, now }: QueryContext): Promise<readonly CertificateRow[]> {
  const certificates = await reads.certificates(undefined, { signal });
  return certificates.map((certificate) => ({ certificate, ...certificateHealth(certificate, now) }));
}

function domainsText({ domain, domains }: Certificate): string {
  return domains.length > 0 ? domains.join(' ') : domain;
}

export const certificates = defineResource<CertificateRow>({
  id: 'certificates',
  aliases: ['certs', 'cert', 'certificate'],
  title: 'Certificates',
  about: 'TLS certificates of the rack and when each ends',
  scope: 'rack',
  needs: 'convox:certificate:list',
  route: 'GET /certificates',
  pace: 10,
  query,
  key: (row) => row.certificate.id,
  columns: [
    severityColumn((row) => row.severity),
    name('ID', (row) => row.certificate.id, { min: 12 }),
    status(
      'STATUS',
      (row) => row.status,
      (row) => row.severity,
    ),
    count('DAYS', (row) => row.daysLeft, { id: 'daysLeft', priority: 0 }),
    until('EXPIRES', (row) => row.certificate.expiresAt, { id: 'expires', priority: 3 }),
    text('DOMAINS', (row) => domainsText(row.certificate), { grow: true, priority: 1 }),
  ],
  sort: ['daysLeft', 'asc'],
  severity: (row) => row.severity,
  subject: ({ certificate }) => ({ id: certificate.id }),
  open: { enter: { to: 'describe', label: 'describe', place: (_row, at) => at } },
  describe: (row) => [
    ['Id', row.certificate.id],
    ['Status', row.status],
    ['Expires', isoText(row.certificate.expiresAt)],
    ['Days left', row.daysLeft?.toString() ?? 'unknown'],
    ['Domain', row.certificate.domain],
    ...row.certificate.domains.map((domain) => ['Also for', domain] as const),
  ],
  empty: 'The rack has no certificates.',
});
