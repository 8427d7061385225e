import { fraction, mix } from './random.ts';

/** What a running process writes about: pure functions of a random number, the time and the process. */
export interface Phrase {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, string | number>>;
}

const WEB_PATHS = [
  '/',
  '/cart',
  '/products/8812',
  '/api/v1/orders',
  '/api/v1/sessions',
  '/search?q=lamp',
  '/healthz',
  '/account',
];
const WEB_METHODS = ['GET', 'GET', 'GET', 'POST', 'PATCH'];
const JOBS = ['SendReceipt', 'SyncInventory', 'ResizeImage', 'RebuildIndex', 'ChargeInvoice', 'PruneSessions'];
const NOTES = [
  'Kundenkonto für Jürgen Groß aktualisiert',
  'cache warmed in 214ms ✓',
  'paiement accepté, café n° 7',
  '注文を受け付けました',
  'geo lookup São Paulo → sa-east-1',
];
const WARNINGS = [
  'slow query: SELECT * FROM orders WHERE state = $1 (1412ms)',
  'retrying request to inventory, attempt 2 of 5',
  'connection pool at 92% of its size',
  'deprecated header X-Legacy-Token used by client ios/4.2',
];
const ERRORS = [
  'TimeoutError: upstream did not answer within 5000ms',
  'ActiveRecord::Deadlocked: PG::TRDeadlockDetected: ERROR: deadlock detected',
  'could not parse webhook payload: unexpected end of JSON input',
];

export function phrase(roll: number, service: string): Phrase {
  const kind = roll % 100;
  const pick = <T>(items: readonly T[]): T => items[(roll >>> 8) % items.length] as T;
  if (kind >= 98) return { level: 'error', message: pick(ERRORS), fields: { request_id: requestId(roll) } };
  if (kind >= 92) return { level: 'warn', message: pick(WARNINGS), fields: { request_id: requestId(roll) } };
  if (kind >= 86)
    return { level: 'debug', message: `cache ${kind % 2 === 0 ? 'hit' : 'miss'} key=user:${roll % 90000}`, fields: {} };
  if (kind >= 83) return { level: 'info', message: pick(NOTES), fields: {} };
  if (service === 'web' || service === 'api') return webPhrase(roll, pick);
  const took = 20 + (roll % 2400);
  return {
    level: 'info',
    message: `job ${pick(JOBS)} done`,
    fields: { job_id: requestId(roll), took_ms: took, queue: 'default' },
  };
}

function webPhrase(roll: number, pick: <T>(items: readonly T[]) => T): Phrase {
  const took = 4 + Math.floor(180 * fraction(roll, 3));
  const status = roll % 29 === 0 ? 503 : roll % 41 === 0 ? 404 : roll % 23 === 0 ? 302 : 200;
  const target = pick(WEB_PATHS);
  const path = target.replace(/\?.*/, '');
  const method = WEB_METHODS[(roll >>> 4) % WEB_METHODS.length] ?? 'GET';
  return {
    level: 'info',
    message: `${method} ${target} ${status}`,
    fields: { status, path, took_ms: took, request_id: requestId(roll), ip: `203.0.113.${roll % 250}` },
  };
}

const requestId = (roll: number): string => mix(roll, 77).toString(16).padStart(8, '0');
