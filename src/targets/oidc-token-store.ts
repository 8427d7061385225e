import { createHash } from 'node:crypto';
import { rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { Failure } from '../domain/failure.ts';
import { whenFirstUsed } from '../domain/when-first-used.ts';
import { readTextFile, systemErrorCode, writeFileAtomic } from '../platform/atomic-file.ts';
import type { Environment } from '../platform/environment.ts';
import { withFileLock } from '../platform/file-lock.ts';
import { ensurePrivateFolder, stateFolder } from '../platform/state-folder.ts';
import { originOf } from './gateway-target.ts';
import type { OidcSettings } from './target.ts';

/** What a login at an issuer left. All tokens are secret. */
export interface OidcTokens {
  readonly accessToken: string;
  readonly idToken: string | undefined;
  readonly refreshToken: string | undefined;
  /** Of the access token, epoch ms; undefined where the issuer does not tell. */
  readonly accessExpiresAt: number | undefined;
  readonly idExpiresAt: number | undefined;
  /** E-mail or name, for display. */
  readonly user: string;
}

const fileSchema = whenFirstUsed(() =>
  z.object({
    version: z.literal(1),
    issuer: z.string(),
    clientId: z.string(),
    origin: z.string(),
    accessToken: z.string(),
    idToken: z.optional(z.string()),
    refreshToken: z.optional(z.string()),
    accessExpiresAt: z.optional(z.number()),
    idExpiresAt: z.optional(z.number()),
    user: z.string(),
  }),
);

/** A refresh talks to the issuer while it holds the lock: longer than any time limit of that. */
const LOCK_MS = 90_000;

/**
 * Tokens of one target: a file (0600) in the state folder. Its name is made of issuer, client, audience and rack origin, so
 * that a changed address never gets the token of the old one.
 */
export class OidcTokenStore {
  readonly path: string;
  readonly #settings: OidcSettings;
  readonly #environment: Environment;
  #cached: { readonly stamp: string; readonly tokens: OidcTokens | undefined } | undefined;

  constructor(settings: OidcSettings, environment: Environment) {
    this.#settings = settings;
    this.#environment = environment;
    this.path = join(stateFolder(environment), 'oidc', `${keyOf(settings)}.json`);
  }

  /** Undefined where nobody is logged in. Throws a `malformed` Failure that names the file. */
  async read(): Promise<OidcTokens | undefined> {
    const stamp = await stampOf(this.path);
    if (this.#cached?.stamp === stamp) return this.#cached.tokens;
    const text = await readTextFile(this.path);
    const tokens = text === undefined ? undefined : this.#parse(text);
    this.#cached = { stamp, tokens };
    return tokens;
  }

  /** A file that cannot be read is put aside, not overwritten. */
  async save(tokens: OidcTokens): Promise<void> {
    await ensurePrivateFolder(join(this.path, '..'));
    const readable = await this.read().then(
      () => true,
      () => false,
    );
    if (!readable) await rename(this.path, `${this.path}.unreadable`);
    const { issuer, clientId, url } = this.#settings;
    const document = { version: 1, issuer, clientId, origin: originOf(url), ...tokens };
    await writeFileAtomic(this.path, `${JSON.stringify(document, undefined, 2)}\n`);
    this.#cached = undefined;
  }

  async remove(): Promise<void> {
    this.#cached = undefined;
    await unlink(this.path).catch((error: unknown) => {
      if (systemErrorCode(error) !== 'ENOENT') throw error;
    });
  }

  /** One program at a time: a refresh token that rotates works once. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    await ensurePrivateFolder(join(this.path, '..'));
    const { hostname, now, random } = this.#environment;
    return withFileLock(`${this.path}.lock`, work, { hostname, now, random, waitMs: LOCK_MS, staleMs: LOCK_MS });
  }

  #parse(text: string): OidcTokens {
    const parsed = z.safeParse(fileSchema(), jsonOf(text));
    const { issuer, clientId, url, name } = this.#settings;
    const ours = parsed.success && parsed.data.issuer === issuer && parsed.data.clientId === clientId;
    if (!ours || parsed.data.origin !== originOf(url)) {
      throw new Failure({
        kind: 'malformed',
        what: `Could not understand the stored login ${this.path}`,
        why: 'it is not what this program writes',
        next: `Run \`rackdeck login ${name}\`; the file is put aside then.`,
        where: this.path,
      });
    }
    const { accessToken, idToken, refreshToken, accessExpiresAt, idExpiresAt, user } = parsed.data;
    return { accessToken, idToken, refreshToken, accessExpiresAt, idExpiresAt, user };
  }
}

/** Equal for settings that share a login. */
export function keyOf({ issuer, clientId, audience, url, name }: OidcSettings): string {
  const identity = JSON.stringify([issuer, clientId, audience ?? null, originOf(url), name]);
  return createHash('sha256').update(identity).digest('hex').slice(0, 32);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function stampOf(path: string): Promise<string> {
  try {
    const { ino, mtimeMs, size } = await stat(path);
    return `${ino} ${mtimeMs} ${size}`;
  } catch {
    return 'missing';
  }
}
