import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { eastAsianWidth } from 'get-east-asian-width';
import { afterAll, expect, it } from 'vitest';

interface Plugin {
  setup(bundler: {
    onLoad(filter: unknown, load: (args: { path: string }) => Promise<{ contents: string }>): void;
  }): void;
}
type Named = 'simpleInkTexts' | 'lazyEmoji';
type Plugins = Readonly<Record<Named, Plugin>> & { readonly SIMPLE: string };

const plugins = (await import(
  /* @vite-ignore */ new URL('../../../build-plugins.mjs', import.meta.url).href
)) as Plugins;
const SIGNS = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCharCode(code)).filter((sign) =>
  new RegExp(`^[${plugins.SIMPLE}]$`).test(sign),
);
const folder = mkdtempSync(join(tmpdir(), 'rackdeck-text-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const modules = new URL('../../../node_modules/', import.meta.url);
const [ownSanitize, sanitize] = await both('simpleInkTexts', 'ink/build/sanitize-ansi.js');
const [ownWidth, width] = await both('lazyEmoji', 'string-width/index.js');

/** The package's own function and the one in the bundle. */
async function both(name: Named, file: string): Promise<readonly ((text: string) => unknown)[]> {
  const original = fileURLToPath(new URL(file, modules));
  const { contents } = await new Promise<{ contents: string }>((resolve, reject) => {
    plugins[name].setup({ onLoad: (_, load) => void load({ path: original }).then(resolve, reject) });
  });
  const patched = join(folder, `${name}.mjs`);
  const from = pathToFileURL(original).href;
  writeFileSync(
    patched,
    contents
      .replace(/^\/\/# sourceMappingURL.*$/m, '')
      .replace(/from '([^']+)'/g, (_, wanted: string) =>
        wanted.startsWith('.') ? `from '${new URL(wanted, from).href}'` : `from '${import.meta.resolve(wanted)}'`,
      ),
  );
  const load = async (path: string) =>
    ((await import(/* @vite-ignore */ pathToFileURL(path).href)) as { default: (text: string) => unknown }).default;
  return [await load(original), await load(patched)];
}

it('simple signs are visible, one column wide, and stay by themselves', () => {
  expect(SIGNS.length).toBeGreaterThan(900);
  const segmenter = new Intl.Segmenter();
  for (const sign of SIGNS) {
    expect(/^[\p{L}\p{N}\p{P}\p{S}\p{Zs}]$/u.test(sign), sign).toBe(true);
    expect(/[\p{M}\p{C}\p{Default_Ignorable_Code_Point}\p{Extended_Pictographic}]/u.test(sign), sign).toBe(false);
    expect(eastAsianWidth(sign.charCodeAt(0)), sign).toBe(1);
    expect(ownWidth?.(sign), sign).toBe(1);
  }
  // Neither with itself nor with any neighbour.
  const text = [...SIGNS, ...SIGNS.toReversed(), ...SIGNS.flatMap((sign) => [sign, sign])].join('');
  expect([...segmenter.segment(text)]).toHaveLength(text.length);
});

const ESCAPE = '\u001b';
const part = fc.oneof(
  fc.constantFrom(...SIGNS),
  fc.constantFrom(
    'abc',
    '  ',
    '[31m',
    '\t',
    '\n',
    'e\u0301',
    '\u0301',
    '注',
    '👍🏽',
    '\u200b',
    '\u0007',
    '\u009b31m',
    ESCAPE,
  ),
  fc
    .constantFrom('[31m', '[m', '[;m', '[38;5;12m', '[38:5:12m', '[4:3m', '[2J', ']0;x\u0007', '[1')
    .map((rest) => ESCAPE + rest),
  fc.string({ maxLength: 4 }),
);
const texts = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''));

it('a text of them is cleaned and measured as ever', () => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(sanitize?.(text)).toBe(ownSanitize?.(text));
      expect(width?.(text)).toBe(ownWidth?.(text));
    }),
    { numRuns: 5_000 },
  );
});
