import { sep } from 'node:path';
import { safeText } from '../domain/safe-text.ts';

/** A path as people write it, for showing only: `~/.config/...`. A file's name may hold any character; these can be printed. */
export function homePath(path: string, home: string): string {
  const prefix = home.endsWith(sep) ? home : home + sep;
  return safeText(home !== '' && path.startsWith(prefix) ? `~${sep}${path.slice(prefix.length)}` : path);
}
