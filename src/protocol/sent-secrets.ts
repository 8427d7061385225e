import { type Failure, withDetails } from '../domain/failure.ts';

const HIDDEN = '***';
/** Less than this is a word that may stand anywhere. */
const LEAST = 4;
/** Tokens are renewed now and then; the last few are enough. */
const KEPT = 16;
/** Members of request bodies that let somebody in (gateway.md 11.7). */
const SECRET_MEMBERS = /^(?:code|code_verifier|state|token|password|session_data)$/i;

/**
 * What we sent to a peer to be let in. Servers and proxies like to quote it in their errors ("token ... is not valid"), and
 * errors are shown, copied and sent on.
 */
export class SentSecrets {
  readonly #known = new Set<string>();

  rememberHeaders(headers: Readonly<Record<string, string>>): void {
    const { authorization, session } = headers;
    if (session !== undefined) this.#remember(session);
    const code = headers['x-mfa-totp'];
    if (code !== undefined) this.#remember(code);
    const [scheme = '', value = ''] = authorization?.split(' ', 2) ?? [];
    this.#remember(value);
    if (scheme.toLowerCase() !== 'basic') return;
    const decoded = Buffer.from(value, 'base64').toString('utf8');
    const colon = decoded.indexOf(':');
    this.#remember(decoded.slice(colon + 1));
    // Some people put a gateway's token in the place of the user name.
    if (colon > 12) this.#remember(decoded.slice(0, colon));
  }

  rememberBody(json: unknown): void {
    if (typeof json !== 'object' || json === null) return;
    for (const [name, value] of Object.entries(json)) {
      if (typeof value === 'string' && SECRET_MEMBERS.test(name)) this.#remember(value);
    }
  }

  scrub(text: string): string {
    let clean = text;
    for (const secret of this.#known) clean = clean.replaceAll(secret, HIDDEN);
    return clean;
  }

  /** The same failure, or one without the secret where it had quoted one. */
  scrubbed(failure: Failure): Failure {
    const { what, why, next, where, requestId } = failure;
    const texts = { what, why, next, where, requestId };
    const clean = Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [name, text === undefined ? undefined : this.scrub(text)]),
    );
    if (Object.entries(texts).every(([name, text]) => clean[name] === text)) return failure;
    return withDetails(failure, { ...clean, cause: undefined });
  }

  #remember(secret: string): void {
    if (secret.length < LEAST) return;
    for (const form of new Set([secret, encodeURIComponent(secret.toWellFormed())])) {
      this.#known.delete(form);
      this.#known.add(form);
    }
    for (const oldest of this.#known) {
      if (this.#known.size <= KEPT) break;
      this.#known.delete(oldest);
    }
  }
}

/**
 * The same for what one request carried (an environment, a key, a password), which must not push the credentials out of the
 * memory above: every text whole, by line, and the value of each `KEY=value` line, in the spellings that servers quote in.
 */
export function scrubTexts(text: string, secrets: readonly string[]): string {
  if (secrets.length === 0) return text;
  const pieces = new Set(secrets.flatMap(piecesOf).filter((piece) => piece.length >= LEAST));
  // The longest first: a short one inside would leave the rest of a longer one standing.
  const spellings = [...new Set([...pieces].flatMap(spellingsOf))].sort((a, b) => b.length - a.length);
  return spellings.reduce((clean, secret) => clean.replaceAll(secret, HIDDEN), text);
}

function piecesOf(secret: string): readonly string[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  return [secret, secret.trim(), ...lines, ...lines.map((line) => line.slice(line.indexOf('=') + 1).trim())];
}

function spellingsOf(piece: string): readonly string[] {
  const wellFormed = piece.toWellFormed();
  const form = new URLSearchParams([['', wellFormed]]).toString().slice(1);
  return [piece, encodeURIComponent(wellFormed), form, JSON.stringify(piece).slice(1, -1)];
}
