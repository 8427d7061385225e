import { chmod, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from './environment.ts';
import { ensurePrivateFolder, stateFolder } from './state-folder.ts';

/** A line for whoever looks for a fault: what happened, with plain values. Never a token, body, header or query. */
export interface DebugLog {
  readonly path: string | undefined;
  write(event: string, values?: Readonly<Record<string, DebugValue>>): void;
  close(): Promise<void>;
}

export type DebugValue = string | number | boolean | undefined;

export const SILENT_LOG: DebugLog = { path: undefined, write: () => {}, close: async () => {} };

/** A log beyond this is put aside (one generation) at the next start. */
const MAX_BYTES = 10 * 1_048_576;

/** Names of values that are never written, should one slip in. */
const SECRET_NAME = /token|secret|passw|auth|cookie|session|credential|verifier|userCode|^code$|^state$/i;
/** What a secret looks like inside a text: URL credentials, header values, API tokens, JWTs, and queries of URLs. */
const SECRET_TEXT: readonly (readonly [RegExp, string])[] = [
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^/\s@]*@/gi, '$1***@'],
  [/\b(Bearer|Basic)\s+\S+/gi, '$1 ***'],
  [/\brgw_[\w=-]+/g, 'rgw_***'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '***'],
  [/(\bhttps?:\/\/[^\s?#]*)[?#]\S*/gi, '$1?***'],
];

export function wantsDebugLog(environment: Environment, flag: boolean): boolean {
  const value = environment.env.RACKDECK_DEBUG;
  return flag || (value !== undefined && value !== '' && value !== '0' && value !== 'false');
}

/** Opens `debug.log` (0600) in the state folder; pino is loaded only here. Throws a Failure where the folder cannot be made. */
export async function openDebugLog(environment: Environment): Promise<DebugLog> {
  const folder = stateFolder(environment);
  await ensurePrivateFolder(folder);
  const path = join(folder, 'debug.log');
  await rotate(path);
  const { default: pino } = await import('pino');
  // Synchronous: the last lines before a crash are the ones that matter, and there are few.
  const destination = pino.destination({ dest: path, sync: true, append: true, mode: 0o600 });
  await chmod(path, 0o600).catch(() => undefined);
  const logger = pino(
    { base: null, timestamp: () => `,"time":"${new Date(environment.now()).toISOString()}"` },
    destination,
  );
  return {
    path,
    write: (event, values = {}) => logger.info(withoutSecrets(values), scrub(event)),
    close: async () => {
      destination.flushSync();
      destination.end();
    },
  };
}

async function rotate(path: string): Promise<void> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > MAX_BYTES) await rename(path, `${path}.1`).catch(() => undefined);
}

function withoutSecrets(values: Readonly<Record<string, DebugValue>>): Record<string, DebugValue> {
  const kept = Object.entries(values).map(([name, value]): [string, DebugValue] => {
    if (SECRET_NAME.test(name)) return [name, '***'];
    return [name, typeof value === 'string' ? scrub(value) : value];
  });
  return Object.fromEntries(kept);
}

function scrub(text: string): string {
  return SECRET_TEXT.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), text);
}
