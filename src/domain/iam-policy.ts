import { safeText } from './safe-text.ts';

/** One statement of a policy or trust document, lists made of single values, texts printable. */
export interface PolicyStatement {
  readonly effect: 'Allow' | 'Deny';
  /** Of a trust policy: account ids or ARNs under `AWS`; `*` is anybody. */
  readonly awsPrincipals: readonly string[];
  /** `Service`, `Federated` and others, as `Service:ec2.amazonaws.com`. */
  readonly otherPrincipals: readonly string[];
  /** `NotPrincipal`, `NotAction`, `NotResource`: everything but. */
  readonly inverted: readonly string[];
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: readonly PolicyCondition[];
}

export interface PolicyCondition {
  /** `StringEquals` */
  readonly operator: string;
  /** `sts:ExternalId` */
  readonly key: string;
  readonly values: readonly string[];
}

export type ReadPolicy =
  | { readonly kind: 'policy'; readonly statements: readonly PolicyStatement[] }
  | { readonly kind: 'unreadable'; readonly reason: string };

const MAX_LENGTH = 256 * 1_024;
const MAX_STATEMENTS = 1_000;

/**
 * Reads a policy document as IAM gives it: JSON text, mostly URL-encoded, or JSON that was parsed already. Never throws;
 * a statement that is not understood makes the document unreadable, for a review must not overlook one.
 */
export function readPolicy(input: unknown): ReadPolicy {
  const json = typeof input === 'string' ? parsed(input) : input;
  if (!isRecord(json)) return unreadable('The policy is no JSON object.');
  const list = Array.isArray(json.Statement) ? json.Statement : [json.Statement];
  if (list.length > MAX_STATEMENTS) return unreadable('The policy has too many statements.');
  const statements: PolicyStatement[] = [];
  for (const item of list) {
    const statement = isRecord(item) ? statementOf(item) : undefined;
    if (!statement) return unreadable(`Statement ${statements.length + 1} of the policy cannot be read.`);
    statements.push(statement);
  }
  return { kind: 'policy', statements };
}

function parsed(text: string): unknown {
  if (text.length > MAX_LENGTH) return undefined;
  if (text.trimStart().startsWith('{')) return fromJson(text, (plain) => plain);
  // IAM encodes a space as %20; some that speak its language write a plus sign.
  return (
    fromJson(text, decodeURIComponent) ?? fromJson(text, (encoded) => decodeURIComponent(encoded.replaceAll('+', ' ')))
  );
}

function fromJson(text: string, decode: (text: string) => string): unknown {
  try {
    return JSON.parse(decode(text)) as unknown;
  } catch {
    return undefined;
  }
}

function statementOf(item: Readonly<Record<string, unknown>>): PolicyStatement | undefined {
  if (item.Effect !== 'Allow' && item.Effect !== 'Deny') return undefined;
  const principal = principals(item.Principal);
  const actions = texts(item.Action);
  const resources = texts(item.Resource);
  const conditions = conditionsOf(item.Condition);
  if (!principal || !actions || !resources || !conditions) return undefined;
  const inverted = ['NotPrincipal', 'NotAction', 'NotResource'].filter((key) => item[key] !== undefined);
  return { effect: item.Effect, ...principal, inverted, actions, resources, conditions };
}

function principals(value: unknown): Pick<PolicyStatement, 'awsPrincipals' | 'otherPrincipals'> | undefined {
  if (value === undefined) return { awsPrincipals: [], otherPrincipals: [] };
  if (value === '*') return { awsPrincipals: ['*'], otherPrincipals: [] };
  if (!isRecord(value)) return undefined;
  const others: string[] = [];
  let aws: readonly string[] = [];
  for (const [kind, names] of Object.entries(value)) {
    const list = texts(names);
    if (!list) return undefined;
    if (kind === 'AWS') aws = list;
    else others.push(...list.map((name) => `${safeText(kind, 40)}:${name}`));
  }
  return { awsPrincipals: aws, otherPrincipals: others };
}

function conditionsOf(value: unknown): readonly PolicyCondition[] | undefined {
  if (value === undefined) return [];
  if (!isRecord(value)) return undefined;
  const list: PolicyCondition[] = [];
  for (const [operator, keys] of Object.entries(value)) {
    if (!isRecord(keys)) return undefined;
    for (const [key, given] of Object.entries(keys)) {
      const values = texts(given);
      if (!values) return undefined;
      list.push({ operator: safeText(operator, 80), key: safeText(key, 120), values });
    }
  }
  return list;
}

/** A text, or a list of them; numbers and booleans stand for their text. Undefined where it is anything else. */
function texts(value: unknown): readonly string[] | undefined {
  if (value === undefined) return [];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (!list.every((item) => ['string', 'number', 'boolean'].includes(typeof item))) return undefined;
  return list.map((item) => safeText(String(item), 2_048));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unreadable(reason: string): ReadPolicy {
  return { kind: 'unreadable', reason };
}
