import { Failure } from '../domain/failure.ts';
import { safeText } from '../domain/safe-text.ts';
import { firstHeader } from './failure-classification.ts';
import type { HttpAnswer, HttpCall } from './http-call.ts';

/** An API never redirects: a 3xx means a wrong URL or a login portal. It is not followed, so no credential can leak. */
export function refuseRedirect(call: HttpCall, answer: HttpAnswer): void {
  if (answer.status < 300 || answer.status > 399 || call.redirectIsAnswer) return;
  const target = redirectOrigin(firstHeader(answer.headers.location), call.origin);
  const elsewhere = target !== undefined && target !== call.origin;
  const secureTwin = target !== undefined && target === call.origin.replace(/^http:/, 'https:') && elsewhere;
  throw new Failure({
    kind: 'malformed',
    what: `${call.where} was redirected${elsewhere ? ` to ${target}` : ''} instead of answered`,
    why: secureTwin
      ? 'the address wants https'
      : 'the URL is not that of the API, or a login portal stands in front of it',
    next: secureTwin ? 'Write the URL with https.' : 'Check the URL; behind a portal, log in the way that it asks for.',
    status: answer.status,
    requestId: answer.requestId,
    where: call.where,
  });
}

/** Only the origin is shown: a login redirect carries state and tokens in its query. */
function redirectOrigin(location: string | undefined, base: string): string | undefined {
  if (location === undefined || !URL.canParse(location, base)) return undefined;
  const { origin } = new URL(location, base);
  return origin === 'null' ? undefined : safeText(origin, 200);
}
