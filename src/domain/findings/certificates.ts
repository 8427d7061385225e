import { untilText } from '../age.ts';
import type { Certificate } from '../certificate.ts';
import type { Finding } from '../finding.ts';
import type { Service } from '../service.ts';
import { line, NOTHING, type Scene } from './scene.ts';

const DAY = 24 * 60 * 60_000;
/** Those that renew themselves do it 30 days before: one that has not by then may have failed to. */
const CRITICAL_MS = 3 * DAY;
const WARNING_MS = 14 * DAY;
const INFO_MS = 30 * DAY;

/** Certificates that have expired or soon will, and those that are not ready; not those that others have replaced. */
export function certificateFindings(certificates: readonly Certificate[], now: number): readonly Finding[] {
  return certificates.flatMap((certificate) => {
    if (certificate.expiresAt === undefined || certificate.expiresAt - now > INFO_MS) return notReady(certificate);
    if (isReplaced(certificate, certificates, now)) return [];
    return [expiring(certificate, certificate.expiresAt, now)];
  });
}

function expiring(certificate: Certificate, expiresAt: number, now: number): Finding {
  const left = expiresAt - now;
  const names = namesOf(certificate);
  const text = names[0] ?? certificate.id;
  return {
    ...NOTHING,
    rule: left <= 0 ? 'certificate-expired' : 'certificate-expiring',
    severity: left <= CRITICAL_MS ? 'critical' : left <= WARNING_MS ? 'warning' : 'info',
    subject: certificate.id,
    // What is wrong before whose it is: names are long and lines are cut at their end.
    summary: `certificate ${left <= 0 ? 'expired' : 'expires'} ${untilText(expiresAt, now)}: ${text}${names.length > 1 ? ` and ${names.length - 1} more` : ''}`,
    since: left <= 0 ? expiresAt : undefined,
    next: 'Renew it (convox certs renew, 3.12.4 and later) or import a new one',
    evidence: [line('certificate', `${certificate.id}: ${names.join(', ')}`, expiresAt, certificate.id)],
  };
}

/** `''` means ready (convox-api.md 4.1). */
function notReady(certificate: Certificate): readonly Finding[] {
  if (certificate.status === '' || /^ready$/i.test(certificate.status)) return [];
  const names = namesOf(certificate);
  return [
    {
      ...NOTHING,
      rule: 'certificate-not-ready',
      severity: 'warning',
      subject: certificate.id,
      summary: `certificate of ${names[0] ?? certificate.id} is ${certificate.status.toLowerCase()}`,
      next: 'Does the name point at this rack? A certificate is issued only then',
      evidence: [line('certificate', `${certificate.id}: ${names.join(', ')}`, certificate.expiresAt, certificate.id)],
    },
  ];
}

function namesOf(certificate: Certificate): readonly string[] {
  const names = certificate.domains.length > 0 ? certificate.domains : [certificate.domain];
  return names.filter((name) => name !== '');
}

function isReplaced(old: Certificate, all: readonly Certificate[], now: number): boolean {
  const names = namesOf(old);
  const good = all.filter(
    (other) =>
      other.id !== old.id &&
      other.status === '' &&
      (other.expiresAt ?? 0) - now > WARNING_MS &&
      (other.expiresAt ?? 0) > (old.expiresAt ?? 0),
  );
  return (
    names.length > 0 &&
    names.every((name) => good.some((other) => namesOf(other).some((pattern) => covers(pattern, name))))
  );
}

/** `*.example.com` covers one label. */
function covers(pattern: string, name: string): boolean {
  if (pattern.toLowerCase() === name.toLowerCase()) return true;
  if (!pattern.startsWith('*.') || name.startsWith('*.')) return false;
  const dot = name.indexOf('.');
  return dot > 0 && name.slice(dot).toLowerCase() === pattern.slice(1).toLowerCase();
}

/** The certificates that an app's own services use, by name or by id. */
export function ownCertificates(scene: Scene): readonly Finding[] {
  const services = scene.facts.services ?? [];
  const certificates = scene.facts.certificates ?? [];
  const used = new Set(
    certificates.filter((certificate) => services.some((service) => uses(service, certificate))).map(({ id }) => id),
  );
  return certificateFindings(certificates, scene.now)
    .filter((finding) => finding.subject !== undefined && used.has(finding.subject))
    .map((finding) => ({ ...finding, app: scene.app.name }));
}

function uses(service: Service, certificate: Certificate): boolean {
  const ids = [...service.ports, ...service.nlb].map((port) => port.certificate);
  if (certificate.id !== '' && ids.includes(certificate.id)) return true;
  return service.domain !== '' && namesOf(certificate).some((pattern) => covers(pattern, service.domain));
}
