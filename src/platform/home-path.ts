import { sep } from 'node:path';

/** A path as people write it: `~/.config/...`. */
export function homePath(path: string, home: string): string {
  const prefix = home.endsWith(sep) ? home : home + sep;
  return home !== '' && path.startsWith(prefix) ? `~${sep}${path.slice(prefix.length)}` : path;
}
