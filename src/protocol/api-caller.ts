import { Failure, withDetails } from '../domain/failure.ts';
import { safeText } from '../domain/safe-text.ts';
import type { Endpoint, ProtocolDependencies } from './endpoint.ts';
import { classifyRefusal, firstHeader } from './failure-classification.ts';
import type { CallKind, HttpAnswer, HttpCall, HttpLimits } from './http-call.ts';
import { createHttpClient } from './http-client.ts';
import { encodeForm, fillPath, type Options } from './option-encoding.ts';
import { SameAnswers } from './same-answers.ts';
import type { Reader } from './schemas/reader.ts';
import { ShapeMismatch } from './schemas/shape-mismatch.ts';
import { scrubTexts } from './sent-secrets.ts';
import { createSessionKeeper } from './session-challenge.ts';

/** A route as a caller needs it; `{x}` in pattern and words is filled from the variables. */
export interface CallRoute {
  readonly method: HttpCall['method'];
  readonly pattern: string;
  readonly doing: string;
}

export interface CallInput {
  readonly variables?: Readonly<Record<string, string>>;
  readonly query?: Options;
  /** Sent as a JSON body; for the gateway's own API only, racks do not read it. */
  readonly json?: unknown;
  /** Sent as a form body: how racks take the options of a change (convox-api.md 1.3). Nothing to say: no body. */
  readonly form?: Options;
  /** Sent as it is (`application/octet-stream`). */
  readonly body?: Uint8Array;
  /** What of this request must not come back in a failure, beside credentials and codes. */
  readonly secrets?: readonly string[];
  /** Asked from status 400 up: is this an answer here, and no refusal? */
  readonly accepts?: (answer: HttpAnswer) => boolean;
  readonly maxBodyBytes?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly kind?: CallKind;
  readonly signal?: AbortSignal | undefined;
  readonly anonymous?: boolean;
  readonly redirectIsAnswer?: boolean;
  readonly fromOrigin?: boolean;
}

export interface ApiCaller {
  readonly origin: string;
  /** Sends, classifies, parses, checks and maps. Rejects with a `Failure` only. */
  call<T>(route: CallRoute, reader: Reader<T>, input?: CallInput): Promise<T>;
  /** As {@link call}, but the caller looks at status and body itself; below 400 or a 3xx that was asked for. */
  answer(route: CallRoute, input?: CallInput): Promise<HttpAnswer>;
  /** Throws the `usage` Failure that the call would end with before anything is sent; undefined input never leaves. */
  check(route: CallRoute, input?: CallInput): void;
  /** `PUT /apps/shop`: route and variables as failures name them. */
  where(route: CallRoute, input?: CallInput): string;
  /** Session header of a console, once one was granted (convox-api.md 7.5). */
  sessionHeaders(): Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const WITHHELD = 'the answer quotes what was sent, and is not shown';

/** Answers beyond this are worth preparing their reader for. */
const LARGE_ANSWER = 128 * 1_024;

export function createApiCaller(
  endpoint: Endpoint,
  dependencies: ProtocolDependencies,
  limits?: HttpLimits,
): ApiCaller {
  const http = createHttpClient(endpoint, dependencies, limits);
  const session = createSessionKeeper(endpoint, http);
  const same = new SameAnswers();

  async function answer(route: CallRoute, input: CallInput = {}): Promise<HttpAnswer> {
    const call = httpCall(route, input, http.origin);
    http.secrets.rememberBody(input.json);
    return guarded(async () => {
      const received = await session.send(call);
      if (received.status < 400 || input.accepts?.(received)) return received;
      const scrub = (text: string) => http.secrets.scrub(text);
      const failure = refused(endpoint, call, received, { ...dependencies, scrub });
      const { secrets = [] } = input;
      if (secrets.length === 0) throw failure;
      const clean = refused(endpoint, call, received, {
        ...dependencies,
        scrub: (text) => scrub(scrubTexts(text, secrets)),
      });
      // A value as common as `error` may have stood in what the meaning hangs on: then the words are withheld instead.
      throw clean.kind === failure.kind ? clean : withDetails(failure, { why: WITHHELD });
    });
  }

  async function call<T>(route: CallRoute, reader: Reader<T>, input: CallInput = {}): Promise<T> {
    const received = await answer(route, input);
    if (reader.prepare && received.body.length > LARGE_ANSWER) await reader.prepare();
    return guarded(async () => {
      const where = whereOf(route, input);
      const read = () => readAnswer(reader, received, where);
      // Lists are what is polled; single objects, some with values of variables, are not kept longer than needed.
      if (route.method !== 'GET' || received.status !== 200 || !reader.prepare) return read();
      return same.read(`${where}?${input.query ? encodeForm(input.query) : ''}`, reader, received.body, read);
    });
  }

  /** Nothing that we sent to be let in leaves this layer in a failure. */
  async function guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw error instanceof Failure ? http.secrets.scrubbed(error) : error;
    }
  }

  const check = (route: CallRoute, input: CallInput = {}): void => void httpCall(route, input, http.origin);
  return {
    origin: http.origin,
    call,
    answer,
    check,
    where: (route, input = {}) => whereOf(route, input),
    sessionHeaders: session.headers,
    close: http.close,
  };
}

/** Body to noun; a `malformed` Failure that names route, place and kind of value, never the value. */
export function readAnswer<T>(reader: Reader<T>, answer: HttpAnswer, where: string): T {
  try {
    return reader.read(parseJson(answer, where));
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (!(error instanceof ShapeMismatch)) throw unreadable(error, answer, where);
    throw new Failure({
      kind: 'malformed',
      what: `${where} answered something unexpected${error.at === '' ? '' : ` at ${error.at}`}`,
      why: error.problem,
      next: 'The server may be newer or older than this program knows: report it with both versions.',
      status: answer.status,
      requestId: answer.requestId,
      where,
    });
  }
}

/** For example nested so deeply that the stack ends. */
function unreadable(error: unknown, answer: HttpAnswer, where: string): Failure {
  return new Failure({
    kind: 'malformed',
    what: `${where} answered something unexpected`,
    why: 'the answer cannot be taken apart',
    next: 'Try again; if it stays, report it.',
    status: answer.status,
    requestId: answer.requestId,
    where,
    cause: error,
  });
}

function parseJson(answer: HttpAnswer, where: string): unknown {
  const text = answer.body.toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw notJson(text, answer, where);
  }
}

function notJson(text: string, answer: HttpAnswer, where: string): Failure {
  const shared = { kind: 'malformed', status: answer.status, requestId: answer.requestId, where } as const;
  // A gateway that runs out of its 30 seconds has sent 200 already and appends this (gateway.md 6.2).
  if (text.slice(-2_000).includes('{"error":"failed to stream response body')) {
    return new Failure({
      ...shared,
      what: `${where} was cut off`,
      why: 'the gateway gave up on the rack after its 30 seconds',
      next: 'Ask for less, or try again.',
    });
  }
  const encoding = firstHeader(answer.headers['content-encoding']);
  if (encoding !== undefined && encoding !== 'identity') {
    return new Failure({
      ...shared,
      what: `${where} answered something unexpected`,
      why: `it is packed (${safeText(encoding, 40)}), which was not asked for`,
      next: 'A proxy in between does that: connect past it, or switch its compression off.',
    });
  }
  const html = /^\s*</.test(text);
  return new Failure({
    ...shared,
    what: `${where} answered something unexpected`,
    why:
      text.trim() === ''
        ? 'the answer is empty'
        : html
          ? 'a web page came back instead of JSON'
          : 'the answer is not valid JSON, or was cut off',
    next: html
      ? 'Check the URL: it must be the address of the API, not of a web site or login portal.'
      : 'Try again; if it stays, report it.',
  });
}

function refused(
  endpoint: Endpoint,
  call: HttpCall,
  answer: HttpAnswer,
  dependencies: ProtocolDependencies & { readonly scrub: (text: string) => string },
): Failure {
  return classifyRefusal(
    {
      dialect: endpoint.dialect,
      status: answer.status,
      headers: answer.headers,
      // Enough for every message there is; an error page of megabytes is not worth decoding.
      // Scrubbed before it is cut to a message: half a token at the end would not be found any more.
      body: dependencies.scrub(answer.body.subarray(0, 65_536).toString('utf8')),
      requestId: answer.requestId,
    },
    call,
    dependencies,
  );
}

function httpCall(route: CallRoute, input: CallInput, origin: string): HttpCall {
  const { json: _json, form: _form, body: _body, secrets: _secrets, accepts: _accepts, ...call } = input;
  const { headers, variables = {}, query, ...rest } = call;
  const content = contentOf(input);
  return {
    ...rest,
    origin,
    method: route.method,
    path: fillPath(route.pattern, variables),
    query: query ? encodeForm(query) : '',
    where: whereOf(route, input),
    doing: route.doing.replace(/\{(\w+)\}/g, (_, name: string) => safeText(variables[name] ?? '', 80)),
    // A login explains its refusals itself.
    explainsNext: input.anonymous === true,
    headers: content === undefined ? { ...headers } : { 'content-type': content.type, ...headers },
    ...(content === undefined ? {} : { body: content.body }),
  };
}

function contentOf({ json, form, body }: CallInput): { type: string; body: string | Uint8Array } | undefined {
  if (json !== undefined) return { type: 'application/json', body: JSON.stringify(json) };
  if (body !== undefined) return { type: 'application/octet-stream', body };
  const encoded = form === undefined ? '' : encodeForm(form);
  return encoded === '' ? undefined : { type: 'application/x-www-form-urlencoded', body: encoded };
}

function whereOf(route: CallRoute, input: CallInput): string {
  return `${route.method} ${fillPath(route.pattern, input.variables ?? {})}`;
}
