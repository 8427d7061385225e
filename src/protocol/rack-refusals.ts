import type { FailureKind } from '../domain/failure.ts';
import { couldNot, type Explanation, type Refusal } from './refusal.ts';

/** Texts that say more than the status; racks before 3.24.1 answer nearly everything with 500 (convox-api.md 1.5). */
interface TextRule {
  readonly text: RegExp;
  readonly kind: FailureKind;
  readonly why?: string;
  readonly next?: string;
}

const LOGIN = 'Log in again, or check the password in the rack URL.';
const RETRY = 'Try again in a moment.';
const PERMISSION = 'Ask for a role that allows it.';

const TEXT_RULES: readonly TextRule[] = [
  {
    text: /^you are unauthorized to access this$/,
    kind: 'forbidden',
    why: 'the credentials are good, but their role does not allow it',
    next: PERMISSION,
  },
  {
    text: /^invalid authentication\b.*token is expired/,
    kind: 'not-logged-in',
    why: 'the access token has expired',
    next: 'Ask for a new access token (convox rack access), then connect again.',
  },
  {
    text: /^invalid authentication$/,
    kind: 'not-logged-in',
    why: 'the rack does not accept this password',
    next: LOGIN,
  },
  { text: /^invalid authentication: /, kind: 'not-logged-in', next: LOGIN },
  {
    text: /cli token is expired/,
    kind: 'not-logged-in',
    why: 'the console login has expired',
    next: 'Log in to the console again: convox login.',
  },
  { text: /^invalid login$/, kind: 'not-logged-in', next: 'Log in to the console again: convox login.' },
  {
    text: /^app is (?:not|currently) updating$/,
    kind: 'conflict',
    next: 'Wait for the running deploy, or look at the app status first.',
  },
  { text: /^app is locked: /, kind: 'conflict', next: 'Unlock the app first.' },
  { text: /^budget cap exceeded/, kind: 'conflict', next: 'Raise or reset the budget of the app first.' },
  { text: /already exists/, kind: 'conflict' },
  { text: /^can not promote|^app name is reserved$/, kind: 'invalid' },
  { text: /^no release for app: /, kind: 'not-found', next: 'Promote a first release of this app.' },
  {
    text: /^(?:unimplemented|release history is unavailable|unavailable on v3 racks|cost_tracking_enable is false)$/,
    kind: 'unsupported',
  },
  { text: /^metrics unavailable$/, kind: 'unsupported', why: 'the rack has collected no metrics yet' },
  { text: /^direct rack doesn't support|^console not available for|not yet supported/, kind: 'unsupported' },
  { text: /^metrics: server busy/, kind: 'rate-limited', next: RETRY },
  { text: /^response status 404$/, kind: 'route-missing' },
  { text: /^(?:strconv\.|time: (?:invalid|unknown|missing)|parsing time )/, kind: 'invalid' },
  { text: /request origin not allowed/, kind: 'invalid', next: 'Connect by the name that the rack itself uses.' },
  {
    text: /not found|no such |does not exist/,
    kind: 'not-found',
    next: 'Refresh the list: it may have gone, or may not be visible yet.',
  },
];

/** What a rack or a console means; the fallback for gateways too, which pass rack errors through unchanged. */
export function explainRack(refusal: Refusal): Explanation {
  const { status, message } = refusal;
  const what = couldNot(refusal.asked);
  if ((status === 404 || status === 405) && message.text === undefined) return routeMissing(refusal);
  const rule = message.text === undefined ? undefined : TEXT_RULES.find((entry) => entry.text.test(message.text ?? ''));
  // A text rule may sharpen 4xx and explain 5xx, but a clear 429 or 409 stays what it is.
  if (rule && !(status === 429 || (status === 409 && rule.kind === 'not-found'))) {
    return {
      kind: rule.kind,
      what,
      why: rule.why ?? message.text,
      next: rule.next,
      retryAt: rule.kind === 'rate-limited' ? retryAt(refusal) : undefined,
    };
  }
  return explainStatus(refusal, what);
}

function routeMissing({ message, dialect, asked }: Refusal): Explanation {
  const who = dialect === 'console' ? 'The console' : 'The rack';
  if (message.html) {
    return {
      kind: 'route-missing',
      what: couldNot(asked),
      why: `${asked.origin} answered with a web page instead of the API`,
      next: 'Check the URL: it must be the address of the API, not of a web site.',
    };
  }
  return {
    kind: 'route-missing',
    what: couldNot(asked),
    why: `${who.toLowerCase()} has no such route (${asked.where})`,
    next: `${who} is too old for this, or the URL is not quite its API address.`,
  };
}

function explainStatus(refusal: Refusal, what: string): Explanation {
  const { status, message } = refusal;
  const why =
    message.text ??
    (message.html
      ? `a web page came back instead of an answer (status ${status})`
      : `the server answered with status ${status}`);
  switch (status) {
    case 400:
    case 422:
      return { kind: 'invalid', what, why };
    case 401:
      return { kind: 'not-logged-in', what, why, next: LOGIN };
    case 403:
      return { kind: 'forbidden', what, why, next: PERMISSION };
    case 404:
      return { kind: 'not-found', what, why };
    case 409:
      return { kind: 'conflict', what, why };
    case 429:
      return { kind: 'rate-limited', what, why, next: RETRY, retryAt: retryAt(refusal) };
    case 501:
      return { kind: 'unsupported', what, why };
    case 502:
    case 503:
    case 504:
      return {
        kind: 'server',
        what,
        why: unreachableBehind(refusal),
        next: 'Wait a little: this happens for seconds to minutes while a rack updates.',
      };
    case undefined:
      return { kind: 'server', what, why: message.text ?? 'the rack gave no reason' };
    default:
      return status >= 400 && status < 500 ? { kind: 'invalid', what, why } : { kind: 'server', what, why };
  }
}

function unreachableBehind({ status, message, asked }: Refusal): string {
  if (message.text !== undefined) return message.text;
  return `the proxy at ${asked.origin} cannot reach the API behind it (status ${status})`;
}

/** `Retry-After: 0` is what a gateway sends: wait at least a second, with jitter (gateway.md 8.3). */
export function retryAt({ header, now, random }: Refusal): number {
  const seconds = Number(header('retry-after'));
  const wanted = Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 600) * 1_000 : 0;
  return now + Math.max(1_000, wanted) + Math.round(random() * 500);
}
