import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { SimulatedEndpoint, SimulatorOptions } from '../../../src/simulator/simulator.ts';
import { NODE } from './whole-process.ts';

const HOST = fileURLToPath(new URL('./simulator-host.ts', import.meta.url));

/** What JSON can say of the simulator's options. */
export type HostOptions = Omit<SimulatorOptions, 'now'>;

export interface HostQuestion {
  readonly id: number;
  readonly what: 'freeze' | 'lines';
}

export interface HostAnswer {
  readonly id: number;
  readonly endpoints?: readonly SimulatedEndpoint[];
  readonly apps?: readonly string[];
  readonly lines?: number;
  readonly sockets?: number;
}

export interface LinesSent {
  readonly lines: number;
  readonly sockets: number;
}

/** Several ticks of a follower in which nothing was sent. */
const SILENCE_MS = 500;

export interface SimulatorProcess {
  /** `http://convox:...@127.0.0.1:port` of its first rack, the one that `apps` and `processes` size. */
  readonly rackUrl: string;
  /** Apps of the first rack. */
  readonly apps: readonly string[];
  /** Its clock stops: values stand still and no log line is written any more. */
  freeze(): Promise<void>;
  /** Log lines sent so far, and over how many sockets. */
  lines(): Promise<LinesSent>;
  /** The same when the last line before a freeze is out. */
  finalLines(): Promise<LinesSent>;
  stop(): Promise<void>;
}

/** Without a gateway and a console unless asked for: every rack is a direct one, polled at the fastest pace. */
export async function startSimulatorProcess(options: HostOptions = {}): Promise<SimulatorProcess> {
  const child = fork(HOST, [JSON.stringify({ withGateway: false, withConsole: false, ...options })], {
    execPath: NODE,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const [hello] = (await once(child, 'message')) as [HostAnswer];
  const first = hello.endpoints?.[0];
  if (first?.kind !== 'direct') throw new Error(`The first rack is not a direct one: ${JSON.stringify(hello)}`);
  let asked = 0;
  const ask = async (what: HostQuestion['what']): Promise<HostAnswer> => {
    asked += 1;
    const id = asked;
    child.send({ id, what } satisfies HostQuestion);
    for (;;) {
      const [answer] = (await once(child, 'message')) as [HostAnswer];
      if (answer.id === id) return answer;
    }
  };
  const lines = async (): Promise<LinesSent> => {
    const { lines = 0, sockets = 0 } = await ask('lines');
    return { lines, sockets };
  };
  return {
    rackUrl: first.url,
    apps: hello.apps ?? [],
    freeze: async () => {
      await ask('freeze');
    },
    lines,
    finalLines: async () => {
      for (;;) {
        const before = await lines();
        await delay(SILENCE_MS);
        const after = await lines();
        if (after.lines === before.lines) return after;
      }
    },
    stop: async () => {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
