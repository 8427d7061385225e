import { Failure } from '../domain/failure.ts';
import { safeText } from '../domain/safe-text.ts';
import { firstHeader } from './failure-classification.ts';
import type { Asked } from './refusal.ts';

interface Redirected {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly requestId: string | undefined;
}

/**
 * An API never redirects: a 3xx means a wrong URL or a login portal. It is not followed, so no credential can leak.
 * Undefined for every other status.
 */
export function redirectFailure(answer: Redirected, asked: Asked): Failure | undefined {
  if (answer.status === undefined || answer.status < 300 || answer.status > 399) return undefined;
  const target = redirectOrigin(firstHeader(answer.headers.location), asked.origin);
  const elsewhere = target !== undefined && target !== asked.origin;
  const secureTwin = elsewhere && target === asked.origin.replace(/^http:/, 'https:');
  return new Failure({
    kind: 'malformed',
    what: `${asked.where} was redirected${elsewhere ? ` to ${target}` : ''} instead of answered`,
    why: secureTwin
      ? 'the address wants https'
      : 'the URL is not that of the API, or a login portal stands in front of it',
    next: secureTwin ? 'Write the URL with https.' : 'Check the URL; behind a portal, log in the way that it asks for.',
    status: answer.status,
    requestId: answer.requestId,
    where: asked.where,
  });
}

/** Only the origin is shown: a login redirect carries state and tokens in its query. */
function redirectOrigin(location: string | undefined, base: string): string | undefined {
  if (location === undefined || !URL.canParse(location, base)) return undefined;
  const { origin } = new URL(location, base);
  return origin === 'null' ? undefined : safeText(origin, 200);
}
