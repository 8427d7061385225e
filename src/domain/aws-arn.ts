import { safeText } from './safe-text.ts';

/** An IAM role or user, as an ARN names it (convox-api.md 9.2). */
export interface IamPrincipal {
  /** `aws`, `aws-us-gov`, `aws-cn`. */
  readonly partition: string;
  /** Twelve digits. */
  readonly account: string;
  readonly kind: 'role' | 'user';
  /** `/` or `/convox/`; undefined for a role of which only a session is known: STS leaves the path out. */
  readonly path: string | undefined;
  readonly name: string;
  /** Name of the session where the text was an assumed-role ARN. */
  readonly session: string | undefined;
}

export type ReadArn =
  | { readonly kind: 'arn'; readonly principal: IamPrincipal }
  /** `reason` is a whole sentence that may be shown. */
  | { readonly kind: 'invalid'; readonly reason: string };

/** The account and partition that a cluster stands in. */
export interface AwsHome {
  readonly account: string;
  readonly partition: string;
}

/** IAM allows 512 characters of path and 64 of name. */
const MAX_LENGTH = 700;
const PARTITION = /^aws(?:-[a-z]{1,10}){0,3}$/;
const ACCOUNT = /^\d{12}$/;
const NAME = /^[\w+=,.@-]{1,64}$/;
const PATH = /^\/(?:[\x21-\x2e\x30-\x7e]{1,510}\/){0,64}$/;
const SESSION = /^[\w+=,.@-]{1,64}$/;

/** Reads an ARN that a person pasted or a document holds; surrounding white space and quotes do not count. Never throws. */
export function readArn(input: string): ReadArn {
  const text = unwrapped(input);
  if (text === '') return invalid('There is no ARN.');
  if (text.length > MAX_LENGTH) return invalid('This is too long for an ARN of a role or user.');
  if (/\s/.test(text)) return invalid('There is white space inside the ARN.');
  const [prefix = '', partition = '', service = '', region, account = '', ...rest] = text.split(':');
  const resource = rest.join(':');
  if (prefix !== 'arn' || resource === '') {
    return invalid(`"${safeText(text, 80)}" is no ARN: it should look like arn:aws:iam::123456789012:role/name.`);
  }
  if (!PARTITION.test(partition))
    return invalid(`"${safeText(partition, 40)}" is no AWS partition (aws, aws-cn, aws-us-gov).`);
  if (region !== '')
    return invalid('ARNs of roles and users name no region: there is something between the two colons.');
  if (!ACCOUNT.test(account)) return invalid(`"${safeText(account, 40)}" is no AWS account id: it has twelve digits.`);
  if (service === 'sts') return readSession(partition, account, resource);
  if (service !== 'iam') return invalid(`This is an ARN of "${safeText(service, 40)}", not of an IAM role or user.`);
  return readResource(partition, account, resource);
}

function readResource(partition: string, account: string, resource: string): ReadArn {
  if (resource === 'root') return invalid('This is the ARN of the whole account (root), not of a role or user.');
  const slash = resource.indexOf('/');
  const kind = resource.slice(0, Math.max(0, slash));
  if (kind !== 'role' && kind !== 'user') {
    return invalid(`This ARN names "${safeText(kind === '' ? resource : kind, 40)}", not a role or a user.`);
  }
  const last = resource.lastIndexOf('/');
  const path = resource.slice(slash, last + 1);
  const name = resource.slice(last + 1);
  if (!NAME.test(name)) return invalid(`The name of the ${kind} is missing or not possible: "${safeText(name, 80)}".`);
  if (!PATH.test(path)) return invalid(`The path of the ${kind} is not possible: "${safeText(path, 80)}".`);
  return { kind: 'arn', principal: { partition, account, kind, path, name, session: undefined } };
}

function readSession(partition: string, account: string, resource: string): ReadArn {
  const [kind = '', name = '', session = '', ...more] = resource.split('/');
  if (kind === 'federated-user')
    return invalid('This is a federated user: its sessions have no role that could be mapped.');
  if (kind !== 'assumed-role') return invalid(`This STS ARN names "${safeText(kind, 40)}", not an assumed role.`);
  if (more.length > 0 || !NAME.test(name) || !SESSION.test(session)) {
    return invalid('An assumed-role ARN ends in assumed-role/<role>/<session>: this one does not.');
  }
  return { kind: 'arn', principal: { partition, account, kind: 'role', path: undefined, name, session } };
}

/** The ARN as IAM spells it, path included; of a session the ARN of its role without the path, which STS does not tell. */
export function arnText(principal: IamPrincipal): string {
  const { partition, account, kind, path, name } = principal;
  return `arn:${partition}:iam::${account}:${kind}${path ?? '/'}${name}`;
}

/**
 * The ARN as `aws-auth` wants it (convox-api.md 9.2): roles without their path, for the authenticator does not accept it;
 * users keep theirs; a session becomes its role.
 */
export function mappingArn(principal: IamPrincipal): string {
  return principal.kind === 'user' ? arnText(principal) : arnText({ ...principal, path: '/' });
}

/** Two texts with the same key are the same principal for the authenticator; letters of either case are the same to it. */
export function principalKey(principal: IamPrincipal): string {
  return mappingArn(principal).toLowerCase();
}

/** Key of any ARN text; what cannot be read is compared as it stands. */
export function arnKey(text: string): string {
  const read = readArn(text);
  return read.kind === 'arn' ? principalKey(read.principal) : text.trim().toLowerCase();
}

/** What {@link mappingArn} changed, in words; `[]` where the text was already as `aws-auth` wants it. */
export function normalisationNotes(input: string, principal: IamPrincipal): readonly string[] {
  const notes: string[] = [];
  if (principal.session !== undefined) notes.push(`Session ${principal.session} was replaced by its role.`);
  if (principal.kind === 'role' && principal.path !== undefined && principal.path !== '/') {
    notes.push(`Path ${principal.path} was left out: aws-auth does not accept it.`);
  }
  if (unwrapped(input) !== input) notes.push('White space or quotes around it were left out.');
  return notes;
}

/** Why this principal cannot be the one meant for a cluster in `home`; undefined where it can. A whole sentence. */
export function wrongHome(principal: IamPrincipal, home: AwsHome): string | undefined {
  if (principal.partition !== home.partition) {
    return `The ${principal.kind} is in partition ${principal.partition}, the cluster in ${home.partition}: no access is possible between the two.`;
  }
  if (principal.account !== home.account) {
    return `The ${principal.kind} belongs to account ${principal.account}, the cluster to ${home.account}.`;
  }
  return undefined;
}

/** `cn-north-1` -> `aws-cn`. */
export function partitionOfRegion(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  if (region.startsWith('us-isob-')) return 'aws-iso-b';
  if (region.startsWith('us-iso-')) return 'aws-iso';
  if (region.startsWith('eusc-')) return 'aws-eusc';
  return 'aws';
}

function unwrapped(input: string): string {
  const text = input.trim();
  const quoted = /^(["'`])(.*)\1$/s.exec(text);
  return (quoted?.[2] ?? text).trim();
}

function invalid(reason: string): ReadArn {
  return { kind: 'invalid', reason };
}
