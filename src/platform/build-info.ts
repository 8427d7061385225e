import { readFile } from 'node:fs/promises';

// Put in by the bundler; absent when the sources run as they are.
declare const __RACKDECK_VERSION__: string | undefined;

/** The version of this build; from the repository's package.json where nothing was built. */
export async function buildVersion(): Promise<string> {
  if (typeof __RACKDECK_VERSION__ === 'string') return __RACKDECK_VERSION__;
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { readonly version?: unknown };
  return typeof version === 'string' ? version : '0.0.0';
}
