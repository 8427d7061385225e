import type { Capacity } from '../domain/capacity.ts';
import { Failure } from '../domain/failure.ts';
import type { Instance } from '../domain/instance.ts';
import type { Process } from '../domain/process.ts';
import { isFinished, isOneOff } from '../domain/process-health.ts';
import { versionOf } from './app-state.ts';
import { type ActionContext, defineAction } from './define-action.ts';
import type { Observation, ObservedCheck } from './observation.ts';
import type { PreviewTable } from './preview.ts';
import { shellWord } from './shell-word.ts';

const TERMINATE = 'DELETE /instances/{id}';
/** What the rack calls the app of its own processes. */
const RACK_ITSELF = 'system';

interface Facts {
  readonly instance: Instance;
  readonly others: readonly Instance[];
  /** Of all apps; undefined where the rack cannot list them (convox-api.md 12.19). */
  readonly processes: readonly Process[] | undefined;
  readonly capacity: Capacity | undefined;
  readonly generation: 'v2' | 'v3';
}

async function gather(context: ActionContext): Promise<Facts> {
  const { reads, subjects, signal } = context;
  const id = subjects[0]?.id ?? '';
  const [instances, processes, capacity] = await Promise.all([
    reads.instances({ signal }),
    reads.systemProcesses({ all: true }, { signal }).catch(() => undefined),
    reads.capacity({ signal }).catch(() => undefined),
  ]);
  const instance = instances.find((each) => each.id === id);
  if (!instance) {
    throw new Failure({
      kind: 'not-found',
      what: `There is no instance ${id}`,
      why: 'it may be gone already',
      next: 'Look at the instances again.',
    });
  }
  const others = instances.filter((each) => each !== instance);
  return { instance, others, processes, capacity, generation: versionOf(context).generation };
}

interface Affected {
  readonly app: string;
  readonly service: string;
  readonly here: number;
  /** Running on other instances. */
  readonly elsewhere: number;
}

/** Services with processes on it, by app and name. */
function affected({ instance, processes = [] }: Facts): readonly Affected[] {
  const found = new Map<string, Affected>();
  for (const process of processes) {
    if (isOneOff(process) || isFinished(process)) continue;
    const { app, service } = process;
    const key = `${app}/${service}`;
    const known = found.get(key) ?? { app, service, here: 0, elsewhere: 0 };
    const isHere = process.instance === instance.id;
    const isElsewhere = !isHere && process.status === 'running';
    found.set(key, {
      ...known,
      here: known.here + (isHere ? 1 : 0),
      elsewhere: known.elsewhere + (isElsewhere ? 1 : 0),
    });
  }
  return [...found.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, each]) => each)
    .filter(({ here }) => here > 0);
}

interface Room {
  readonly what: 'cpu' | 'memory';
  readonly unit: string;
  readonly requested: number;
  readonly left: number;
}

/** Racks count requests in decimal MB, instances tell theirs in MiB (convox-api.md 5.1). */
const MB_PER_MIB = 1.048_576;

/** What all processes have reserved against what the other instances can give; none where nobody tells. */
function roomWithout({ others, capacity, generation }: Facts): readonly Room[] {
  if (!capacity) return [];
  const cpu =
    generation === 'v2'
      ? (capacity.instanceCpu ?? 0) * others.length
      : sum(others, ({ cpuAllocatable }) => cpuAllocatable) * 1_000;
  const memory =
    generation === 'v2'
      ? (capacity.instanceMemory ?? 0) * others.length
      : sum(others, ({ memoryAllocatable }) => memoryAllocatable) * MB_PER_MIB;
  const known = others.length === 0 || (cpu > 0 && memory > 0);
  if (!known) return [];
  const unit = generation === 'v2' ? 'units' : 'm';
  return [
    { what: 'cpu', unit, requested: Math.round(capacity.processCpu), left: Math.round(cpu) },
    { what: 'memory', unit: 'MB', requested: Math.round(capacity.processMemory), left: Math.round(memory) },
  ];
}

function sum(instances: readonly Instance[], pick: (instance: Instance) => number | undefined): number {
  return instances.reduce((total, instance) => total + (pick(instance) ?? 0), 0);
}

function warnings(facts: Facts): readonly string[] {
  const { others, processes } = facts;
  const only = affected(facts).filter(({ elsewhere }) => elsewhere === 0);
  const short = roomWithout(facts).filter(({ requested, left }) => requested > left);
  return [
    ...(others.some(isUp) ? [] : ['It is the only instance that is up: everything is down until another one comes.']),
    ...(processes ? [] : ['The rack cannot list its processes: what runs on it is not known.']),
    ...only.map(({ app, service }) => `${service} of ${app} runs nowhere else: it is down until it has moved.`),
    ...short.map(
      ({ what, unit, requested, left }) =>
        `Until it is replaced there is too little ${what}: ${requested} ${unit} requested, ${left} ${unit} left. Some processes will wait.`,
    ),
  ];
}

function tables(facts: Facts): readonly PreviewTable[] {
  const services = affected(facts);
  const room = roomWithout(facts);
  return [
    ...(services.length === 0
      ? []
      : [
          {
            title: 'Processes on it',
            columns: ['app', 'service', 'here', 'running elsewhere'],
            rows: services.map(({ app, service, here, elsewhere }) => [app, service, String(here), String(elsewhere)]),
          },
        ]),
    ...(room.length === 0
      ? []
      : [
          {
            title: 'Room without it',
            columns: ['', 'requested', 'left'],
            rows: room.map(({ what, unit, requested, left }) => [what, `${requested} ${unit}`, `${left} ${unit}`]),
          },
        ]),
  ];
}

const UP: ReadonlySet<string> = new Set(['running', 'active', 'ready', '']);

function isUp({ status }: Instance): boolean {
  return UP.has(status);
}

async function observe(facts: Facts, sent: true | undefined, context: ActionContext): Promise<Observation> {
  const { reads, signal } = context;
  const { instance } = facts;
  const [instances, processes] = await Promise.all([
    reads.instances({ signal }),
    facts.processes && reads.systemProcesses({ all: true }, { signal }).catch(() => undefined),
  ]);
  const there = instances.find((each) => each.id === instance.id);
  const checks = checksOf(facts, instances, processes);
  if (!there) {
    return checks.every(({ state }) => state === 'ok')
      ? { state: 'done', words: `${instance.id} is gone; another one is up in its place.`, checks }
      : { state: 'pending', words: `${instance.id} is gone; waiting for what replaces it.`, checks };
  }
  if (sent || !processes) {
    return { state: sent ? 'pending' : 'unknown', words: `${instance.id} is still there (${there.status}).`, checks };
  }
  // Draining takes minutes in which the instance is still listed: only one that nothing has left yet counts as untouched.
  const on = (all: readonly Process[]) => all.filter((each) => each.instance === instance.id).map(({ id }) => id);
  const now = new Set(on(processes));
  const before = on(facts.processes ?? []);
  const untouched = there.status === instance.status && before.length > 0 && before.every((id) => now.has(id));
  return untouched
    ? { state: 'absent', words: `${instance.id} is ${there.status} and nothing has left it.`, checks }
    : { state: 'unknown', words: `${instance.id} is still there (${there.status}).`, checks };
}

function checksOf(
  facts: Facts,
  instances: readonly Instance[],
  processes: readonly Process[] | undefined,
): readonly ObservedCheck[] {
  const { instance, others } = facts;
  const isGone = !instances.some(({ id }) => id === instance.id);
  const up = instances.filter((each) => each.id !== instance.id && isUp(each)).length;
  const wanted = others.filter(isUp).length + (isUp(instance) ? 1 : 0);
  const checks: ObservedCheck[] = [
    { label: instance.id, state: isGone ? 'ok' : 'pending', words: isGone ? 'gone' : 'still there' },
    { label: 'instances', state: up >= wanted ? 'ok' : 'pending', words: `${up} of ${wanted} up` },
  ];
  if (!processes) return checks;
  // Those of the rack itself come back in their own time, some once on every instance.
  const services = affected(facts).filter(({ app }) => app !== RACK_ITSELF);
  const names = new Set(services.map(({ app, service }) => `${app}/${service}`));
  const serving = (all: readonly Process[]) =>
    all.filter((each) => each.status === 'running' && !isOneOff(each) && names.has(`${each.app}/${each.service}`));
  const before = serving(facts.processes ?? []).length;
  const running = serving(processes).filter((each) => each.instance !== instance.id).length;
  return [
    ...checks,
    { label: 'their processes', state: running >= before ? 'ok' : 'pending', words: `${running} of ${before} running` },
  ];
}

export const terminateInstance = defineAction<Facts, true>({
  id: 'instance.terminate',
  title: 'Terminate instance',
  about: 'drains an instance and terminates it; the rack replaces it',
  on: ['instances'],
  tier: 3,
  subject: 'instance',
  bulk: false,
  permissions: ['convox:instance:terminate'],
  routes: [TERMINATE],
  gather,
  preview: (facts, { rack }) => ({
    headline: `Terminate the instance ${facts.instance.id} of ${rack.name}`,
    effects: [
      facts.generation === 'v2'
        ? 'It is terminated; its processes end and start again on other instances.'
        : 'It takes no more processes, those on it move to other instances, then it is terminated. That takes minutes.',
      'The rack brings up another instance in its place.',
    ],
    warnings: warnings(facts),
    tables: tables(facts),
  }),
  changes: () => [{ route: TERMINATE, times: 1 }],
  run: async ({ instance }, { writes, signal }) => {
    await writes.terminateInstance(instance.id, { signal });
    return true;
  },
  observe,
  wait: { firstMs: 5_000, everyMs: 10_000, deadlineMs: 900_000, steady: 1 },
  echo: ({ instance }) => `convox instances terminate ${shellWord(instance.id)}`,
});
