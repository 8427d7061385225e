import { Failure } from '../domain/failure.ts';

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
    const { kind, status, mfaLevel, retryAt } = failure;
    return new Failure({ kind, status, mfaLevel, retryAt, ...texts, ...clean });
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
