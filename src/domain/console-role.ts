import { type AwsHome, type IamPrincipal, normalisationNotes, readArn, wrongHome } from './aws-arn.ts';
import { attention, type GuideCheck, notKnown, passed, refusal } from './guide-check.ts';
import { readPolicy } from './iam-policy.ts';
import { type TrustFacts, trustFacts } from './iam-trust.ts';
import { safeText } from './safe-text.ts';

/** Account of Convox that its published role trusts (convox-api.md 8.5). */
export const CONVOX_ACCOUNT = '665986001363';

/** Where both kinds of role live: `aws iam list-roles --path-prefix /convox/` (convox-api.md 8.5). */
export const CONVOX_PATH = '/convox/';

/** A role as `iam list-roles` shows it. */
export interface ListedRole {
  readonly arn: string;
}

export interface ConsoleRoleCandidate {
  readonly principal: IamPrincipal;
  /** `console`: `convox-<org id>-ConsoleRole-<suffix>`; `integration`: the older `ConvoxRole-<org id>`. */
  readonly kind: 'console' | 'integration';
  readonly organizationId: string;
}

export type ConsoleRoleSearch =
  | { readonly kind: 'found'; readonly role: ConsoleRoleCandidate }
  | { readonly kind: 'ambiguous'; readonly roles: readonly ConsoleRoleCandidate[]; readonly why: string }
  | { readonly kind: 'none'; readonly why: string; readonly next: string };

const CONSOLE_NAME = /^convox-([A-Za-z0-9-]{1,40})-ConsoleRole-[A-Za-z0-9]{1,30}$/;
const INTEGRATION_NAME = /^ConvoxRole-([A-Za-z0-9-]{1,52})$/;

/** Which of the listed roles is ConsoleRole (convox-api.md 8.5, 9.2); by the id of the organisation where it is known. */
export function findConsoleRole(listed: readonly ListedRole[], organizationId?: string): ConsoleRoleSearch {
  const candidates = listed.flatMap(({ arn }) => candidateOf(arn) ?? []);
  const meant =
    organizationId === undefined
      ? candidates
      : candidates.filter((one) => one.organizationId.toLowerCase() === organizationId.toLowerCase());
  // The older role is only the one in use where there is no newer one.
  const newest = meant.some(({ kind }) => kind === 'console') ? meant.filter(({ kind }) => kind === 'console') : meant;
  const [role, second] = newest;
  if (role && !second) return { kind: 'found', role };
  if (role) {
    return {
      kind: 'ambiguous',
      roles: newest,
      why: `There is more than one role that could be the one of the console (${newest.length}): only the runtime integration in the console tells which.`,
    };
  }
  const next = 'Copy the ARN of the role from the runtime integration in the console and paste it.';
  if (candidates.length > 0)
    return { kind: 'none', why: 'The roles under /convox/ belong to other organisations.', next };
  return {
    kind: 'none',
    why: 'No role of the console was found: the account has no runtime integration, or its role has another name.',
    next,
  };
}

function candidateOf(arn: string): ConsoleRoleCandidate | undefined {
  const read = readArn(arn);
  if (read.kind === 'invalid' || read.principal.kind !== 'role') return undefined;
  const { principal } = read;
  const console = CONSOLE_NAME.exec(principal.name)?.[1];
  if (console !== undefined) return { principal, kind: 'console', organizationId: console };
  const older = INTEGRATION_NAME.exec(principal.name)?.[1];
  return older === undefined ? undefined : { principal, kind: 'integration', organizationId: older };
}

export type PastedRole =
  | { readonly kind: 'role'; readonly principal: IamPrincipal; readonly notes: readonly string[] }
  | { readonly kind: 'invalid'; readonly reason: string };

/** A pasted ARN: normalised, account and partition checked (convox-api.md 9.2). `notes` are worth showing before use. */
export function pastedConsoleRole(text: string, home: AwsHome): PastedRole {
  const read = readArn(text);
  if (read.kind === 'invalid') return read;
  const { principal } = read;
  if (principal.kind === 'user') return { kind: 'invalid', reason: 'This is a user; the console enters with a role.' };
  const foreign = wrongHome(principal, home);
  if (foreign !== undefined) return { kind: 'invalid', reason: foreign };
  const strange = candidateOf(text)
    ? []
    : ['Its name is not one that the console gives to its role: make sure that it is the right one.'];
  return { kind: 'role', principal, notes: [...normalisationNotes(text, principal), ...strange] };
}

export interface RoleReview {
  readonly principal: IamPrincipal;
  /** `Role.AssumeRolePolicyDocument`; undefined where it could not be read. */
  readonly trustPolicy: unknown;
  /** Undefined where they could not be listed. */
  readonly attached: readonly { readonly name: string; readonly arn: string }[] | undefined;
  /** Undefined where it is not known: then only that there is one is checked. */
  readonly organizationId: string | undefined;
}

/** Review of the integration's role: trusted account, `sts:ExternalId`, path and attached policies. */
export function reviewConsoleRole(review: RoleReview): readonly GuideCheck[] {
  return [...trustChecks(review), pathCheck(review.principal), attachedCheck(review.attached)];
}

function trustChecks({ principal, trustPolicy, organizationId }: RoleReview): readonly GuideCheck[] {
  const read = trustPolicy === undefined ? undefined : readPolicy(trustPolicy);
  if (read?.kind !== 'policy') {
    const why =
      read === undefined ? 'The trust policy could not be read.' : `The trust policy is not understood. ${read.reason}`;
    return [notKnown('trust-account', why, 'Look at it in IAM.'), notKnown('external-id', why, 'Look at it in IAM.')];
  }
  const facts = trustFacts(read.statements);
  return [trustCheck(facts, principal), externalIdCheck(facts, principal, organizationId)];
}

function trustCheck(facts: TrustFacts, principal: IamPrincipal): GuideCheck {
  const { accounts, others, unclear, inverted } = facts;
  const evidence = [...accounts.map((one) => one.principal), ...others, ...unclear].map(
    (text) => `trusts ${safeText(text, 200)}`,
  );
  const convox = accounts.filter(({ account }) => account === CONVOX_ACCOUNT);
  const foreign = accounts.filter(({ account }) => account !== CONVOX_ACCOUNT && account !== principal.account);
  const id = 'trust-account';
  if (inverted || accounts.some(({ account }) => account === '*')) {
    return refusal(id, 'The role trusts anybody.', `Let it trust account ${CONVOX_ACCOUNT} only.`, evidence);
  }
  if (foreign.length > 0 || unclear.length > 0) {
    const names = [...new Set(foreign.map(({ account }) => account))].join(', ');
    const who = names === '' ? 'somebody whose account cannot be told' : names;
    return attention(
      id,
      `The role trusts another account than Convox's: ${who}.`,
      'Make sure that this is meant, or take it out.',
      evidence,
    );
  }
  if (convox.length === 0) {
    return attention(
      id,
      `The role does not trust Convox's account ${CONVOX_ACCOUNT}: the console cannot use it.`,
      'Compare it with the integration in the console.',
      evidence,
    );
  }
  return passed(id, `The role trusts Convox's account ${CONVOX_ACCOUNT} and no other.`, evidence);
}

function externalIdCheck(
  { accounts }: TrustFacts,
  principal: IamPrincipal,
  organizationId: string | undefined,
): GuideCheck {
  const id = 'external-id';
  const across = accounts.filter(({ account }) => account !== principal.account);
  const open = across.filter(({ externalIds }) => externalIds === undefined);
  if (open.length > 0) {
    const loose = open.some(({ looseExternalId }) => looseExternalId);
    return refusal(
      id,
      loose
        ? 'The trust compares sts:ExternalId loosely: a pattern, or it may be absent.'
        : 'The trust asks for no sts:ExternalId: whoever acts for that account may be talked into using this role.',
      'Ask for StringEquals on sts:ExternalId with the id of the organisation.',
      open.map((one) => `trusts ${safeText(one.principal, 200)}`),
    );
  }
  if (across.length === 0)
    return notKnown(
      id,
      'No other account is trusted, so no external id is asked.',
      'Compare it with the integration in the console.',
    );
  const ids = across.flatMap(({ externalIds }) => externalIds ?? []);
  if (organizationId !== undefined && !ids.every((one) => one === organizationId)) {
    return refusal(
      id,
      'The external id is not the id of the organisation.',
      'Compare it with the integration in the console.',
    );
  }
  if (new Set(ids).size > 1)
    return attention(id, 'More than one external id is accepted.', 'Leave the one of the organisation only.');
  return passed(
    id,
    organizationId === undefined
      ? 'The trust asks for an external id.'
      : 'The trust asks for the id of the organisation.',
  );
}

function pathCheck({ path, name }: IamPrincipal): GuideCheck {
  const id = 'path';
  if (path === undefined)
    return notKnown(id, 'The path of the role is not known: a session does not tell it.', 'Ask IAM for the role.');
  if (path === CONVOX_PATH) return passed(id, 'The role is under /convox/, where the console puts it.');
  return attention(
    id,
    `The role ${safeText(name, 80)} is under ${safeText(path, 80)}, not under /convox/.`,
    'Make sure that the console made it.',
  );
}

function attachedCheck(attached: RoleReview['attached']): GuideCheck {
  const id = 'attached-policies';
  if (!attached) return notKnown(id, 'The attached policies could not be listed.', 'Look at the role in IAM.');
  const evidence = attached.map(({ arn }) => safeText(arn, 200));
  if (attached.some(({ arn }) => isAdministratorAccess(arn))) {
    return attention(
      id,
      'AdministratorAccess is attached: whoever uses the role may do anything in the account.',
      'Attach a policy with what racks need instead.',
      evidence,
    );
  }
  if (attached.length === 0)
    return attention(
      id,
      'No policy is attached: the console can do nothing with this role.',
      'Attach the policy of the integration.',
    );
  return passed(
    id,
    `${attached.length} ${attached.length === 1 ? 'policy is' : 'policies are'} attached, none of them AdministratorAccess.`,
    evidence,
  );
}

/** AWS' own policy, in any partition; one of the same name in the account is another. */
export function isAdministratorAccess(arn: string): boolean {
  return /^arn:aws[\w-]*:iam::aws:policy\/AdministratorAccess$/.test(arn.trim());
}
