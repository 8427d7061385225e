import { Failure } from '../domain/failure.ts';
import type { Environment } from './environment.ts';

/** Opens a web page for the person; resolves with false where there is no browser to open it in. */
export type OpenBrowser = (url: string) => Promise<boolean>;

/** Why no browser can be opened here; undefined where one probably can. */
export function browserObstacle({ env, platform }: Environment): string | undefined {
  if (env.RACKDECK_NO_BROWSER !== undefined && env.RACKDECK_NO_BROWSER !== '') return 'RACKDECK_NO_BROWSER is set';
  if (env.BROWSER === 'none') return 'BROWSER is "none"';
  const overSsh = ['SSH_CONNECTION', 'SSH_CLIENT', 'SSH_TTY'].some((name) => filled(env[name]));
  // A display over SSH is X forwarding: the browser would run on the far machine and open here, slowly but rightly.
  if (overSsh && !filled(env.DISPLAY) && !filled(env.WAYLAND_DISPLAY)) return 'this is an SSH session';
  if (filled(env.CI)) return 'this is a CI job';
  if (platform === 'darwin' || platform === 'win32' || filled(env.WSL_DISTRO_NAME)) return undefined;
  return filled(env.DISPLAY) || filled(env.WAYLAND_DISPLAY) ? undefined : 'there is no display';
}

/**
 * The system's own opener, with the URL as one argument and never through a shell. Anything but http(s) is refused: a
 * server chooses the URL. A failing opener is no error, the address is on screen anyway.
 */
export function systemBrowser(environment: Environment): OpenBrowser {
  return async (url) => {
    requireWebUrl(url);
    if (browserObstacle(environment) !== undefined) return false;
    const { default: open } = await import('open');
    return started(() => open(url));
  };
}

type Child = Awaited<ReturnType<typeof import('open')['default']>>;

/** A missing opener is only reported by an event after the start. */
async function started(start: () => Promise<Child>): Promise<boolean> {
  try {
    const child = await start();
    child.unref();
    return await new Promise<boolean>((resolve) => {
      child.once('error', () => resolve(false));
      child.once('spawn', () => resolve(true));
      // `open` may hand the child over after its spawn event.
      if (child.pid !== undefined) resolve(true);
    });
  } catch {
    return false;
  }
}

export function requireWebUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.protocol === 'https:' || url.protocol === 'http:')) return url;
  throw new Failure({
    kind: 'malformed',
    what: 'The server sent a login address that is no web page',
    why: 'only http and https addresses are opened',
    next: 'Ask whoever runs the server; nothing was opened.',
  });
}

function filled(text: string | undefined): boolean {
  return text !== undefined && text !== '';
}
