import type { IncomingHttpHeaders } from 'node:http';
import type { Identity } from './identity.ts';

/** One request as a handler sees it: body read, path split off, caller resolved. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The query string as sent, with its `?`, or empty. */
  readonly search: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly requestId: string;
  readonly ip: string;
  readonly startedAt: number;
}

/** A call whose caller has been authenticated. */
export interface AuthenticatedCall extends Call {
  readonly identity: Identity;
}

export function header(call: Pick<Call, 'headers'>, name: string): string | undefined {
  const value = call.headers[name.toLowerCase()];
  return Array.isArray(value) ? value[0] : value;
}

/** The body as a JSON object; undefined when it is anything else. */
export function jsonObject(call: Pick<Call, 'body'>): Record<string, unknown> | undefined {
  const value = jsonValue(call);
  return isRecord(value) ? value : undefined;
}

/** The body as any JSON value; undefined when it is not JSON. */
export function jsonValue(call: Pick<Call, 'body'>): unknown {
  try {
    return JSON.parse(call.body.toString('utf8'));
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textField(record: Record<string, unknown>, key: string): string {
  const value = record[key];
  return typeof value === 'string' ? value : '';
}

/** A list of strings; undefined when the value is absent or holds anything else. */
export function textList(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.every((item): item is string => typeof item === 'string') ? value : undefined;
}
