import type { Certificate } from '../domain/certificate.ts';
import { appOf } from './app-state.ts';
import { type ActionContext, defineAction } from './define-action.ts';
import { CERTIFICATE_COLUMNS, certificateRow, covers, dayText, listCertificates } from './listed-certificates.ts';
import type { Observation } from './observation.ts';
import { shellWord } from './shell-word.ts';

const RENEW = 'POST /certificates/{id}/renew';

interface Facts {
  readonly app: string;
  /** Of its services. */
  readonly domains: readonly string[];
  readonly before: readonly Certificate[];
  /** Those for its domains. */
  readonly own: readonly Certificate[];
}

async function gather(context: ActionContext): Promise<Facts> {
  const { reads, signal } = context;
  const name = appOf(context);
  const [app, before, services] = await Promise.all([
    reads.app(name, { signal }),
    listCertificates(context),
    reads.services(name, { signal }),
  ]);
  const domains = services.map(({ domain }) => domain).filter((domain) => domain !== '');
  return { app: app.name, domains, before, own: forDomains(before, domains) };
}

function forDomains(certificates: readonly Certificate[], domains: readonly string[]): readonly Certificate[] {
  return certificates.filter((certificate) => domains.some((domain) => covers(certificate, domain)));
}

/**
 * One that ends later than before, or that is new. Only of its own domains: the certificates of other apps are renewed at any
 * time, too, and prove nothing.
 */
function renewed({ before, domains }: Facts, now: readonly Certificate[]): readonly Certificate[] {
  const ends = new Map(before.map(({ id, expiresAt }) => [id, expiresAt ?? 0]));
  return forDomains(now, domains).filter(({ id, expiresAt = 0 }) => expiresAt > (ends.get(id) ?? 0));
}

async function observe(facts: Facts, sent: true | undefined, context: ActionContext): Promise<Observation> {
  const { app, own } = facts;
  const now = await listCertificates(context);
  const found = renewed(facts, now);
  const waiting = own.filter(({ id }) => !found.some((each) => each.id === id) && now.some((each) => each.id === id));
  const [first] = found;
  if (!first) {
    return {
      state: sent ? 'pending' : 'unknown',
      words: `No certificate of ${app} has a later end yet: issuing one can take minutes.`,
    };
  }
  if (waiting.length > 0) {
    return {
      state: 'pending',
      words: `${found.length} renewed; waiting for ${waiting.map(({ id }) => id).join(', ')}.`,
    };
  }
  const ids = found.map(({ id }) => id).join(', ');
  return { state: 'done', words: `${ids} renewed, until ${dayText(first.expiresAt)}.` };
}

export const renewCertificates = defineAction<Facts, true>({
  id: 'certificate.renew',
  title: 'Renew certificates',
  about: 'has the rack issue the certificates of an app anew',
  on: ['apps'],
  tier: 2,
  subject: 'app',
  bulk: false,
  permissions: ['convox:certificate:update'],
  routes: [RENEW],
  gather,
  preview: ({ app, own }, { rack }) => ({
    headline: `Issue the certificates of ${app} on ${rack.name} anew`,
    effects: ['The ones in use stay until the new ones are there.'],
    warnings: [
      "Issuers limit how often: Let's Encrypt refuses the same domains after five times a week.",
      ...(own.length === 0
        ? [`No certificate that the rack lists is for a domain of ${app}: what is renewed may not be seen from here.`]
        : []),
    ],
    ...(own.length === 0
      ? {}
      : { tables: [{ title: 'For its domains', columns: CERTIFICATE_COLUMNS, rows: own.map(certificateRow) }] }),
  }),
  changes: () => [{ route: RENEW, times: 1 }],
  run: async ({ app }, { writes, signal }) => {
    await writes.renewCertificates(app, { signal });
    return true;
  },
  observe,
  wait: { firstMs: 2_000, everyMs: 10_000, deadlineMs: 600_000, steady: 1 },
  echo: ({ app }) => `convox certs renew -a ${shellWord(app)}`,
});
