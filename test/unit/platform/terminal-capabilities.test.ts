import { describe, expect, test } from 'vitest';
import type { Environment } from '../../../src/platform/environment.ts';
import { terminalCapabilities } from '../../../src/platform/terminal-capabilities.ts';

function environment(env: Record<string, string>, platform: NodeJS.Platform = 'linux'): Environment {
  return { env, platform, home: '/h', cwd: '/c', hostname: 'x', now: () => 0, random: () => 0 };
}

describe('colour', () => {
  test.each<[string, Record<string, string>, { isTTY?: boolean; color?: boolean; platform?: NodeJS.Platform }, number]>(
    [
      ['plain xterm', { TERM: 'xterm' }, {}, 1],
      ['256', { TERM: 'xterm-256color' }, {}, 2],
      ['tmux', { TERM: 'tmux-256color' }, {}, 2],
      ['COLORTERM', { TERM: 'xterm-256color', COLORTERM: 'truecolor' }, {}, 3],
      ['24bit', { TERM: 'xterm', COLORTERM: '24bit' }, {}, 3],
      ['kitty', { TERM: 'xterm-kitty' }, {}, 3],
      ['windows', {}, { platform: 'win32' }, 3],
      ['Terminal.app', { TERM: 'xterm-256color', TERM_PROGRAM: 'Apple_Terminal' }, {}, 2],
      ['no TERM', {}, {}, 0],
      ['dumb', { TERM: 'dumb', COLORTERM: 'truecolor' }, {}, 0],
      ['piped', { TERM: 'xterm-256color' }, { isTTY: false }, 0],
      ['NO_COLOR', { TERM: 'xterm-256color', NO_COLOR: '1' }, {}, 0],
      ['NO_COLOR is any text', { TERM: 'xterm-256color', NO_COLOR: '0' }, {}, 0],
      ['empty NO_COLOR does not count', { TERM: 'xterm-256color', NO_COLOR: '' }, {}, 2],
      ['NO_COLOR beats FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '3' }, {}, 0],
      ['--no-color beats FORCE_COLOR', { FORCE_COLOR: '3' }, { color: false }, 0],
      ['FORCE_COLOR when piped', { FORCE_COLOR: '1' }, { isTTY: false }, 1],
      ['FORCE_COLOR=true', { FORCE_COLOR: 'true' }, { isTTY: false }, 1],
      ['FORCE_COLOR=2', { FORCE_COLOR: '2', TERM: 'xterm' }, {}, 2],
      ['FORCE_COLOR=3', { FORCE_COLOR: '3', TERM: 'dumb' }, {}, 3],
      ['FORCE_COLOR=0', { FORCE_COLOR: '0', TERM: 'xterm-256color' }, {}, 0],
    ],
  )('%s', (_name, env, { isTTY = true, color = true, platform = 'linux' }, expected) => {
    expect(terminalCapabilities(environment(env, platform), { isTTY, color }).colorDepth).toBe(expected);
  });
});

describe('glyphs', () => {
  test.each<[string, Record<string, string>, NodeJS.Platform, boolean]>([
    ['UTF-8 locale', { LANG: 'en_GB.UTF-8' }, 'linux', true],
    ['utf8 in LC_CTYPE', { LC_CTYPE: 'C.utf8', LANG: 'C' }, 'linux', true],
    ['LC_ALL decides', { LC_ALL: 'C', LANG: 'en_GB.UTF-8' }, 'linux', false],
    ['an empty LC_ALL does not', { LC_ALL: '', LANG: 'en_GB.UTF-8' }, 'linux', true],
    ['latin-1', { LANG: 'de_DE.ISO-8859-1' }, 'linux', false],
    ['no locale', {}, 'linux', false],
    ['no locale on macOS', {}, 'darwin', true],
    ['the Linux console', { TERM: 'linux', LANG: 'en_GB.UTF-8' }, 'linux', false],
    ['Windows Terminal', { WT_SESSION: 'x' }, 'win32', true],
    ['an old Windows console', {}, 'win32', false],
  ])('%s', (_name, env, platform, expected) => {
    expect(terminalCapabilities(environment(env, platform), { isTTY: true }).unicode).toBe(expected);
  });
});

test.each([
  [{}, undefined, false],
  [{ INK_SCREEN_READER: 'true' }, undefined, true],
  [{}, true, true],
])('screen reader: %o, flag %s', (env, screenReader, expected) => {
  const flags = { isTTY: true, ...(screenReader === undefined ? {} : { screenReader }) };
  expect(terminalCapabilities(environment(env), flags)).toMatchObject({ isTTY: true, screenReader: expected });
});
