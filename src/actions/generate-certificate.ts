import type { Certificate } from '../domain/certificate.ts';
import { atLeast, type RackVersion } from '../domain/version.ts';
import { versionOf } from './app-state.ts';
import { type ActionContext, defineAction } from './define-action.ts';
import {
  added,
  CERTIFICATE_COLUMNS,
  certificateRow,
  covers,
  dayText,
  listCertificates,
} from './listed-certificates.ts';
import type { Observation } from './observation.ts';
import { shellWord } from './shell-word.ts';

const GENERATE = 'POST /certificates/generate';
const DAY_MS = 86_400_000;
/** First rack that takes an issuer and a duration (convox-api.md 10). */
const ISSUER_SINCE = '3.18.10';

interface Facts {
  readonly before: readonly Certificate[];
  readonly domains: readonly string[];
  readonly issuer: string;
  readonly days: number | undefined;
  readonly version: RackVersion;
}

function domainsIn(text: string): readonly string[] {
  return [...new Set(text.split(/[\s,]+/).filter((domain) => domain !== ''))];
}

const DOMAIN = /^(?:\*\.)?(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/i;

async function gather(context: ActionContext): Promise<Facts> {
  const { domains = '', issuer = '', days = '' } = context.input;
  return {
    before: await listCertificates(context),
    domains: domainsIn(domains),
    issuer: issuer.trim(),
    days: days === '' ? undefined : Number(days),
    version: versionOf(context),
  };
}

async function observe(
  { before }: Facts,
  result: Certificate | undefined,
  context: ActionContext,
): Promise<Observation> {
  const now = await listCertificates(context);
  const found = result ? now.find(({ id }) => id === result.id) : added(before, now)[0];
  if (!found) return { state: result ? 'pending' : 'absent', words: 'There is no new certificate yet.' };
  // An empty status means ready (convox-api.md 4.1).
  return found.status === ''
    ? { state: 'done', words: `${found.id} is ready, until ${dayText(found.expiresAt)}.` }
    : {
        state: 'pending',
        words: `${found.id} is there, not issued yet (${found.status}): its domains must lead to this rack.`,
      };
}

export const generateCertificate = defineAction<Facts, Certificate>({
  id: 'certificate.generate',
  title: 'Generate a certificate',
  about: 'has the rack obtain a TLS certificate for domains that lead to it',
  on: ['certificates'],
  tier: 2,
  subject: 'none',
  bulk: false,
  permissions: ['convox:certificate:create'],
  routes: [GENERATE],
  fields: [
    {
      id: 'domains',
      label: 'Domains',
      kind: 'text',
      required: true,
      help: 'One or more, with spaces or commas between them.',
      check: (value) => {
        const wrong = domainsIn(value).find((domain) => !DOMAIN.test(domain));
        return wrong === undefined ? undefined : `${wrong} is no domain name`;
      },
    },
    { id: 'issuer', label: 'Issuer', kind: 'text', required: false, help: "Empty: the rack's own, Let's Encrypt." },
    {
      id: 'days',
      label: 'Days',
      kind: 'number',
      required: false,
      help: 'How long it is valid. Empty: what the issuer gives.',
      check: (value) => (Number(value) >= 1 && Number(value) <= 3_650 ? undefined : 'Days must be between 1 and 3650'),
    },
  ],
  gather,
  preview: ({ before, domains, issuer, days, version }, { rack }) => {
    const already = before.filter((certificate) => domains.some((domain) => covers(certificate, domain)));
    return {
      headline: `Generate a certificate for ${domains.join(', ')} on ${rack.name}`,
      effects: [
        'It is issued once every domain leads to this rack; that can take minutes.',
        ...(days === undefined ? [] : [`It is valid for ${days} days.`]),
        ...(issuer === '' ? [] : [`It is issued by ${issuer}.`]),
      ],
      warnings: already.length === 0 ? [] : ['There are certificates for some of these domains already.'],
      ...(already.length === 0
        ? {}
        : {
            tables: [{ title: 'Already there', columns: CERTIFICATE_COLUMNS, rows: already.map(certificateRow) }],
          }),
      ...((issuer !== '' || days !== undefined) && !atLeast(version, ISSUER_SINCE)
        ? { blocked: `Issuer and days need rack >= ${ISSUER_SINCE}; this one is ${version.text}. Leave them empty.` }
        : {}),
    };
  },
  changes: () => [{ route: GENERATE, times: 1 }],
  run: ({ domains, issuer, days }, { writes, signal }) =>
    writes.generateCertificate(
      {
        domains,
        ...(issuer === '' ? {} : { issuer }),
        ...(days === undefined ? {} : { durationMs: days * DAY_MS }),
      },
      { signal },
    ),
  observe,
  wait: { firstMs: 1_000, everyMs: 5_000, deadlineMs: 600_000, steady: 1 },
  undo: (_facts, result, { rack }) =>
    result && { actionId: 'certificate.delete', rack: rack.name, subjects: [{ id: result.id }], input: {} },
  echo: ({ domains, issuer, days }) =>
    [
      'convox certs generate',
      ...domains.map(shellWord),
      ...(issuer === '' ? [] : ['--issuer', shellWord(issuer)]),
      ...(days === undefined ? [] : ['--duration', `${days * 24}h`]),
    ].join(' '),
});
