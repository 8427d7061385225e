// Bundles the program into dist/: one entry, lazy chunks for what a plain `apps --json` never needs, no runtime packages.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
// Built beside and moved into place when it is whole: a failed build leaves the last one alone, a running one never sees half.
const out = join(root, 'node_modules', `.rackdeck-${process.pid}`);
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

// Ink imports it in development only, but a bundle would carry (and run) it.
const withoutDevtools = {
  name: 'without-devtools',
  setup(bundler) {
    bundler.onResolve({ filter: /^react-devtools-core$/ }, () => ({ path: 'devtools', namespace: 'empty' }));
    bundler.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default undefined;' }));
  },
};

// Parts of packages that load much and that rackdeck never reaches: commander starts other programs as subcommands, undici
// speaks HTTP/2 (our pools are made with allowH2: false).
const unreached = {
  name: 'unreached',
  setup(bundler) {
    const refuse = (what) => `throw new Error('rackdeck does without ${what}');`;
    bundler.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /node_modules\/commander\//.test(importer) ? { path: 'spawn', namespace: 'unreached' } : undefined,
    );
    bundler.onResolve({ filter: /\/client-h2(\.js)?$/ }, ({ importer }) =>
      /node_modules\/undici\//.test(importer) ? { path: 'http2', namespace: 'unreached' } : undefined,
    );
    // The simulator's gateway takes an Agent of undici's front door, behind which stand fetch, caches, mocks and proxies.
    bundler.onResolve({ filter: /^undici$/ }, () => ({ path: 'undici', namespace: 'unreached' }));
    bundler.onLoad({ filter: /^undici$/, namespace: 'unreached' }, () => ({
      contents: [
        `import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';`,
        `import request from 'undici/lib/api/api-request.js';`,
        // The front door is also what gives a dispatcher its request().
        `Dispatcher.prototype.request = request;`,
        `export { default as Agent } from 'undici/lib/dispatcher/agent.js';`,
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

// The regular expression of all emoji costs 30 ms where it stands, and string-width has it made while it is loaded. A single
// character that is no emoji by itself needs none.
const lazyEmoji = {
  name: 'lazy-emoji',
  setup(bundler) {
    const eager = 'const rgiEmojiRegex = /^\\p{RGI_Emoji}$/v;';
    const lazy = `
      const presentation = /^\\p{Emoji_Presentation}$/u;
      let rgiEmoji;
      const rgiEmojiRegex = {
        test(text) {
          if (text.length === 1 && !presentation.test(text)) return false;
          return (rgiEmoji ??= new RegExp('^\\\\p{RGI_Emoji}$', 'v')).test(text);
        },
      };`;
    bundler.onLoad({ filter: /node_modules\/string-width\/index\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes(eager)) throw new Error('string-width has changed: look at lazyEmoji in build.mjs');
      return { contents: text.replace(eager, () => lazy) };
    });
  },
};

// Only functions are imported from it, and hardly a command calls one; it takes 3 ms to load.
const LATE = new Set(['crypto', 'node:crypto']);

// Yoga asks fetch for the WebAssembly in its own text; Node's fetch is the whole of undici once more, 25 ms.
const yogaWithoutFetch = {
  name: 'yoga-without-fetch',
  setup(bundler) {
    bundler.onLoad({ filter: /yoga-layout\/dist\/binaries\/.*\.js$/ }, async ({ path }) => {
      return { contents: `const fetch = undefined;\n${await readFile(path, 'utf8')}` };
    });
  },
};

const options = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.19',
  jsx: 'automatic',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
  define: {
    'process.env.NODE_ENV': '"production"',
    __RACKDECK_VERSION__: JSON.stringify(version),
    'Intl.Segmenter': 'LazySegmenter', // src/platform/lazy-segmenter.ts
    // undici's own switch for a bundle without its second, experimental parser.
    esbuildDetection: 'true',
  },
  inject: ['src/platform/lazy-segmenter.ts'],
  plugins: [withoutDevtools, unreached, lazyEmoji, yogaWithoutFetch],
  // What CommonJS packages require at run time is Node's own.
  banner: { js: 'const require=globalThis.process.getBuiltinModule;' },
  metafile: true,
  write: false,
};

const program = await build({
  ...options,
  entryPoints: { main: 'src/main.ts' },
  outdir: out,
  splitting: true,
  external: ['../simulator/simulator.ts'],
});
// Bundles of their own: code shared with the program would cut that into more files, each a millisecond of its start.
const simulator = await build({ ...options, entryPoints: { simulator: 'src/simulator/simulator.ts' }, outdir: out });
const help = await build({ ...options, entryPoints: { help: 'src/cli/help.ts' }, outdir: out });

await mkdir(out);
for (const result of [program, simulator, help]) await writeOutputs(result);
await writeFile(
  join(out, 'licenses.txt'),
  await licences({ ...program.metafile.inputs, ...simulator.metafile.inputs }),
);
const { helpText } = await import(pathToFileURL(join(out, 'help.js')).href);
await writeFile(join(out, 'help.txt'), helpText());
await rm(join(out, 'help.js'));
await replaceFolder(dist, out);

async function replaceFolder(old, fresh) {
  const aside = `${fresh}-old`;
  await rename(old, aside).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(fresh, old);
  await rm(aside, { recursive: true, force: true });
}

async function writeOutputs({ outputFiles, metafile }) {
  for (const { path, text } of outputFiles) {
    const { imports } = metafile.outputs[relative(root, path)];
    await writeFile(path, withCheapBuiltins(text, imports).replaceAll('../simulator/simulator.ts', './simulator.js'));
  }
}

function late(module) {
  return (name) => {
    const [there, here = there] = name.split(' as ');
    return `const ${here}=(...a)=>${module}.${there}(...a);`;
  };
}

/**
 * An ESM import of one of Node's own modules makes Node read every export of it, also those that load half the runtime when
 * they are touched: `import 'node:http'` costs 30 ms, getBuiltinModule 3 ms.
 */
function withCheapBuiltins(text, imports) {
  const expected = imports.filter(({ path, kind }) => kind === 'import-statement' && isBuiltin(path)).length;
  let found = 0;
  const cheap = text.replace(
    /\bimport(?: ?([\w$]+))?,?(?:\* ?as ([\w$]+)|\{([^{}]*)\})? ?from ?"([\w:/]+)";/g,
    (statement, byDefault, namespace, names, path) => {
      if (!isBuiltin(path)) return statement;
      found += 1;
      const module = `globalThis.process.getBuiltinModule("${path}")`;
      if (LATE.has(path) && !byDefault && !namespace) return names.split(',').map(late(module)).join('');
      const whole = [byDefault, namespace].filter(Boolean).map((name) => `${name}=${module}`);
      const parts = names === undefined ? [] : [`{${names.replaceAll(' as ', ':')}}=${module}`];
      return `const ${[...whole, ...parts].join(',')};`;
    },
  );
  if (found !== expected) throw new Error(`${found} of ${expected} imports of Node's own modules were rewritten`);
  return cheap;
}

/** Names, versions and licence texts of every package whose code is in the bundle. */
async function licences(inputs) {
  const folders = new Set();
  for (const input of Object.keys(inputs)) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match) folders.add(match[1]);
  }
  const parts = [];
  for (const folder of [...folders].sort()) {
    const meta = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
    const text = await licenceText(join(root, folder));
    parts.push(`${meta.name} ${meta.version} (${meta.license ?? 'see text'})\n\n${text}`);
  }
  return `${parts.join(`\n${'-'.repeat(80)}\n\n`)}\n`;
}

async function licenceText(folder) {
  for (const name of ['LICENSE', 'license', 'LICENSE.md', 'LICENSE.txt', 'license.md', 'LICENCE', 'License']) {
    try {
      return (await readFile(join(folder, name), 'utf8')).trim();
    } catch {}
  }
  return '(no licence file in the package)';
}
