import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { NODE } from './whole-process.ts';

const SERVE = fileURLToPath(new URL('../../../src/simulator/serve.ts', import.meta.url));

export interface SimulatorProcess {
  /** `http://convox:...@127.0.0.1:port` of the direct rack. */
  readonly rackUrl: string;
  readonly endpoints: readonly { readonly kind: string; readonly name?: string; readonly url?: string }[];
  stop(): Promise<void>;
}

/** The simulator in a process of its own, so that its work is not counted as the program's. */
export async function startSimulatorProcess(args: readonly string[]): Promise<SimulatorProcess> {
  const child: ChildProcess = spawn(NODE, ['--disable-warning=ExperimentalWarning', SERVE, '--json', ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (!child.stdout) throw new Error('The simulator has no output');
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { endpoints } = JSON.parse(line) as Pick<SimulatorProcess, 'endpoints'>;
  const rackUrl = endpoints.find((endpoint) => endpoint.kind === 'direct')?.url;
  if (rackUrl === undefined) throw new Error(`The simulator offers no direct rack: ${line}`);
  return {
    rackUrl,
    endpoints,
    stop: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}
