import * as z from 'zod/mini';
import { Failure } from '../domain/failure.ts';
import { safeText } from '../domain/safe-text.ts';
import { whenFirstUsed } from '../domain/when-first-used.ts';
import { formatDocument, isJsonObject, type JsonObject, member, parseDocument, setMember } from './json-document.ts';

/**
 * The gateway CLI's `config.json` (gateway.md 2.8), read in its present layout and the older one with a separate `tokens`
 * map (gateway.md 10). The file is that program's: what we do not understand stays as it is.
 */
export interface GatewayConfig {
  readonly current: string | undefined;
  readonly machineId: string | undefined;
  readonly gateways: ReadonlyMap<string, GatewayEntry>;
  /** Names whose entry is no object: they are left alone. */
  readonly broken: readonly string[];
}

export interface GatewayEntry {
  /** As typed: the scheme may be missing. */
  readonly url: string;
  /** Secret. */
  readonly token: string | undefined;
  readonly email: string | undefined;
  /** Pessimistic (gateway.md 3.3): a passed expiry does not mean that the server refuses. */
  readonly expiresAt: number | undefined;
}

/** What a login stores (gateway.md 2.3, 2.8). */
export interface StoredSession {
  readonly token: string;
  readonly email: string;
  readonly expiresAt: number | undefined;
  readonly sessionId: number | undefined;
  readonly channel: string;
  readonly deviceId: string;
  readonly deviceName: string;
  readonly mfaVerified: boolean;
}

/** Go's zero time: what that program writes for "unset". */
const ZERO_TIME = '0001-01-01T00:00:00Z';

// A wrong type in a field that we only show must not make a whole rack unusable.
const schemas = whenFirstUsed(() => {
  const lenientText = z.catch(z.optional(z.string()), undefined);
  const session = { token: lenientText, email: lenientText, expires_at: lenientText };
  const members = z.optional(z.nullable(z.record(z.string(), z.unknown())));
  return {
    file: z.object({ current: lenientText, machine_id: lenientText, gateways: members, tokens: members }),
    entry: z.object({ url: z.catch(z.string(), ''), ...session }),
    token: z.object(session),
  };
});

/** Throws a `malformed` Failure that names the file. */
export function parseGatewayConfig(text: string, path: string): GatewayConfig {
  return readGatewayConfig(parseGatewayDocument(text, path), path);
}

/** The whole file, for rewriting. An empty file counts as a new one: that is what an interrupted write of the CLI leaves. */
export function parseGatewayDocument(text: string, path: string): JsonObject {
  if (text.trim() === '') return {};
  try {
    return parseDocument(text);
  } catch (error) {
    throw malformed(
      path,
      error instanceof Error && error.message === 'it is not a JSON object' ? error.message : 'it is not valid JSON',
      error,
    );
  }
}

export function readGatewayConfig(document: JsonObject, path: string): GatewayConfig {
  const parsed = z.safeParse(schemas().file, document);
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') ?? 'a field';
    throw malformed(path, `\`${field}\` is not an object`, undefined);
  }
  const { current, machine_id, gateways, tokens } = parsed.data;
  const entries = new Map<string, GatewayEntry>();
  const broken: string[] = [];
  for (const [name, value] of Object.entries(gateways ?? {})) {
    const entry = z.safeParse(schemas().entry, value);
    if (entry.success) entries.set(name, gatewayEntry(entry.data, olderToken(tokens ?? {}, name)));
    else broken.push(name);
  }
  return { current: filled(current), machineId: filled(machine_id), gateways: entries, broken };
}

type RawEntry = z.infer<ReturnType<typeof schemas>['entry']>;
type RawToken = z.infer<ReturnType<typeof schemas>['token']>;

function olderToken(tokens: Record<string, unknown>, name: string): RawToken | undefined {
  const token = z.safeParse(schemas().token, member(tokens, name));
  return token.success ? token.data : undefined;
}

/** The merged layout wins: where it has a token, the older map is a left-over. */
function gatewayEntry(entry: RawEntry, older: RawToken | undefined): GatewayEntry {
  const session = filled(entry.token) === undefined && older !== undefined ? older : entry;
  return {
    url: entry.url.trim(),
    token: filled(session.token),
    email: filled(session.email),
    expiresAt: goTime(session.expires_at),
  };
}

/**
 * Moves the older `tokens` map into `gateways`, which is how the CLI of today writes the file. A value that the newer
 * layout has already stays in `tokens`, as does a token without gateway: nothing is thrown away.
 */
export function mergeOlderTokens(document: JsonObject): void {
  const tokens = member(document, 'tokens');
  const gateways = member(document, 'gateways');
  if (!isJsonObject(tokens) || !isJsonObject(gateways)) return;
  for (const name of Object.keys(tokens)) {
    const older = member(tokens, name);
    const entry = member(gateways, name);
    if (!isJsonObject(older) || !isJsonObject(entry)) continue;
    // A session is one piece: its e-mail and expiry must not be mixed with those of another one.
    if (filledText(member(entry, 'token')) !== undefined) continue;
    for (const key of Object.keys(older)) {
      const mine = member(entry, key);
      if (mine !== undefined && !isSessionKey(key)) continue;
      setMember(entry, key, member(older, key));
      delete older[key];
    }
    if (Object.keys(older).length === 0) delete tokens[name];
  }
  if (Object.keys(tokens).length === 0) delete document.tokens;
}

/**
 * Writes a session into the document; the entry keeps its other keys (preferences, what we do not know). Throws a
 * `malformed` Failure where something else than an object stands in its place.
 */
export function putSession(
  document: JsonObject,
  path: string,
  { name, url, session }: { readonly name: string; readonly url: string; readonly session: StoredSession },
): void {
  mergeOlderTokens(document);
  const entry = entryOf(document, path, name);
  setMember(entry, 'url', url);
  setMember(entry, 'token', session.token);
  setMember(entry, 'email', session.email);
  setMember(
    entry,
    'expires_at',
    session.expiresAt === undefined ? ZERO_TIME : new Date(session.expiresAt).toISOString(),
  );
  if (session.sessionId === undefined) delete entry.session_id;
  else setMember(entry, 'session_id', session.sessionId);
  setMember(entry, 'channel', session.channel);
  setMember(entry, 'device_id', session.deviceId);
  setMember(entry, 'device_name', session.deviceName);
  setMember(entry, 'mfa_verified', session.mfaVerified);
  // The CLI's own login selects the rack, too; two programs on one file should agree.
  setMember(document, 'current', name);
}

/** Forgets the session of an entry (gateway.md 2.10) if it is still `token`; the rack itself stays in the list. */
export function dropSession(document: JsonObject, name: string, token: string | undefined): void {
  mergeOlderTokens(document);
  const gateways = member(document, 'gateways');
  const entry = isJsonObject(gateways) ? member(gateways, name) : undefined;
  if (!isJsonObject(entry)) return;
  const stored = filledText(member(entry, 'token'));
  if (token !== undefined && stored !== undefined && stored !== token) return;
  for (const key of ['token', 'email', 'session_id', 'mfa_verified']) delete entry[key];
  setMember(entry, 'expires_at', ZERO_TIME);
}

function entryOf(document: JsonObject, path: string, name: string): JsonObject {
  const gateways = objectIn(document, 'gateways');
  const entry = gateways === undefined ? undefined : objectIn(gateways, name);
  if (entry === undefined) throw malformed(path, `the entry '${safeText(name)}' is not an object`, undefined);
  return entry;
}

/** The object under `key`, made where there is none (or null); undefined where something else is in its place. */
function objectIn(parent: JsonObject, key: string): JsonObject | undefined {
  const known = member(parent, key);
  if (isJsonObject(known)) return known;
  if (known !== undefined && known !== null) return undefined;
  const made: JsonObject = {};
  setMember(parent, key, made);
  return made;
}

const SESSION_KEYS: ReadonlySet<string> = new Set(['token', 'email', 'expires_at']);

function isSessionKey(key: string): boolean {
  return SESSION_KEYS.has(key);
}

export function formatGatewayConfig(document: JsonObject): string {
  return formatDocument(document);
}

function goTime(text: string | undefined): number | undefined {
  if (text === undefined || text.startsWith('0001-01-01T00:00:00')) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

function filled(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === undefined || trimmed === '' ? undefined : trimmed;
}

function filledText(value: unknown): string | undefined {
  return typeof value === 'string' ? filled(value) : undefined;
}

function malformed(path: string, why: string, cause: unknown): Failure {
  return new Failure({
    kind: 'malformed',
    what: `Could not understand ${path}`,
    why,
    next: 'Correct the file, or move it away and log in again; it was left as it is.',
    where: path,
    // A SyntaxError of the engine quotes the text around the place, which may be a token.
    cause: cause instanceof SyntaxError ? undefined : cause,
  });
}
