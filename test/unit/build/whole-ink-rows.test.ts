import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';

type Transformer = (line: string, index: number) => string;
interface InkOutput {
  write(x: number, y: number, text: string, options: { readonly transformers: readonly Transformer[] }): void;
  clip(clip: { readonly x1: number; readonly x2: number }): void;
  unclip(): void;
  get(): { readonly output: string; readonly height: number };
}
type OutputClass = new (size: { readonly width: number; readonly height: number }) => InkOutput;

interface Plugin {
  setup(bundler: {
    onLoad(filter: unknown, load: (args: { path: string }) => Promise<{ contents: string }>): void;
  }): void;
}

const INK_OUTPUT = fileURLToPath(new URL('../../../node_modules/ink/build/output.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rackdeck-ink-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const Own = await imported(INK_OUTPUT);
const Whole = await imported(await patched());

async function imported(path: string): Promise<OutputClass> {
  const module = (await import(/* @vite-ignore */ pathToFileURL(path).href)) as { default: OutputClass };
  return module.default;
}

/** Ink's file as the bundle has it, somewhere else and therefore with the addresses of what it imports. */
async function patched(): Promise<string> {
  const plugins = new URL('../../../build-plugins.mjs', import.meta.url).href;
  const { wholeInkRows } = (await import(/* @vite-ignore */ plugins)) as { wholeInkRows: Plugin };
  const { contents } = await new Promise<{ contents: string }>((resolve, reject) => {
    wholeInkRows.setup({ onLoad: (_, load) => void load({ path: INK_OUTPUT }).then(resolve, reject) });
  });
  const path = join(folder, 'output.mjs');
  writeFileSync(
    path,
    contents
      .replace(/^\/\/# sourceMappingURL.*$/m, '')
      .replace(/from '([^']+)'/g, (_: string, name: string) => `from '${import.meta.resolve(name)}'`),
  );
  return path;
}

const ESCAPES = ['[31m', '[39m', '[1m', '[22m', '[7m', '[27m', '[38;5;12m', '[48;2;1;2;3m', '[49m', '[0m'];
const part = fc.oneof(
  fc.constantFrom(
    'abc',
    '  ',
    '   ',
    '│',
    '▇',
    '…',
    '注文',
    '👍🏽',
    'é',
    'e\u0301',
    '\u200b',
    '\u00ad',
    '한국',
    '\t',
    ' x ',
  ),
  fc.constantFrom(...ESCAPES.map((rest) => `\u001b${rest}`)),
  fc.string({ maxLength: 6 }),
);
interface Row {
  readonly text: string;
  readonly transformers: readonly Transformer[];
  readonly x: number;
  /** Rows further up than its own place. */
  readonly up: number;
}

const row: fc.Arbitrary<Row> = fc.record({
  text: fc.array(part, { maxLength: 10 }).map((parts) => parts.join('')),
  transformers: fc.constantFrom<readonly Transformer[]>(
    [],
    [(line) => line],
    [(line) => `\u001b[2m${line}\u001b[22m`],
    [(line) => line, (line) => `<${line}>`],
  ),
  // Mostly rows of their own from the first column on; sometimes not, and then the grid has to draw.
  x: fc.constantFrom(0, 0, 0, 0, 0, 0, 2),
  up: fc.constantFrom(0, 0, 0, 0, 0, 0, 1),
});

function draw(Output: OutputClass, rows: readonly Row[], width: number, height: number) {
  const output = new Output({ width, height });
  for (const [index, { text, transformers, x, up }] of rows.entries())
    output.write(x, index - up, text, { transformers });
  return output.get();
}

it('draws what the grid of Ink draws', () => {
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 6 }),
      fc.constantFrom(1, 30, 200),
      fc.integer({ min: 1, max: 6 }),
      (rows, width, height) => {
        expect(draw(Whole, rows, width, height)).toEqual(draw(Own, rows, width, height));
      },
    ),
    { numRuns: 3_000 },
  );
});

const CODES = [
  0,
  1,
  2,
  3,
  4,
  7,
  9,
  22,
  23,
  24,
  27,
  29,
  31,
  39,
  41,
  49,
  53,
  55,
  58,
  59,
  90,
  99,
  107,
  '',
  '38;5;12',
  '48;2;1;2;3',
];
const colours = fc
  .array(fc.constantFrom(...CODES), { minLength: 1, maxLength: 3 })
  .map((codes) => `\u001b[${codes.join(';')}m`);
const simple = fc.oneof(colours, fc.constantFrom('abc', ' ', '   ', '│', '▇', '…', 'é', '⣿'));

it('draws rows of simple signs and any colours as the grid does', () => {
  const text = fc.array(simple, { maxLength: 14 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (texts) => {
      const rows = texts.map((each) => ({ text: each, transformers: [], x: 0, up: 0 }));
      expect(draw(Whole, rows, 200, 4)).toEqual(draw(Own, rows, 200, 4));
    }),
    { numRuns: 3_000 },
  );
});

it('leaves what is clipped to the grid', () => {
  for (const Output of [Own, Whole]) {
    const output = new Output({ width: 10, height: 1 });
    output.clip({ x1: 0, x2: 4 });
    output.write(0, 0, 'abcdefgh', { transformers: [] });
    output.unclip();
    expect(output.get().output).toBe('abcd');
  }
});
