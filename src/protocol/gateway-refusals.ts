import { POLICY_RULES } from './gateway-policy-rules.ts';
import { LOGIN_RULES, MFA_RULES } from './gateway-refusal-rules.ts';
import { passesOn } from './gateway-routes.ts';
import { retryAt } from './rack-refusals.ts';
import { couldNot, type Explanation, type Refusal } from './refusal.ts';
import { ADMIN, ENROL, LOGIN, type RefusalRule } from './refusal-rule.ts';

/** Undefined where the gateway only passes on what the rack said. */
export function explainGateway(refusal: Refusal): Explanation | undefined {
  return (
    explainMfaHeader(refusal) ??
    explainByRule(refusal, MFA_RULES) ??
    explainByRule(refusal, LOGIN_RULES) ??
    explainByRule(refusal, POLICY_RULES) ??
    explainNoRoute(refusal) ??
    explainRackCredentials(refusal) ??
    explainByStatus(refusal)
  );
}

function explainMfaHeader(refusal: Refusal): Explanation | undefined {
  const marker = refusal.header('x-mfa-required')?.toLowerCase();
  if (marker === undefined) return undefined;
  if (marker === 'enrollment') {
    return {
      kind: 'mfa-enrollment',
      what: 'A second factor must be set up first',
      why: refusal.message.text,
      next: ENROL,
    };
  }
  const level = marker === 'true' ? (refusal.header('x-mfa-level')?.toLowerCase() ?? 'step_up') : marker;
  return mfaRequired(refusal, level === 'always' ? 'always' : 'step-up');
}

function mfaRequired(refusal: Refusal, mfaLevel: 'step-up' | 'always'): Explanation {
  return {
    kind: 'mfa-required',
    what: couldNot(refusal.asked),
    why: mfaLevel === 'always' ? 'each time needs a one-time code of its own' : 'it needs a second factor first',
    next: 'Enter a one-time code.',
    mfaLevel,
  };
}

function explainByRule(refusal: Refusal, rules: readonly RefusalRule[]): Explanation | undefined {
  const rule = rules.find((entry) => matches(entry, refusal));
  if (!rule) return undefined;
  if (rule.level) return mfaRequired(refusal, rule.level);
  return {
    kind: rule.kind,
    what: rule.what ?? couldNot(refusal.asked),
    why: rule.why ?? refusal.message.text,
    next: rule.next,
    retryAt: rule.waitMs === undefined ? undefined : refusal.now + rule.waitMs,
  };
}

function matches(rule: RefusalRule, { status, message }: Refusal): boolean {
  if (rule.status && !rule.status.includes(status)) return false;
  if (rule.code !== undefined) return message.code === rule.code;
  return message.text !== undefined && rule.text?.test(message.text) === true;
}

/** The gateway's own 404 and the rack's are the same bytes; the allow-list (gateway.md 5.4) tells them apart. */
function explainNoRoute({ status, message, asked }: Refusal): Explanation | undefined {
  if (status !== 404 || message.text !== '404 page not found') return undefined;
  if (passesOn(asked.where)) {
    return {
      kind: 'route-missing',
      what: couldNot(asked),
      why: 'the gateway passes this on, but the rack behind it has no such route',
      next: 'The rack is older than this feature, or the thing asked for is gone.',
    };
  }
  return {
    kind: 'route-missing',
    what: couldNot(asked),
    why: 'the gateway does not pass this route on',
    next: 'Use a direct connection to the rack for this.',
  };
}

/**
 * A 401 that the rack gave the gateway is passed on, but without the header that the gateway's own refusals carry: our login
 * is not to blame and must not be dropped.
 */
function explainRackCredentials(refusal: Refusal): Explanation | undefined {
  const { status, dialect, message, header } = refusal;
  if (status !== 401 || dialect !== 'gateway-proxy' || message.html || header('x-error-reason') !== undefined)
    return undefined;
  return {
    kind: 'server',
    what: 'The rack refused the gateway',
    why: message.text ?? "the gateway's own rack credentials are not accepted",
    next: ADMIN,
  };
}

function explainByStatus(refusal: Refusal): Explanation | undefined {
  const { status, message, asked, dialect } = refusal;
  const own = dialect === 'gateway';
  if (status === 401 && message.html) {
    return {
      kind: 'not-logged-in',
      what: couldNot(asked),
      why: 'a login page came back instead of an answer',
      next: `Check the gateway URL. ${LOGIN}`,
    };
  }
  if (status === 401)
    return {
      kind: 'not-logged-in',
      what: couldNot(asked),
      why: message.text ?? 'the gateway does not accept this login',
      next: LOGIN,
    };
  if (status === 403 && message.empty) {
    return { kind: 'forbidden', what: couldNot(asked), why: 'the gateway refused without a reason', next: ADMIN };
  }
  if (status === 404 && own && message.text === undefined && !message.html) {
    return {
      kind: 'route-missing',
      what: couldNot(asked),
      why: `this gateway has no such route (${asked.where})`,
      next: 'The gateway is older than this feature, or the URL is not quite its address.',
    };
  }
  if (status === 429) {
    return {
      kind: 'rate-limited',
      what: couldNot(asked),
      why: message.text ?? 'too many requests',
      next: 'Wait a moment before the next try.',
      retryAt: retryAt(refusal),
    };
  }
  return undefined;
}
