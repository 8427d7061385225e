import { asFailure, Failure, withDetails } from '../domain/failure.ts';
import { outcomeUnclear } from '../domain/outcome-unclear.ts';
import { type ApiCaller, type CallInput, type CallRoute, readAnswer } from './api-caller.ts';
import type { Endpoint } from './endpoint.ts';
import type { HttpAnswer } from './http-call.ts';
import type { Change, MfaProof, MutationGuard } from './mutation-guard.ts';
import type { WriteOptions } from './rack-writes.ts';
import type { Reader } from './schemas/reader.ts';

/** A route that changes something. */
export interface WriteRoute extends CallRoute {
  readonly slow?: boolean;
}

export type WriteInput = Pick<CallInput, 'variables' | 'query' | 'form' | 'json' | 'body' | 'secrets' | 'accepts'> & {
  readonly headers?: Readonly<Record<string, string>>;
  readonly maxBodyBytes?: number;
};

/** One admitted request each; nothing else in this program changes anything over HTTP. */
export interface GuardedCalls {
  readonly dialect: Endpoint['dialect'];
  /** For routes that answer JSON. */
  call<T>(route: WriteRoute, reader: Reader<T>, input: WriteInput, options?: WriteOptions): Promise<T>;
  /** For routes that answer `ok`: whatever is no web page counts. */
  done(route: WriteRoute, input: WriteInput, options?: WriteOptions): Promise<void>;
  answer(route: WriteRoute, input: WriteInput, options?: WriteOptions): Promise<HttpAnswer>;
}

export interface GuardedCallsOptions {
  readonly caller: ApiCaller;
  readonly dialect: Endpoint['dialect'];
  readonly guard: MutationGuard;
  /** How the route is called in a `Change`. */
  readonly nameOf: (route: WriteRoute) => string;
}

/** A guard that always says yes must not make a loop of a window that closes again at once. */
const MAX_CHALLENGES = 3;

/**
 * Admit, send once. A second factor that is missing or was not accepted is found out before a peer does anything
 * (gateway.md 4.3), so the guard may have the request sent once more for each such refusal; no other failure is ever followed
 * by a second request. A console's demand for a session (convox-api.md 7.5) is of the same kind and is answered below, in
 * session-challenge.ts.
 */
export function guardedCalls({ caller, dialect, guard, nameOf }: GuardedCallsOptions): GuardedCalls {
  /** `reads`: it needs a grant like a change, and changes nothing. */
  async function admitted<T>(
    change: Change,
    reads: boolean,
    send: (proof: MfaProof | undefined) => Promise<T>,
  ): Promise<T> {
    for (let challenges = 0; ; challenges++) {
      const proof = await unsent(guard.admit(change));
      try {
        const received = await send(proof);
        if (reads) guard.refused(change);
        return received;
      } catch (error) {
        if (!isChallenge(error) || challenges >= MAX_CHALLENGES) {
          if (changedNothing(asFailure(error), reads)) guard.refused(change);
          throw error;
        }
        if (!(await unsent(guard.challenged(change, error)))) throw error;
      }
    }
  }

  async function answer(route: WriteRoute, input: WriteInput, options?: WriteOptions): Promise<HttpAnswer> {
    const call: CallInput = { ...input, kind: route.slow ? 'slow' : 'change', signal: options?.signal };
    // What cannot be sent at all must not use up what was confirmed.
    caller.check(route, call);
    const change = { route: nameOf(route) };
    return admitted(change, route.method === 'GET', (proof) =>
      caller.answer(route, { ...call, headers: { ...input.headers, ...proofHeader(proof, dialect) } }),
    );
  }

  return {
    dialect,
    answer,
    call: async (route, reader, input, options) => {
      const received = await answer(route, input, options);
      return readAnswer(reader, received, caller.where(route, input));
    },
    done: async (route, input, options) => {
      const received = await answer(route, input, options);
      mustBeDone(received, caller.where(route, input));
    },
  };
}

/** A read that was answered, however, has nothing left that could still happen. */
function changedNothing(failure: Failure, reads: boolean): boolean {
  return !outcomeUnclear(failure) || (reads && failure.status !== undefined && failure.status >= 400);
}

function isChallenge(error: unknown): error is Failure {
  return error instanceof Failure && (error.kind === 'mfa-required' || error.kind === 'mfa-rejected');
}

/** What a guard rejects with comes before a request, or after one that was refused. */
async function unsent<T>(decision: Promise<T>): Promise<T> {
  try {
    return await decision;
  } catch (error) {
    throw withDetails(asFailure(error), { nothingSent: true });
  }
}

/** gateway.md 4.4: one header for TOTP codes, Yubikey OTPs and backup codes. A rack has no use for it and never sees it. */
function proofHeader(proof: MfaProof | undefined, dialect: Endpoint['dialect']): Readonly<Record<string, string>> {
  if (proof === undefined || (dialect !== 'gateway' && dialect !== 'gateway-proxy')) return {};
  if (/^[\x21-\x7e]+$/.test(proof.code)) return { 'x-mfa-totp': proof.code };
  throw new Failure({
    kind: 'usage',
    what: 'The one-time code cannot be sent',
    why: 'it contains a character that no code has',
    next: 'Type it again.',
    nothingSent: true,
  });
}

/** `ok` in most cases; a console may say anything. A web page or the end of a cut answer proves nothing. */
function mustBeDone({ body, status, requestId }: HttpAnswer, where: string): void {
  const text = body.subarray(0, 65_536).toString('utf8');
  const page = /^\s*</.test(text);
  if (!page && !text.includes('{"error":"failed to stream response body')) return;
  throw new Failure({
    kind: 'malformed',
    what: `${where} answered something unexpected`,
    why: page ? 'a web page came back instead of an answer' : 'the gateway gave up on the rack after its 30 seconds',
    next: 'Look at what is true now before doing it again.',
    status,
    requestId,
    where,
  });
}
