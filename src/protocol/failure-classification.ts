import { Failure, type FailureKind } from '../domain/failure.ts';
import { readAnswerMessage } from './answer-message.ts';
import type { Endpoint } from './endpoint.ts';
import { explainGateway } from './gateway-refusals.ts';
import { explainRack } from './rack-refusals.ts';
import type { Asked, Refusal } from './refusal.ts';

/** An answer that is no success: everything needed to say what it means. */
export interface RefusedAnswer {
  readonly dialect: Endpoint['dialect'];
  /** Undefined for an in-band socket error, where there is no status (convox-api.md 2.1). */
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly requestId: string | undefined;
}

/** Where the refusal itself points nowhere. */
const NEXT_STEP: Readonly<Partial<Record<FailureKind, string>>> = {
  server: 'Try again in a moment; if it stays, look at the rack and its logs.',
  'not-found': 'Refresh the list: it may have gone, or may not be visible yet.',
  invalid: 'Check the names and values that were asked for; report it if they are right.',
  conflict: 'Look at what is going on there first, then try again.',
  unsupported: 'This server cannot do it; look at its version and provider.',
  forbidden: 'Ask for a role that allows it.',
  'not-logged-in': 'Log in again.',
  'account-blocked': 'Ask an administrator.',
  'rate-limited': 'Wait a moment before the next try.',
};

/**
 * The one place where statuses and texts become meaning: convox-api.md 1.5 for racks and consoles, gateway.md 3.4, 4.3, 6.3,
 * 8.1 and 8.2 for gateways. Order matters: 401 is checked for MFA and server trouble before it may end a session.
 */
export function classifyRefusal(
  answer: RefusedAnswer,
  asked: Asked,
  clock: { readonly now: () => number; readonly random?: (() => number) | undefined },
): Failure {
  const header = (name: string) => firstHeader(answer.headers[name]);
  const refusal: Refusal = {
    status: answer.status,
    message: readAnswerMessage(answer.body, header('content-type') ?? ''),
    header,
    dialect: answer.dialect,
    asked,
    now: clock.now(),
    random: clock.random ?? Math.random,
  };
  const gateway = answer.dialect === 'gateway' || answer.dialect === 'gateway-proxy';
  const explanation = (gateway ? explainGateway(refusal) : undefined) ?? explainRack(refusal);
  return new Failure({
    ...explanation,
    next: explanation.next ?? (asked.explainsNext ? undefined : NEXT_STEP[explanation.kind]),
    status: answer.status,
    requestId: answer.requestId,
    where: asked.where,
  });
}

export function firstHeader(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
