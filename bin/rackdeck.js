#!/usr/bin/env node
// The launcher: the only file that may end the process. It must stay plain JavaScript that an old Node can parse, answer
// --version and --help without loading the program, and set NODE_ENV before React is imported (React in development mode
// costs twice the CPU and leaks in long sessions).
const OLDEST = [22, 19];

function file(name) {
  return new URL(`../${name}`, import.meta.url);
}

/** As text. Loaded only here: an import of node:fs makes Node load its streams as well, a fifth of its own start. */
async function read(name) {
  const { readFileSync } = process.getBuiltinModule?.('node:fs') ?? (await import('node:fs'));
  return readFileSync(file(name), 'utf8');
}

function nodeIsTooOld() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}

async function launch() {
  const argv = process.argv.slice(2);
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    process.stdout.write(`${JSON.parse(await read('package.json')).version}\n`);
    return 0;
  }
  if (argv.length === 1 && (argv[0] === '--help' || argv[0] === '-h' || argv[0] === 'help')) {
    process.stdout.write(await read('dist/help.txt'));
    return 0;
  }
  if (nodeIsTooOld()) {
    process.stderr.write(
      `rackdeck needs Node.js ${OLDEST.join('.')} or newer; this is ${process.versions.node}.\n` +
        'Install a current Node.js (https://nodejs.org) or, in a clone of the repository, use `npm start`, which brings its own.\n',
    );
    return 2;
  }
  process.env.NODE_ENV = 'production';
  process.getBuiltinModule('node:module').enableCompileCache?.();
  const { main } = await import('../dist/main.js');
  return main(argv, process);
}

function explain(error) {
  if (error && error.code === 'ERR_MODULE_NOT_FOUND' && String(error.message).includes('dist/main.js')) {
    return 'The program is not built yet: run `npm run build` first.';
  }
  if (error && error.code === 'ENOENT' && String(error.path).includes('help.txt')) {
    return 'The program is not built yet: run `npm run build` first.';
  }
  return `rackdeck stopped unexpectedly: ${error instanceof Error ? error.message : String(error)}`;
}

// What nobody caught. The dashboard listens too and must restore the terminal first: then it decides.
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (error) => {
    if (process.listenerCount(event) > 1) return;
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  });
}

launch().then(
  (code) => {
    // Streams may still hold output for a pipe: let it drain before the process ends.
    process.exitCode = code;
    if (process.stdout.writableLength === 0 || process.stdout.destroyed) process.exit(code);
    for (const event of ['drain', 'close', 'error']) process.stdout.once(event, () => process.exit(code));
  },
  (error) => {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  },
);
