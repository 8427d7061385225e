import { isSecretParameter } from './secret-parameter.ts';

/** Stands for a value that is not shown because of the name it has. */
export const HIDDEN = '(hidden)';

/**
 * What a name may say besides what the one of a parameter does ({@link isSecretParameter}): wider than the gateway's list
 * (gateway.md 6.4), because a text loses less by one word too few than a table of parameters does by `private: true`.
 */
const ALSO_SECRET =
  /passw|private|signature|(?:^|[_.-])(?:pass|pwd|auth|key|dsn|cert|salt)(?:[_.-]|$)|(?:account|encryption|master)[_.-]?key|key[_.-]?(?:id|base)$/i;
const CAMEL_KEY = /[a-z](?:Key|KeyId|Pass|Auth|Dsn)$/;

/** Whether a key of this name (`STRIPE_API_KEY`, `dbPassword`) holds a secret, as far as its name tells. */
export function isSecretName(name: string): boolean {
  return isSecretParameter(name) || ALSO_SECRET.test(name) || CAMEL_KEY.test(name);
}

/** Longest text looked at: what is longer is cut, and then no part of it is shown that was not looked at. */
const MAX_LENGTH = 2_000;

const URL_PASSWORD = /([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@"']*@/gi;
const BEARER = /\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi;
/** What stands before a value and names it: `--password `, `API_KEY=`, `dbPassword: `. */
const NAMED = /--?([A-Za-z][\w-]{0,80})(?:=|\s{1,4})|([A-Za-z_][\w.-]{0,80})["']?\s{0,4}[=:]\s{0,4}/g;
const VALUE = /"[^"]*"?|'[^']*'?|[^\s,;"'&}\]]+/y;

/**
 * A text with what looks like a secret replaced: user and password of a URL, `--password x`, `API_KEY=x`, `Bearer x`.
 * By name only: a secret that has no name beside it cannot be told from any other word.
 */
export function withoutSecrets(text: string): string {
  const bounded = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
  return hideNamed(bounded.replace(URL_PASSWORD, `$1${HIDDEN}@`).replace(BEARER, `$1 ${HIDDEN}`));
}

function hideNamed(text: string): string {
  let result = '';
  let copied = 0;
  NAMED.lastIndex = 0;
  for (let match = NAMED.exec(text); match; match = NAMED.exec(text)) {
    if (!isSecretName(match[1] ?? match[2] ?? '')) continue;
    VALUE.lastIndex = NAMED.lastIndex;
    const value = VALUE.exec(text)?.[0] ?? '';
    if (value === '' || value.startsWith('//') || value === HIDDEN || value.startsWith('--')) continue;
    result += text.slice(copied, NAMED.lastIndex) + HIDDEN;
    copied = NAMED.lastIndex + value.length;
    NAMED.lastIndex = copied;
  }
  return result + text.slice(copied);
}
