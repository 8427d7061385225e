import type { Key } from 'ink';
import { describe, expect, it } from 'vitest';
import { keyPresses, looksPasted } from '../../../../src/ui/keys/key-press.ts';

const NONE: Key = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
};

const names = (input: string, key: Partial<Key> = {}): string[] =>
  keyPresses(input, { ...NONE, ...key }).map((press) => press.name);

describe('key presses', () => {
  it.each<[string, Partial<Key>, string]>([
    ['j', {}, 'j'],
    ['G', { shift: true }, 'G'],
    ['[', {}, '['],
    [' ', {}, 'space'],
    ['\r', { return: true }, 'enter'],
    ['\n', {}, 'enter'],
    ['', { escape: true }, 'escape'],
    ['', { tab: true }, 'tab'],
    ['', { tab: true, shift: true }, 'shift+tab'],
    ['d', { ctrl: true }, 'ctrl+d'],
    ['', { upArrow: true }, 'up'],
    ['', { pageDown: true }, 'pagedown'],
    ['', { backspace: true }, 'backspace'],
    ['q', { meta: true }, 'alt+q'],
    ['', { upArrow: true, ctrl: true }, 'ctrl+up'],
  ])('%j %j is %s', (input, key, name) => expect(names(input, key)).toEqual([name]));

  it('takes a chunk of a slow link apart', () => {
    expect(names(':ps\r')).toEqual([':', 'p', 's', 'enter']);
    expect(names('jj\t ')).toEqual(['j', 'j', 'tab', 'space']);
  });

  it('keeps characters outside the basic plane whole', () => {
    expect(keyPresses('🚀', NONE)).toEqual([{ name: '🚀', text: '🚀' }]);
  });

  it('types only what prints', () => {
    expect(keyPresses('a ', NONE).map((press) => press.text)).toEqual(['a', ' ']);
    expect(keyPresses('\u0001', NONE)[0]).toEqual({ name: 'ctrl+a', text: '' });
  });
});

describe('paste without brackets', () => {
  it('is told from a held key and from typing', () => {
    expect(looksPasted(keyPresses('rm -rf / && reboot', NONE))).toBe(true);
    expect(looksPasted(keyPresses('jjjjjjjjjjjjjjjjjjjj', NONE))).toBe(false);
    expect(looksPasted(keyPresses(':processes\r', NONE))).toBe(false);
  });
});
