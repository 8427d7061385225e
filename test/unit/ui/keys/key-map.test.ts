import { describe, expect, it } from 'vitest';
import type { KeyBinding } from '../../../../src/ui/keys/key-binding.ts';
import { keyLabel } from '../../../../src/ui/keys/key-label.ts';
import { buildKeyMap } from '../../../../src/ui/keys/key-map.ts';
import { SHELL_BINDINGS } from '../../../../src/ui/keys/key-table.ts';
import { LOG_BINDINGS } from '../../../../src/ui/log/log-bindings.ts';
import { TEXT_BINDINGS } from '../../../../src/ui/text/text-bindings.ts';

const ALL: readonly KeyBinding[] = [...SHELL_BINDINGS, ...LOG_BINDINGS, ...TEXT_BINDINGS];

describe('key table', () => {
  it('names every binding once and gives no key two meanings in one context', () => {
    expect(new Set(ALL.map((binding) => binding.id)).size).toBe(ALL.length);
    const taken = ALL.flatMap((binding) => binding.keys.map((key) => `${binding.context} ${key}`));
    expect(taken.filter((key, at) => taken.indexOf(key) !== at)).toEqual([]);
  });

  it('has no table key that hides a key of the shell', () => {
    const global = SHELL_BINDINGS.filter((binding) => binding.context === 'global').flatMap((binding) => binding.keys);
    const table = SHELL_BINDINGS.filter((binding) => binding.context === 'table').flatMap((binding) => binding.keys);
    expect(table.filter((key) => global.includes(key))).toEqual([]);
  });

  it('labels fit a hint line and a help column', () => {
    for (const binding of ALL) expect(binding.label.length, binding.id).toBeLessThanOrEqual(24);
  });
});

describe('key map', () => {
  it('finds by context, lets global keys through except into modal contexts', () => {
    const keys = buildKeyMap(ALL, {});
    expect(keys.find('table', 'j')?.id).toBe('table.down');
    expect(keys.find('table', '?')?.id).toBe('app.help');
    expect(keys.find('log', '/')?.id).toBe('log.search');
    expect(keys.find('prompt', '?')).toBeUndefined();
    expect(keys.find('prompt', 'enter')?.id).toBe('prompt.accept');
  });

  it('applies overrides', () => {
    const keys = buildKeyMap(ALL, { 'table.down': ['n', 'down'] });
    expect(keys.problems).toEqual([]);
    expect(keys.find('table', 'n')?.id).toBe('table.down');
    expect(keys.find('table', 'j')).toBeUndefined();
  });

  it('two overrides may swap keys when the first frees what the second takes', () => {
    const keys = buildKeyMap(ALL, { 'table.mark': ['v'], 'table.page-down': ['space', 'pagedown'] });
    expect(keys.problems).toEqual([]);
    expect(keys.find('table', 'space')?.id).toBe('table.page-down');
  });

  it.each<[string, Readonly<Record<string, readonly string[]>>, RegExp]>([
    ['a key that means something else', { 'table.down': ['k'] }, /'k' already means 'up' \(table\.up\)/],
    ['a key of the shell', { 'table.mark': ['?'] }, /'\?' already means 'help'/],
    ['a name that is no key', { 'table.down': ['strg+x'] }, /keys\.table\.down: 'strg\+x' is no key name/],
    ['an unknown binding', { 'table.dwon': ['n'] }, /keys\.table\.dwon: there is no such key binding/],
    ['a near miss', { 'list.down': ['n'] }, /did you mean table\.down/],
    ['no way out', { 'app.quit': [] }, /app\.quit needs at least one key/],
    ['no list', { 'table.down': 'j' as unknown as string[] }, /keys\.table\.down/],
  ])('refuses %s with a sentence and keeps the default', (_what, overrides, sentence) => {
    const keys = buildKeyMap(ALL, overrides);
    expect(keys.problems).toHaveLength(1);
    expect(keys.problems[0]).toMatch(sentence);
    expect(keys.find('table', 'j')?.id).toBe('table.down');
    expect(keys.find('table', 'q')?.id).toBe('app.quit');
  });

  it('a refused override does not take the others with it', () => {
    const keys = buildKeyMap(ALL, { 'table.down': ['k'], 'table.mark': ['v'] });
    expect(keys.problems).toHaveLength(1);
    expect(keys.find('table', 'v')?.id).toBe('table.mark');
  });
});

describe('key labels', () => {
  it.each([
    ['ctrl+d', '^d'],
    ['escape', 'esc'],
    ['pagedown', 'PgDn'],
    ['j', 'j'],
    ['shift+tab', 'shift+tab'],
  ])('%s is printed as %s', (name, label) => expect(keyLabel(name)).toBe(label));
});
