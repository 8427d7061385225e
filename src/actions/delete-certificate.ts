import type { Certificate } from '../domain/certificate.ts';
import { Failure } from '../domain/failure.ts';
import { type ActionContext, defineAction } from './define-action.ts';
import { CERTIFICATE_COLUMNS, certificateRow, covers, listCertificates } from './listed-certificates.ts';
import { shellWord } from './shell-word.ts';

const DELETE = 'DELETE /certificates/{id}';

interface Facts {
  readonly certificate: Certificate;
  readonly users: readonly User[];
  /** Apps whose services could not be read. */
  readonly unknown: readonly string[];
}

interface User {
  readonly app: string;
  readonly service: string;
  readonly why: string;
}

async function gather(context: ActionContext): Promise<Facts> {
  const id = context.subjects[0]?.id ?? '';
  const certificates = await listCertificates(context);
  const certificate = certificates.find((each) => each.id === id);
  if (!certificate) {
    throw new Failure({ kind: 'not-found', what: `There is no certificate ${id}`, why: 'it may be gone already' });
  }
  const others = certificates.filter((each) => each !== certificate);
  return { certificate, ...(await usersOf(certificate, others, context)) };
}

/** Services that name it, and those at one of its domains; a domain that another certificate covers as well says so. */
async function usersOf(
  certificate: Certificate,
  others: readonly Certificate[],
  { reads, signal }: ActionContext,
): Promise<Pick<Facts, 'users' | 'unknown'>> {
  const apps = await reads.apps({ signal });
  const unknown: string[] = [];
  const found = await Promise.all(
    apps.map(async ({ name: app }): Promise<readonly User[]> => {
      const services = await reads.services(app, { signal }).catch(() => undefined);
      if (!services) unknown.push(app);
      return (services ?? []).flatMap(({ name: service, domain, ports }): readonly User[] => {
        if (ports.some((port) => port.certificate === certificate.id)) return [{ app, service, why: 'names it' }];
        if (!covers(certificate, domain)) return [];
        const spare = others.some((other) => covers(other, domain));
        return [{ app, service, why: spare ? `${domain}, which another one covers, too` : `${domain}, the only one` }];
      });
    }),
  );
  return { users: found.flat().sort((a, b) => (key(a) < key(b) ? -1 : 1)), unknown: unknown.sort() };
}

function key({ app, service }: User): string {
  return `${app}/${service}`;
}

export const deleteCertificate = defineAction<Facts, true>({
  id: 'certificate.delete',
  title: 'Delete the certificate',
  about: 'takes a TLS certificate and its key from the rack',
  on: ['certificates'],
  tier: 3,
  subject: 'certificate',
  bulk: false,
  permissions: ['convox:certificate:delete'],
  routes: [DELETE],
  gather,
  preview: ({ certificate, users, unknown }, { rack }) => ({
    headline: `Delete the certificate ${certificate.id} of ${rack.name}`,
    effects: ['Its private key goes with it: it can be imported again only from your own copy.'],
    warnings: [
      ...users.map(({ app, service, why }) => `${service} of ${app} uses it (${why}).`),
      ...(unknown.length === 0 ? [] : [`Whether it is used by ${unknown.join(', ')} could not be found out.`]),
    ],
    tables: [{ title: 'Certificate', columns: CERTIFICATE_COLUMNS, rows: [certificateRow(certificate)] }],
  }),
  changes: () => [{ route: DELETE, times: 1 }],
  run: async ({ certificate }, { writes, signal }) => {
    await writes.deleteCertificate(certificate.id, { signal });
    return true;
  },
  observe: async ({ certificate }, _sent, context) => {
    const now = await listCertificates(context);
    return now.some(({ id }) => id === certificate.id)
      ? { state: 'absent', words: `${certificate.id} is still there.` }
      : { state: 'done', words: `${certificate.id} is gone.` };
  },
  wait: { firstMs: 0, everyMs: 2_000, deadlineMs: 60_000, steady: 1 },
  echo: ({ certificate }) => `convox certs delete ${shellWord(certificate.id)}`,
});
