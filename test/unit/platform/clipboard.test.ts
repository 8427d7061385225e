import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clipboardSequence } from '../../../src/platform/clipboard.ts';

const ESC = '\u001b';
const OSC = new RegExp(`^${ESC}\\]52;c;([A-Za-z0-9+/=]*)\u0007$`);

/** What the terminal at the end sees. */
function unwrapped(bytes: string, kind: 'plain' | 'tmux' | 'screen'): string {
  if (kind === 'plain') return bytes;
  if (kind === 'screen')
    return [...bytes.matchAll(new RegExp(`${ESC}P([^]*?)${ESC}\\\\`, 'g'))].map((match) => match[1]).join('');
  const inner = new RegExp(`^${ESC}Ptmux;([^]*)${ESC}\\\\$`).exec(bytes)?.[1] ?? '';
  return inner.replaceAll(ESC + ESC, ESC);
}

test.each([
  ['plain', { TERM: 'xterm-256color' }],
  ['tmux', { TERM: 'tmux-256color', TMUX: '/tmp/tmux-1/default,1,0' }],
  ['tmux', { TERM: 'screen-256color', TMUX: '/tmp/tmux-1/default,1,0' }],
  ['screen', { TERM: 'screen', STY: '1.pts' }],
] as const)('any text reaches the clipboard: %s %o', (kind, env) => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
      const sequence = clipboardSequence(text, { env }) ?? '';
      const encoded = OSC.exec(unwrapped(sequence, kind))?.[1];
      expect(Buffer.from(encoded ?? '!', 'base64').toString('utf8')).toBe(text);
    }),
  );
});

test('screen gets no string longer than it passes on', () => {
  const parts = (clipboardSequence('x'.repeat(2_000), { env: { STY: 'x' } }) ?? '').split(`${ESC}\\`);
  expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(78);
});

test('a text that terminals would cut is refused', () => {
  expect(clipboardSequence('x'.repeat(56_244), { env: {} })).toBeDefined();
  expect(clipboardSequence('x'.repeat(56_245), { env: {} })).toBeUndefined();
});
