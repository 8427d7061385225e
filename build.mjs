// Bundles the program into dist/: one entry, lazy chunks for what a plain `apps --json` never needs, no runtime packages.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));
const out = join(root, 'dist');
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

// Ink imports it in development only, but a bundle would carry (and run) it.
const withoutDevtools = {
  name: 'without-devtools',
  setup(bundler) {
    bundler.onResolve({ filter: /^react-devtools-core$/ }, () => ({ path: 'devtools', namespace: 'empty' }));
    bundler.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default undefined;' }));
  },
};

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const result = await build({
  absWorkingDir: root,
  entryPoints: { main: 'src/main.ts', help: 'src/cli/help.ts' },
  outdir: out,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.19',
  jsx: 'automatic',
  minify: true,
  keepNames: false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  define: { 'process.env.NODE_ENV': '"production"', __RACKDECK_VERSION__: JSON.stringify(version) },
  plugins: [withoutDevtools],
  // CommonJS packages in an ESM bundle still call require for Node's own modules.
  banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
});

await writeFile(join(out, 'licenses.txt'), await licences(result.metafile));
const { helpText } = await import(pathToFileURL(join(out, 'help.js')).href);
await writeFile(join(out, 'help.txt'), helpText());

/** Names, versions and licence texts of every package whose code is in the bundle. */
async function licences(metafile) {
  const folders = new Set();
  for (const input of Object.keys(metafile.inputs)) {
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
