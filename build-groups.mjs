// esbuild cuts a program with lazy parts into a file per set of parts that share code: forty small files, each a millisecond of
// every start. Here what is always loaded together becomes one file again; lazy parts stay lazy.
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const SETTINGS = {
  absWorkingDir: dirname(fileURLToPath(import.meta.url)),
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.19',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  write: false,
};

/**
 * `result`: of a build with splitting, not written. `roots`: group name to the beginnings of the names of its files; the group is
 * them and all they import statically, less what an earlier group has. Resolves with results to be written instead.
 */
export async function regroup(result, roots, folder) {
  const files = new Map();
  for (const { path, text } of result.outputFiles) {
    const [, meta] = Object.entries(result.metafile.outputs).find(([name]) => basename(name) === basename(path));
    files.set(basename(path), { text, exports: meta.exports, imports: meta.imports });
  }
  const groupOf = assignGroups(files, roots);
  const names = [...new Set(groupOf.values())];
  const bundles = names.map((group) => bundleGroup(group, { files, groupOf, folder }));
  const alone = [...files.keys()].filter((file) => !groupOf.has(file) || isEntry(file, files, groupOf));
  return Promise.all([...bundles, ...alone.map((file) => bundleAlone(file, { files, groupOf, folder }))]);
}

function assignGroups(files, roots) {
  const groupOf = new Map();
  const visit = (file, group) => {
    if (groupOf.has(file) || !files.has(file)) return;
    groupOf.set(file, group);
    for (const { path, kind } of files.get(file).imports) {
      if (kind === 'import-statement') visit(basename(path), group);
    }
  };
  for (const [group, beginnings] of Object.entries(roots)) {
    for (const beginning of beginnings) {
      const root = [...files.keys()].find((file) => file === `${beginning}.js` || isHashed(file, beginning));
      if (root === undefined) throw new Error(`There is no file of ${beginning} to make ${group} of`);
      visit(root, group);
    }
  }
  return groupOf;
}

function isHashed(file, beginning) {
  return file.startsWith(`${beginning}-`) && /^[A-Z0-9]{8}\.js$/.test(file.slice(beginning.length + 1));
}

/** Loaded lazily by its own name: that name stays, as a file that hands on what its group has. */
function isEntry(file, files, groupOf) {
  if (groupOf.get(file) === basename(file, '.js')) return false;
  return [...files.values()].some(({ imports }) =>
    imports.some(({ path, kind }) => kind === 'dynamic-import' && basename(path) === file),
  );
}

/** Exports of different files share names: each gets the number of its file in front. */
function exported(file, { files }) {
  const number = [...files.keys()].indexOf(file);
  return files.get(file).exports.map((name) => ({ name, unique: `$${number}_${name}` }));
}

function bundleGroup(group, context) {
  const { files, groupOf } = context;
  const members = [...files.keys()].filter((file) => groupOf.get(file) === group);
  const contents = members.map((file) => {
    if (file === `${group}.js`) return `export * from './${file}';`;
    const parts = exported(file, context).map(({ name, unique }) => `${name} as ${unique}`);
    return parts.length === 0 ? `import './${file}';` : `export { ${parts.join(', ')} } from './${file}';`;
  });
  return bundle(contents.join('\n'), `${group}.js`, group, context);
}

function bundleAlone(file, context) {
  const { files, groupOf } = context;
  const names = files.get(file).exports;
  const contents = names.length === 0 ? `import './${file}';` : `export { ${names.join(', ')} } from './${file}';`;
  // A name of its own for what the group has, or else the group's copy would be a second one.
  return bundle(contents, file, groupOf.has(file) ? undefined : file, context);
}

/** `own`: the group, or the file, whose text goes in; everything else is imported from where it ends up. */
function bundle(contents, name, own, context) {
  const { files, groupOf, folder } = context;
  const plugin = {
    name: 'groups',
    setup(bundler) {
      bundler.onResolve({ filter: /^\.\.?\// }, ({ path, kind }) => {
        const file = basename(path);
        const group = groupOf.get(file);
        if (kind === 'dynamic-import') return { path, external: true };
        if (path.startsWith('./group/')) return { path: `./${file}`, external: true };
        if (!files.has(file)) throw new Error(`${name} imports ${path}, which is nowhere`);
        if (own === (group ?? file)) return { path: file, namespace: 'text' };
        return group === undefined ? { path, external: true } : { path: file, namespace: 'elsewhere' };
      });
      bundler.onLoad({ filter: /.*/, namespace: 'text' }, ({ path }) => ({ contents: files.get(path).text }));
      bundler.onLoad({ filter: /.*/, namespace: 'elsewhere' }, ({ path }) => ({ contents: handedOn(path, context) }));
    },
  };
  return build({
    ...SETTINGS,
    stdin: { contents, resolveDir: folder, sourcefile: name },
    outfile: join(folder, name),
    plugins: [plugin],
  });
}

function handedOn(file, context) {
  const group = context.groupOf.get(file);
  if (file === `${group}.js`) return `export * from './group/${group}.js';`;
  const parts = exported(file, context).map(({ name, unique }) => `${unique} as ${name}`);
  return parts.length === 0 ? '' : `export { ${parts.join(', ')} } from './group/${group}.js';`;
}
