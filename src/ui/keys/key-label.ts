const SHOWN: Readonly<Record<string, string>> = {
  escape: 'esc',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  backspace: 'bksp',
};

/** How a key is printed in hints and help: `^d`, `esc`, `PgDn`. */
export function keyLabel(name: string): string {
  if (name.startsWith('ctrl+') && name.length === 6) return `^${name.slice(5)}`;
  return SHOWN[name] ?? name;
}
