/**
 * `node src/simulator/serve.ts [--apps N] [--processes N] [--version V] [--log-rate N] [--seed N] [--port N]
 * [--no-gateway] [--no-console] [--json]`: the simulator in a process of its own. Prints one line with the endpoints (JSON
 * with `--json`, which is also what tests and benches read) and runs until SIGTERM, SIGINT or the end of its input.
 */
import { parseArgs } from 'node:util';
import { type SimulatorOptions, startSimulator } from './simulator.ts';

const { values } = parseArgs({
  options: {
    apps: { type: 'string' },
    processes: { type: 'string' },
    version: { type: 'string' },
    'log-rate': { type: 'string' },
    seed: { type: 'string' },
    port: { type: 'string' },
    'no-gateway': { type: 'boolean' },
    'no-console': { type: 'boolean' },
    json: { type: 'boolean' },
  },
});

function whole(name: 'apps' | 'processes' | 'log-rate' | 'seed' | 'port'): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0)
    throw new RangeError(`--${name} needs a number, not ${JSON.stringify(text)}`);
  return value;
}

function given<K extends keyof SimulatorOptions>(key: K, value: SimulatorOptions[K] | undefined): SimulatorOptions {
  return value === undefined ? {} : { [key]: value };
}

const simulator = await startSimulator({
  ...given('apps', whole('apps')),
  ...given('processes', whole('processes')),
  ...given('version', values.version),
  ...given('logRate', whole('log-rate')),
  ...given('seed', whole('seed')),
  ...given('port', whole('port')),
  withGateway: values['no-gateway'] !== true,
  withConsole: values['no-console'] !== true,
});

let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await simulator.close();
  process.stdin.destroy();
}

process.once('SIGTERM', () => void stop());
process.once('SIGINT', () => void stop());
process.stdin.on('end', () => void stop());
process.stdin.on('error', () => void stop());
process.stdin.resume();
process.stdout.write(`${JSON.stringify({ pid: process.pid, endpoints: simulator.endpoints })}\n`);
