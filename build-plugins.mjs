// What packages bring along that costs time or memory here, taken out or put off while they are bundled.
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));

// Ink imports it in development only, but a bundle would carry (and run) it.
export const withoutDevtools = {
  name: 'without-devtools',
  setup(bundler) {
    bundler.onResolve({ filter: /^react-devtools-core$/ }, () => ({ path: 'devtools', namespace: 'empty' }));
    bundler.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default undefined;' }));
  },
};

// Parts of packages that load much and that rackdeck never reaches: commander starts other programs as subcommands, undici
// speaks HTTP/2 (our pools are made with allowH2: false).
export const unreached = {
  name: 'unreached',
  setup(bundler) {
    const refuse = (what) => `throw new Error('rackdeck does without ${what}');`;
    bundler.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /node_modules\/commander\//.test(importer) ? { path: 'spawn', namespace: 'unreached' } : undefined,
    );
    bundler.onResolve({ filter: /\/client-h2(\.js)?$/ }, ({ importer }) =>
      /node_modules\/undici\//.test(importer) ? { path: 'http2', namespace: 'unreached' } : undefined,
    );
    // The same parser twice, once with instructions that not every processor has: 72 kB to read for nothing.
    bundler.onResolve({ filter: /llhttp_simd-wasm(\.js)?$/ }, ({ importer }) =>
      /node_modules\/undici\//.test(importer) ? { path: 'simd', namespace: 'unreached' } : undefined,
    );
    bundler.onLoad({ filter: /^simd$/, namespace: 'unreached' }, () => ({ contents: 'module.exports = undefined;' }));
    // Node's own modules that undici asks little of and that take milliseconds to load: assert a sentence each, http the limit of
    // a header and the class of its own messages, which nothing here is.
    for (const name of ['assert', 'http']) {
      bundler.onResolve({ filter: new RegExp(`^node:${name}$`) }, ({ importer }) =>
        /node_modules\/undici\//.test(importer) ? { path: `undici-${name}`, namespace: 'unreached' } : undefined,
      );
    }
    bundler.onLoad({ filter: /^undici-assert$/, namespace: 'unreached' }, () => ({
      contents: `module.exports = (value, message) => {
        if (!value) throw message instanceof Error ? message : new Error(message ?? 'undici: an assertion failed');
      };`,
    }));
    bundler.onLoad({ filter: /^undici-http$/, namespace: 'unreached' }, () => ({
      contents: 'module.exports = { IncomingMessage: class IncomingMessage {}, maxHeaderSize: 16_384 };',
    }));
    // The simulator's gateway takes an Agent of undici's front door, behind which stand fetch, caches, mocks and proxies.
    // The Kubernetes client needs what stands behind it; it is a lazy part of its own.
    bundler.onResolve({ filter: /^undici$/ }, ({ importer }) =>
      /node_modules\/@kubernetes\//.test(importer) ? undefined : { path: 'undici', namespace: 'unreached' },
    );
    bundler.onLoad({ filter: /^undici$/, namespace: 'unreached' }, () => ({
      contents: [
        `const load = () => {`,
        // The front door is also what gives a dispatcher its request().
        `  require('undici/lib/dispatcher/dispatcher.js').prototype.request = require('undici/lib/api/api-request.js');`,
        `  return require('undici/lib/dispatcher/agent.js');`,
        `};`,
        `export const Agent = new Proxy(function () {}, { construct: (_, values) => new (load())(...values) });`,
      ].join('\n'),
      resolveDir: root,
    }));
    bundler.onLoad({ filter: /^spawn$/, namespace: 'unreached' }, () => ({
      contents: `export default { spawn() { ${refuse('subcommands in files of their own')} } };`,
    }));
    bundler.onLoad({ filter: /^http2$/, namespace: 'unreached' }, () => ({
      contents: `module.exports = () => { ${refuse('HTTP/2')} };`,
    }));
  },
};

// ws loads TLS for sockets that are mostly not encrypted, and compression and hashes that wait for the first message: 20 ms of a
// start. Here each is loaded when it is called.
export const lateSocketParts = {
  name: 'late-socket-parts',
  setup(bundler) {
    const get = (module) => `globalThis.process.getBuiltinModule('${module}')`;
    for (const module of ['https', 'tls', 'zlib']) {
      fromSockets(bundler, module, `module.exports = new Proxy({}, { get: (_, name) => ${get(module)}[name] });`);
    }
    // Taken apart as soon as it is required: every name is a function of its own.
    const names = ['createHash', 'randomBytes', 'randomFillSync'];
    const late = names.map((name) => `exports.${name} = (...parts) => ${get('crypto')}.${name}(...parts);`);
    fromSockets(bundler, 'crypto', late.join('\n'));
  },
};

function fromSockets(bundler, module, contents) {
  const namespace = `sockets-${module}`;
  bundler.onResolve({ filter: new RegExp(`^${module}$`) }, ({ importer }) =>
    /node_modules\/ws\//.test(importer) ? { path: module, namespace } : undefined,
  );
  bundler.onLoad({ filter: /.*/, namespace }, () => ({ contents }));
}

// Signs that are one code unit, one column and a grapheme by themselves wherever they stand: none combines, is invisible or
// belongs to an emoji. Nearly all that a dashboard draws; held to the tables of Unicode by test/unit/build/simple-text.test.ts.
export const SIMPLE =
  '\\u0020-\\u007e\\u00a1-\\u00a8\\u00aa-\\u00ac\\u00af-\\u02ff\\u2010-\\u2027\\u2500-\\u259f\\u2800-\\u28ff';
/** A regular expression's text: nothing but such signs and colours in their usual form. */
const SIMPLE_ROW = `^[${SIMPLE}]*(?:\\u001b\\[[\\d;]*m[${SIMPLE}]*)*$`;

// Regular expressions of whole classes of Unicode take long to read, that of all emoji 30 ms, and string-width has them made
// while it is loaded. A single character that is no emoji by itself needs not even the last.
export const lazyEmoji = {
  name: 'lazy-emoji',
  setup(bundler) {
    const eager = 'const rgiEmojiRegex = /^\\p{RGI_Emoji}$/v;';
    const lazy = `
      const presentation = { test: (text) => /^\\p{Emoji_Presentation}$/u.test(text) };
      let rgiEmoji;
      const rgiEmojiRegex = {
        test(text) {
          if (text.length === 1 && !presentation.test(text)) return false;
          return (rgiEmoji ??= new RegExp('^\\\\p{RGI_Emoji}$', 'v')).test(text);
        },
      };`;
    const classes = /^const (visibleCharacterRegex|spacingMarkRegex) = (\/.*\/v);$/gm;
    const late = (_, name, literal) =>
      `const ${name} = { test: (text) => ${literal}.test(text), [Symbol.search]: (text) => text.search(${literal}) };`;
    bundler.onLoad({ filter: /node_modules\/string-width\/index\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const ascii = '/^[\\u0020-\\u007E]*$/';
      if (!text.includes(eager) || !text.includes(ascii) || text.match(classes)?.length !== 2)
        throw new Error('string-width has changed: look at lazyEmoji');
      const width = text.replace(eager, () => lazy).replace(classes, late);
      return { contents: width.replace(ascii, () => `/^[${SIMPLE}]*$/`) };
    });
  },
};

// Ink draws every frame into a grid of cells, each character an object: 6 ms and 5 MB for a full screen. Where every row is one
// text from its first column on, which is every frame without a box over it, the rows are the texts.
export const wholeInkRows = {
  name: 'whole-ink-rows',
  setup(bundler) {
    const styling = `import { styledCharsFromTokens, styledCharsToString, tokenize, } from '@alcalzone/ansi-tokenize';`;
    const begin = 'export default class Output {';
    const get = '    get() {\n';
    const shortcut = `    get() {
        const drawn = drawnWhole(this);
        if (drawn !== undefined) return drawn;
`;
    bundler.onLoad({ filter: /ink\/build\/output\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if ([styling, begin, get].some((part) => text.split(part).length !== 2))
        throw new Error('Ink has changed: look at wholeInkRows');
      return {
        contents: text
          .replace(styling, () => styling.replace('{', '{ ansiCodesToString, diffAnsiCodes,'))
          .replace(begin, () => `${WHOLE_ROWS}\n${begin}`)
          .replace(get, () => shortcut),
      };
    });
  },
};

// Inside Ink's output.js. The same as the grid makes of such rows: styles in Ink's own spelling, nothing behind the last sign.
const WHOLE_ROWS = `
const SIMPLE_ROW = new RegExp(${JSON.stringify(SIMPLE_ROW)});
const KEPT = 256;
let spelled = new Map();
let older = new Map();

function drawnWhole({ operations, height, caches }) {
    const rows = new Array(height).fill('');
    const taken = new Set();
    for (const { type, x, y, text, transformers } of operations) {
        const fits = type === 'write' && x === 0 && y >= 0 && y < height && Number.isInteger(y);
        if (!fits || taken.has(y) || text.includes('\\n')) return undefined;
        taken.add(y);
        let line = spelling(text, caches);
        for (const transformer of transformers) line = transformer(line, 0);
        rows[y] = spelling(line, caches).trimEnd();
    }
    return { output: rows.join('\\n'), height };
}

function spelling(text, caches) {
    if (SIMPLE_ROW.test(text)) return text.includes('\\u001b') ? spellingOfRuns(text) : text;
    let line = spelled.get(text) ?? older.get(text);
    line ??= styledCharsToString(caches.getStyledChars(text));
    spelled.set(text, line);
    if (spelled.size > KEPT) {
        older = spelled;
        spelled = new Map();
    }
    return line;
}

// Row by row the same styles follow each other: a style knows what it becomes, and what is written on the way to another.
const MOST_STYLES = 500;
let styles = new Map();
let plain = styleOf([]);

function styleOf(codes) {
    const key = codes.map(({ code }) => code).join('');
    let style = styles.get(key);
    if (style === undefined) {
        style = { codes, after: new Map(), to: new Map() };
        styles.set(key, style);
    }
    return style;
}

function styleAfter(style, sequence) {
    let next = style.after.get(sequence);
    if (next === undefined) {
        const tokens = [...tokenize(sequence), { type: 'char', value: ' ', fullWidth: false }];
        const [{ styles: added }] = styledCharsFromTokens([...style.codes.map((code) => ({ ...code, type: 'ansi' })), ...tokens]);
        next = styleOf(added);
        style.after.set(sequence, next);
    }
    return next;
}

function between(from, to) {
    if (from === to) return '';
    let codes = from.to.get(to);
    if (codes === undefined) {
        codes = ansiCodesToString(diffAnsiCodes(from.codes, to.codes));
        from.to.set(to, codes);
    }
    return codes;
}

function spellingOfRuns(text) {
    if (styles.size > MOST_STYLES) {
        styles = new Map();
        plain = styleOf([]);
    }
    let line = '';
    let shown = plain;
    let style = plain;
    let from = 0;
    for (let at = text.indexOf('\\u001b'); at !== -1; at = text.indexOf('\\u001b', from)) {
        if (at > from) {
            line += between(shown, style) + text.slice(from, at);
            shown = style;
        }
        from = text.indexOf('m', at) + 1;
        style = styleAfter(style, text.slice(at, from));
    }
    if (from < text.length) {
        line += between(shown, style) + text.slice(from);
        shown = style;
    }
    return line + between(shown, plain);
}
`;

// Ink takes every text of every frame apart to see whether it holds anything but colours, twice where it has changed.
export const simpleInkTexts = {
  name: 'simple-ink-texts',
  setup(bundler) {
    const begin = 'const sanitizeAnsi = (text) => {\n';
    bundler.onLoad({ filter: /ink\/build\/sanitize-ansi\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (text.split(begin).length !== 2) throw new Error('Ink has changed: look at simpleInkTexts');
      const simple = `const simpleRow = new RegExp(${JSON.stringify(SIMPLE_ROW)});\n`;
      return { contents: text.replace(begin, () => `${simple}${begin}    if (simpleRow.test(text)) return text;\n`) };
    });
  },
};

// Yoga asks fetch for the WebAssembly in its own text; Node's fetch is the whole of undici once more, 25 ms.
export const yogaWithoutFetch = {
  name: 'yoga-without-fetch',
  setup(bundler) {
    bundler.onLoad({ filter: /yoga-layout\/dist\/binaries\/.*\.js$/ }, async ({ path }) => {
      return { contents: `const fetch = undefined;\n${await readFile(path, 'utf8')}` };
    });
  },
};

// Few commands read a manifest, and the package takes 5 ms to load: each of its exports loads it when it is used.
export const lateYaml = {
  name: 'late-yaml',
  setup(bundler) {
    bundler.onResolve({ filter: /^yaml$/ }, ({ pluginData }) =>
      pluginData === 'itself' ? undefined : { path: 'yaml', namespace: 'late' },
    );
    bundler.onLoad({ filter: /^yaml$/, namespace: 'late' }, async () => {
      const names = Object.keys(await import('yaml')).filter((name) => name !== 'default' && name !== 'module.exports');
      const { path } = await bundler.resolve('yaml', { kind: 'require-call', resolveDir: root, pluginData: 'itself' });
      const lines = names.map((name) => `export const ${name} = /* @__PURE__ */ late('${name}');`);
      return { contents: [lateExports(path), ...lines].join('\n'), resolveDir: root };
    });
  },
};

// The first request leaves behind the first frame: undici is made ready when it does.
export const lateUndici = {
  name: 'late-undici',
  setup(bundler) {
    const pool = 'undici/lib/dispatcher/pool.js';
    bundler.onResolve({ filter: new RegExp(`^${pool}$`) }, ({ kind }) =>
      kind === 'import-statement' ? { path: pool, namespace: 'late' } : undefined,
    );
    bundler.onLoad({ filter: new RegExp(`^${pool}$`), namespace: 'late' }, () => ({
      contents: `
        const load = () => require(${JSON.stringify(pool)});
        export default new Proxy(function () {}, { construct: (_, values) => new (load())(...values) });`,
      resolveDir: root,
    }));
  },
};

function lateExports(path) {
  return `
    const load = () => require(${JSON.stringify(path)});
    const late = (name) => new Proxy(function () {}, {
      apply: (_, self, values) => Reflect.apply(load()[name], self, values),
      construct: (_, values) => new (load()[name])(...values),
      get: (_, key) => load()[name][key],
    });`;
}
