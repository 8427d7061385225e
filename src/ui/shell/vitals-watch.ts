import type { Certificate } from '../../domain/certificate.ts';
import type { RackSession } from '../../live/rack-session.ts';
import type { Watch } from '../../live/watch.ts';
import { PARTS } from '../../resources/app-facts.ts';
import { type Vitals, type VitalsInput, vitalsOf } from '../frame/vitals.ts';
import type { VitalsHistory } from '../frame/vitals-line.ts';

const HISTORY = 120;
const PACE = 3;

/** The vitals of one rack, polled while it is the current one; its load history stays for when it is current again. */
export class VitalsWatch {
  readonly session: RackSession;
  readonly #now: () => number;
  readonly #watch: Watch<VitalsInput>;
  readonly #cpu: number[] = [];
  readonly #memory: number[] = [];
  readonly #unsubscribe: () => void;
  #sampledAt: number | undefined;
  #computed: { input: VitalsInput; vitals: Vitals } | undefined;

  constructor(session: RackSession, now: () => number, onChange: () => void) {
    this.session = session;
    this.#now = now;
    this.#watch = session.watch<VitalsInput>({
      key: ['vitals'],
      pace: PACE,
      // A part that a role or a rack does not offer is left out; the line shows the others.
      read: async (reads, signal) => {
        const [system, instances, apps, processes] = await Promise.allSettled([
          reads.system({ signal }),
          reads.instances({ signal }),
          reads.apps({ signal }),
          reads.systemProcesses({ all: true }, { signal }),
        ]);
        const parts = [system, instances, apps, processes];
        const failed = parts.filter((part) => part.status === 'rejected');
        // Without a single answer it is a failure like any other: the old line stays, with the old numbers.
        if (failed.length === parts.length && failed[0]) throw failed[0].reason;
        return {
          system: fulfilled(system),
          instances: fulfilled(instances),
          apps: fulfilled(apps),
          processes: fulfilled(processes),
          certificates: certificatesOf(session),
        };
      },
    });
    this.#unsubscribe = this.#watch.subscribe(() => {
      this.#sample();
      onChange();
    });
    this.#sample();
  }

  get(): { readonly vitals: Vitals; readonly history: VitalsHistory; readonly input: VitalsInput } | undefined {
    const input = this.#watch.get().data;
    if (input === undefined) return undefined;
    if (this.#computed?.input !== input) this.#computed = { input, vitals: vitalsOf(input, this.#now()) };
    return { input, vitals: this.#computed.vitals, history: { cpu: this.#cpu, memory: this.#memory } };
  }

  show(visible: boolean): void {
    this.#watch.setVisibility(visible ? 'visible' : 'paused');
  }

  dispose(): void {
    this.#unsubscribe();
    this.#watch.dispose();
  }

  #sample(): void {
    const { fetchedAt } = this.#watch.get();
    if (fetchedAt === undefined || fetchedAt === this.#sampledAt) return;
    this.#sampledAt = fetchedAt;
    const vitals = this.get()?.vitals;
    if (vitals?.cpu !== undefined) keep(this.#cpu, vitals.cpu);
    if (vitals?.memory !== undefined) keep(this.#memory, vitals.memory);
  }
}

/** Nobody waits for them; what this rack, its gateway or the role does not offer is not asked for. */
function certificatesOf({ access, lately }: RackSession): readonly Certificate[] | undefined {
  const { route, needs } = PARTS.certificates;
  const known = access.get();
  return known.offers(route).allowed && known.can(needs).allowed ? lately.certificates() : undefined;
}

function keep(samples: number[], value: number): void {
  samples.push(value);
  if (samples.length > HISTORY) samples.shift();
}

function fulfilled<T>(part: PromiseSettledResult<T>): T | undefined {
  return part.status === 'fulfilled' ? part.value : undefined;
}
