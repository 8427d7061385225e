import { describe, expect, test } from 'vitest';
import { browserObstacle, requireWebUrl, systemBrowser } from '../../../src/platform/browser.ts';
import type { Environment } from '../../../src/platform/environment.ts';

function environment(env: Record<string, string>, platform: NodeJS.Platform): Environment {
  return { env, platform, home: '/h', cwd: '/c', hostname: 'x', now: () => 0, random: () => 0 };
}

test.each<[NodeJS.Platform, Record<string, string>, string | undefined]>([
  ['linux', { DISPLAY: ':0' }, undefined],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, undefined],
  ['linux', {}, 'there is no display'],
  ['linux', { WSL_DISTRO_NAME: 'Ubuntu' }, undefined],
  ['linux', { SSH_CONNECTION: '1 2 3 4' }, 'this is an SSH session'],
  ['linux', { SSH_CONNECTION: '1 2 3 4', DISPLAY: 'localhost:10' }, undefined],
  ['darwin', {}, undefined],
  ['darwin', { SSH_TTY: '/dev/pts/1' }, 'this is an SSH session'],
  ['win32', {}, undefined],
  ['darwin', { BROWSER: 'none' }, 'BROWSER is "none"'],
  ['darwin', { RACKDECK_NO_BROWSER: '1' }, 'RACKDECK_NO_BROWSER is set'],
  ['darwin', { CI: 'true' }, 'this is a CI job'],
])('%s %o: %s', (platform, env, expected) => {
  expect(browserObstacle(environment(env, platform))).toBe(expected);
});

describe('what a server asks us to open', () => {
  test.each(['file:///etc/passwd', 'javascript:alert(1)', '--version', 'vscode://x', '', 'C:\\x.exe'])(
    '%s is refused',
    async (url) => {
      expect(() => requireWebUrl(url)).toThrow(expect.objectContaining({ kind: 'malformed' }));
      await expect(systemBrowser(environment({}, 'linux'))(url)).rejects.toMatchObject({ kind: 'malformed' });
    },
  );

  test('a web page is fine; without a display nothing is started', async () => {
    expect(requireWebUrl('https://x.example.com/a b').href).toBe('https://x.example.com/a%20b');
    expect(await systemBrowser(environment({}, 'linux'))('https://x.example.com')).toBe(false);
  });
});
