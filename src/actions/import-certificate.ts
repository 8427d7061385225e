import type { Certificate } from '../domain/certificate.ts';
import { Failure } from '../domain/failure.ts';
import type { CertificateFiles } from '../protocol/resource-writes.ts';
import { defineAction, type RunContext } from './define-action.ts';
import { added, dayText, domainsOf, listCertificates } from './listed-certificates.ts';
import { shellWord } from './shell-word.ts';

const IMPORT = 'POST /certificates';

interface Facts {
  readonly before: readonly Certificate[];
  /** Paths on this machine. */
  readonly pub: string;
  readonly key: string;
  readonly chain: string;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----/;
const PRIVATE = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

async function filesOf({ pub, key, chain }: Facts, { interaction }: RunContext): Promise<CertificateFiles> {
  const files = {
    pub: await interaction.readFile(pub),
    key: await interaction.readFile(key),
    ...(chain === '' ? {} : { chain: await interaction.readFile(chain) }),
  };
  // The public half is shown to everybody who connects: a key in it would be, too.
  if (!CERTIFICATE.test(files.pub) || PRIVATE.test(files.pub)) throw wrongFile(pub, 'a certificate and nothing secret');
  if (!PRIVATE.test(files.key)) throw wrongFile(key, 'a private key');
  if (files.chain !== undefined && (!CERTIFICATE.test(files.chain) || PRIVATE.test(files.chain))) {
    throw wrongFile(chain, 'the certificates of the chain and nothing secret');
  }
  return files;
}

function wrongFile(path: string, wanted: string): Failure {
  return new Failure({
    kind: 'usage',
    what: `${path} is not the right file`,
    why: `it must hold ${wanted}, as PEM text`,
    next: 'Check which file is which.',
    nothingSent: true,
  });
}

export const importCertificate = defineAction<Facts, Certificate>({
  id: 'certificate.import',
  title: 'Import a certificate',
  about: 'gives the rack a TLS certificate of your own',
  on: ['certificates'],
  tier: 2,
  subject: 'none',
  bulk: false,
  permissions: ['convox:certificate:create'],
  routes: [IMPORT],
  fields: [
    { id: 'pub', label: 'Certificate', kind: 'text', required: true, help: 'File with the certificate, PEM.' },
    { id: 'key', label: 'Private key', kind: 'text', required: true, help: 'File with its private key, PEM.' },
    { id: 'chain', label: 'Chain', kind: 'text', required: false, help: 'File with the intermediate certificates.' },
  ],
  gather: async (context) => {
    const { pub = '', key = '', chain = '' } = context.input;
    return { before: await listCertificates(context), pub: pub.trim(), key: key.trim(), chain: chain.trim() };
  },
  preview: ({ pub, key, chain }, { rack }) => ({
    headline: `Import the certificate in ${pub} into ${rack.name}`,
    effects: [
      `${key} is read and sent to the rack${chain === '' ? '' : `, with the chain in ${chain}`}.`,
      'Nothing uses it until an app is told to.',
    ],
    warnings: chain === '' ? ['Without the chain some clients will not trust it.'] : [],
  }),
  changes: () => [{ route: IMPORT, times: 1 }],
  run: async (facts, context) =>
    context.writes.importCertificate(await filesOf(facts, context), { signal: context.signal }),
  observe: async ({ before }, result, context) => {
    const now = await listCertificates(context);
    const found = result ? now.find(({ id }) => id === result.id) : added(before, now)[0];
    if (!found) return { state: result ? 'pending' : 'absent', words: 'There is no new certificate yet.' };
    return {
      state: 'done',
      words: `${found.id} is there, for ${domainsOf(found).join(', ') || 'no named domain'}, until ${dayText(found.expiresAt)}.`,
    };
  },
  wait: { firstMs: 0, everyMs: 2_000, deadlineMs: 60_000, steady: 1 },
  undo: (_facts, result, { rack }) =>
    result && { actionId: 'certificate.delete', rack: rack.name, subjects: [{ id: result.id }], input: {} },
  echo: ({ pub, key, chain }) =>
    `convox certs import ${shellWord(pub)} ${shellWord(key)}${chain === '' ? '' : ` --chain ${shellWord(chain)}`}`,
});
