import * as z from 'zod/mini';
import { asFailure, Failure } from '../domain/failure.ts';
import { whenFirstUsed } from '../domain/when-first-used.ts';
import { directTarget } from './direct-target.ts';
import { isExposed, isLoopback, parseHttpUrl } from './gateway-url.ts';
import type { OidcSessions } from './oidc-sessions.ts';
import { oidcTarget } from './oidc-target.ts';
import type { ProtocolClients } from './protocol-clients.ts';
import { parseRackAddress } from './rack-address.ts';
import type { OidcSettings } from './target.ts';
import type { SourceListing, TargetCandidate } from './target-candidate.ts';

const targetSchema = whenFirstUsed(() => {
  const name = z.string().check(z.regex(/^[^\s\p{C}-][^\s\p{C}]{0,99}$/u, 'a name without spaces'));
  const text = z.string().check(z.minLength(1));
  const oidc = z.object({
    kind: z.literal('oidc'),
    name,
    url: text,
    issuer: text,
    clientId: text,
    scopes: z.optional(z.array(text)),
    audience: z.optional(text),
    tokenUse: z._default(z.enum(['bearer', 'basic']), 'bearer'),
    tokenKind: z._default(z.enum(['access', 'id']), 'access'),
    redirectPort: z.optional(z.int().check(z.minimum(1), z.maximum(65_535))),
  });
  const direct = z.object({ kind: z.literal('direct'), name, url: text });
  return z.discriminatedUnion('kind', [oidc, direct]);
});
type OidcEntry = Extract<z.infer<ReturnType<typeof targetSchema>>, { readonly kind: 'oidc' }>;

export interface OwnSourceDependencies {
  /** `targets` of our own config file, as they stand there. */
  readonly entries: readonly unknown[];
  /** Names the file in messages. */
  readonly source: string;
  readonly clients: ProtocolClients;
  readonly oidc: OidcSessions;
}

/** Racks of our own config file. An entry that cannot be used is one problem; the others stand. */
export async function ownTargets({ entries, source, clients, oidc }: OwnSourceDependencies): Promise<SourceListing> {
  const problems: Failure[] = [];
  const notices: string[] = [];
  const found = entries.map(async (entry, index): Promise<TargetCandidate | undefined> => {
    const parsed = z.safeParse(targetSchema(), entry);
    if (!parsed.success) {
      problems.push(unusable(index, source, parsed.error.issues[0]));
      return undefined;
    }
    const target = parsed.data;
    if (target.kind === 'direct') {
      const address = addressOf(() => parseRackAddress(target.url, source));
      if (!(address instanceof Failure) && isExposed(address.baseUrl)) notices.push(exposed(target.name));
      return {
        name: target.name,
        prefix: 'direct',
        build: (unique, options) => directTarget({ name: unique, address, source, options, clients }),
      };
    }
    const settings = addressOf(() => oidcSettings(target, source));
    if (settings instanceof Failure) {
      problems.push(settings);
      return undefined;
    }
    if (isExposed(settings.url)) notices.push(exposed(target.name));
    const problem = await oidc.for(settings).problem();
    return {
      name: target.name,
      prefix: 'oidc',
      build: (unique, options) =>
        oidcTarget({ name: unique, settings, session: oidc.for(settings), source, problem, options, clients }),
    };
  });
  const candidates = (await Promise.all(found)).filter((candidate) => candidate !== undefined);
  return { candidates, problems, notices, choices: [] };
}

function oidcSettings(entry: OidcEntry, source: string): OidcSettings {
  const url = webAddress(entry.name, 'url', entry.url, source);
  const issuer = webAddress(entry.name, 'issuer', entry.issuer, source);
  if (issuer.protocol !== 'https:' && !isLoopback(issuer.hostname)) {
    throw badAddress(entry.name, 'issuer', 'it must be https', source);
  }
  return {
    name: entry.name,
    url: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    // As written: the issuer's own name must match it to the letter.
    issuer: entry.issuer.trim(),
    clientId: entry.clientId,
    scopes: entry.scopes ?? ['openid', 'email'],
    audience: entry.audience,
    tokenUse: entry.tokenUse,
    tokenKind: entry.tokenKind,
    redirectPort: entry.redirectPort,
  };
}

function webAddress(rack: string, field: string, typed: string, source: string): URL {
  const url = parseHttpUrl(typed.trim());
  if (url === undefined) throw badAddress(rack, field, 'it is not a web address', source);
  if (url.username !== '' || url.password !== '') {
    throw badAddress(rack, field, 'it must not hold a user name or password', source);
  }
  return url;
}

function addressOf<T>(work: () => T): T | Failure {
  try {
    return work();
  } catch (error) {
    return asFailure(error);
  }
}

function badAddress(rack: string, field: string, why: string, source: string): Failure {
  return new Failure({
    kind: 'malformed',
    what: `The ${field} of the rack '${rack}' in ${source} cannot be used`,
    why,
    next: 'Correct the file.',
    where: source,
  });
}

function unusable(index: number, source: string, issue: z.core.$ZodIssue | undefined): Failure {
  const field = issue?.path.join('.') ?? '';
  return new Failure({
    kind: 'malformed',
    what: `Entry ${index + 1} of \`targets\` in ${source} cannot be used`,
    why:
      field === ''
        ? 'it is not an object of a known kind (oidc, direct)'
        : `\`${field}\` is missing or not of the right kind`,
    next: 'Correct the file; the other entries are in use.',
    where: source,
  });
}

function exposed(rack: string): string {
  return `'${rack}' is reached over plain http: its credential can be read on the way.`;
}
