import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { Terminal, type TerminalOptions } from '../../support/terminal.ts';
import { type Benchmark, type BenchmarkResult, ratioResult } from '../support/benchmark.ts';
import { startSimulatorProcess } from '../support/simulator-process.ts';
import { median, spread } from '../support/statistics.ts';
import { alternate, LAUNCHER, NODE, withHome } from '../support/whole-process.ts';

const BUDGET = 1.35;
const ROUNDS = 15;
const SIZE = { columns: 180, rows: 50 };
const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));

/** P1: nothing that shows a screen with Ink can be faster than the smallest program that does. */
export const firstFrame: Benchmark = {
  id: 'P1',
  title: 'first frame of the dashboard in a terminal',
  run: () =>
    withHome(async (home) => {
      const hello = await helloWorld();
      const rack = await startSimulatorProcess();
      const dashboard = (args: readonly string[], env: Readonly<Record<string, string>>) => () =>
        untilScreen({ home, env, command: [NODE, LAUNCHER, ...args] }, /^ board .*(connecting|live)/, 'q');
      try {
        const runs = await alternate(ROUNDS, {
          hello: () => untilScreen({ home, command: [NODE, hello.launcher] }, /Hello, world/),
          rack: dashboard([], { RACK_URL: rack.rackUrl }),
          demo: dashboard(['--demo'], {}),
        });
        const floor = { figure: median(runs.hello), what: 'bundled Ink hello-world' };
        const result = (what: string, times: readonly number[]): BenchmarkResult =>
          ratioResult({
            what,
            figure: median(times),
            unit: 'ms',
            floor,
            budget: BUDGET,
            note: `medians, start of the process to its header on the emulated screen; ${spread(times)} ms`,
          });
        return [result('dashboard of a rack', runs.rack), result('dashboard with --demo', runs.demo)];
      } finally {
        await rack.stop();
        await hello.remove();
      }
    }),
};

/** From the start of a program in a terminal until its screen holds `wanted`, ms. The program then ends by itself or by `quit`. */
async function untilScreen(options: TerminalOptions, wanted: RegExp, quit?: string): Promise<number> {
  const begin = performance.now();
  const terminal = Terminal.open({ ...SIZE, ...options });
  try {
    await terminal.waitFor(wanted);
    const ms = performance.now() - begin;
    // Ended in order, so that what Node keeps for the next start is kept.
    if (quit !== undefined) terminal.press(quit);
    await terminal.waitForExit();
    return ms;
  } finally {
    await terminal.close();
  }
}

const HELLO = `
import { Text, render } from 'ink';
import { createElement } from 'react';
const { unmount, waitUntilExit } = render(createElement(Text, null, 'Hello, world'));
setTimeout(unmount, 50);
await waitUntilExit();
`;

const HELLO_LAUNCHER = `
import module from 'node:module';
process.env.NODE_ENV = 'production';
module.enableCompileCache();
await import('./hello.js');
`;

/** One minified file for production with the same launcher as ours has: what anybody would ship. */
async function helloWorld(): Promise<{ readonly launcher: string; remove(): Promise<void> }> {
  await mkdir(join(REPOSITORY, 'node_modules', '.cache'), { recursive: true });
  const folder = await mkdtemp(join(REPOSITORY, 'node_modules', '.cache', 'hello-'));
  await build({
    stdin: { contents: HELLO, resolveDir: REPOSITORY, loader: 'js' },
    outfile: join(folder, 'hello.js'),
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.19',
    define: { 'process.env.NODE_ENV': '"production"' },
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    plugins: [
      {
        name: 'without-devtools',
        setup(bundler) {
          bundler.onResolve({ filter: /^react-devtools-core$/ }, () => ({ path: 'devtools', namespace: 'empty' }));
          bundler.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default undefined;' }));
        },
      },
    ],
  });
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(join(folder, 'launch.js'), HELLO_LAUNCHER);
  return {
    launcher: join(folder, 'launch.js'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
