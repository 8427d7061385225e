import { HIDDEN } from './secret-parameter.ts';

const SCHEME = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i;
const PLACE = /^(\[[0-9a-f:.]+\]|[\w.-]+)(:\d{1,5})?(?:\/([^?#]*))?([?#].*)?$/i;
const PLAIN_USER = /^([\w.-]+):/;
const BARE_PLACE = /^[\w-]+(?:\.[\w-]+)*:\d{1,5}$/;

/**
 * A resource's URL without what opens it: `postgres://app:****@db.internal:5432/app`. Parsed by hand, because passwords are
 * written into such URLs unescaped, and a URL parser then takes a part of them for the host or the path. Of web addresses
 * only the origin stays: the path of a webhook is its secret. What cannot be told apart is hidden whole.
 */
export function maskUrl(url: string): string {
  if (url === '') return '';
  const [, scheme, rest] = SCHEME.exec(url) ?? [];
  if (scheme === undefined || rest === undefined) return BARE_PLACE.test(url) ? url : HIDDEN;
  const at = rest.lastIndexOf('@');
  const login = at < 0 ? '' : `${userOf(rest.slice(0, at))}${HIDDEN}@`;
  const place = placeOf(rest.slice(at + 1), /^https?$/i.test(scheme));
  return place === undefined ? `${scheme}://${HIDDEN}` : `${scheme}://${login}${place}`;
}

/** `app:`, or nothing where the whole may be one token. */
function userOf(login: string): string {
  return PLAIN_USER.exec(login)?.[0] ?? '';
}

function placeOf(rest: string, web: boolean): string | undefined {
  const [whole, host, port = '', path, query] = PLACE.exec(rest) ?? [];
  if (whole === undefined || host === undefined) return undefined;
  const shownPath = path === undefined ? '' : web && path !== '' ? '/…' : `/${path}`;
  return `${host}${port}${shownPath}${query === undefined ? '' : '?…'}`;
}
