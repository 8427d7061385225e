// Bundles the program into dist/: one entry, lazy chunks for what a plain `apps --json` never needs, no runtime packages.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { regroup } from './build-groups.mjs';
import {
  lateSocketParts,
  lateUndici,
  lateYaml,
  lazyEmoji,
  simpleInkTexts,
  unreached,
  wholeInkRows,
  withoutDevtools,
  yogaWithoutFetch,
} from './build-plugins.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
// Built beside and moved into place when it is whole: a failed build leaves the last one alone, a running one never sees half.
const out = join(root, 'node_modules', `.rackdeck-${process.pid}`);
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

// Only functions are imported from it, and hardly a command calls one; it takes 3 ms to load.
const LATE = new Set(['crypto', 'node:crypto']);

// Every start reads files; node:fs/promises takes 2 ms to load, as it brings the streams of the web along. These mean the same in
// node:fs with a callback.
const READING = new Set(['readFile', 'readdir', 'stat', 'lstat', 'access', 'realpath']);

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
  plugins: [
    withoutDevtools,
    unreached,
    lateUndici,
    lateSocketParts,
    lateYaml,
    lazyEmoji,
    yogaWithoutFetch,
    wholeInkRows,
    simpleInkTexts,
  ],
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
});
const help = await build({ ...options, entryPoints: { help: 'src/cli/help.ts' }, outdir: out });

await mkdir(out);
const groups = {
  main: ['main'],
  dashboard: ['dashboard', 'start-dashboard'],
  simulator: ['simulator'],
  actions: ['dashboard-actions'],
};
for (const result of [...(await regroup(program, groups, out)), help]) await writeOutputs(result);
await writeFile(join(out, 'licenses.txt'), await licences(program.metafile.inputs));
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
    await writeFile(path, withCheapBuiltins(text, imports));
  }
}

function late(module) {
  return (name) => {
    const [there, here = there] = name.split(' as ');
    return `const ${here}=(...a)=>${module}.${there}(...a);`;
  };
}

function lateReading(name) {
  const [there, here = there] = name.trim().split(' as ');
  if (!READING.has(there)) return late('globalThis.process.getBuiltinModule("node:fs/promises")')(name.trim());
  const get = 'globalThis.process.getBuiltinModule';
  return `const ${here}=(...a)=>${get}("node:util").promisify(${get}("node:fs").${there})(...a);`;
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
      if (path === 'node:fs/promises' && !byDefault && !namespace) return names.split(',').map(lateReading).join('');
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
