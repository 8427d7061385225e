// P9 and P10 for the log screen alone: `node test/perf/log-screen.mjs`. Exits 1 when over budget.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

// Ink imports it in development only, but a bundle would carry (and run) it.
const withoutDevtools = {
  name: 'without-devtools',
  setup(bundler) {
    bundler.onResolve({ filter: /^react-devtools-core$/ }, () => ({ path: 'devtools', namespace: 'empty' }));
    bundler.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default undefined;' }));
  },
};

const folder = mkdtempSync(join(tmpdir(), 'rackdeck-perf-'));
const out = join(folder, 'load.mjs');
try {
  await build({
    entryPoints: [fileURLToPath(new URL('log-screen-load.tsx', import.meta.url))],
    outfile: out,
    bundle: true,
    platform: 'node',
    format: 'esm',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [withoutDevtools],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  const run = spawnSync(process.execPath, [out], { env: { ...process.env, NODE_ENV: 'production' }, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr || `the load ended with ${run.status}`);
  const { follow, followWithPanel, search, beside } = JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '{}');
  const checks = [
    ['P9  following 3,000 lines/s, % of a core', follow.percentOfCore, 20],
    ['P9  the same with all fields counted and shown', followWithPanel.percentOfCore, 20],
    ['P9  frames per second', follow.framesPerSecond, 20.5],
    ['P9  lines sent but neither kept nor counted', follow.sent - follow.received, 0],
    ['P10 next/previous hit over 100,000 lines, p95 ms', search.nextP95, 50],
    ['P10 the same with all fields counted and shown', beside.nextP95, 50],
    ['    fields of 100,000 lines, all counted after ms', beside.fieldsMs, Number.POSITIVE_INFINITY],
    ['    top values of 100,000 lines after ms', beside.topMs, Number.POSITIVE_INFINITY],
    ['    processes of 100,000 lines after ms', beside.processesMs, Number.POSITIVE_INFINITY],
    ['    longest wait of a key while they are counted, ms', beside.sliceMs, Number.POSITIVE_INFINITY],
    ['    time jump over 100,000 lines, ms', beside.jumpMs, Number.POSITIVE_INFINITY],
    ['    first new error of 100,000 lines, ms', beside.errorMs, Number.POSITIVE_INFINITY],
    ['    first search over 100,000 lines, p95 ms', search.firstSearchP95, Number.POSITIVE_INFINITY],
    ['    first filter over 100,000 lines, p95 ms', search.filterP95, Number.POSITIVE_INFINITY],
  ];
  let failed = false;
  for (const [name, figure, budget] of checks) {
    const over = figure > budget;
    failed ||= over;
    console.log(
      `${over ? 'OVER' : 'ok  '} ${name}: ${figure.toFixed(1)}${Number.isFinite(budget) ? ` (budget ${budget})` : ''}`,
    );
  }
  console.log(`     ${Math.round(follow.bytesPerSecond / 1024)} KiB/s written, ${follow.dropped} dropped and counted`);
  process.exitCode = failed ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
