import { PassThrough } from 'node:stream';
import type { App } from '../../../src/domain/app.ts';
import type { Instance } from '../../../src/domain/instance.ts';
import type { Process } from '../../../src/domain/process.ts';
import type { System } from '../../../src/domain/system.ts';
import type { RackReads } from '../../../src/protocol/rack-api.ts';
import type { AnyResource } from '../../../src/resources/define-resource.ts';
import { erase } from '../../../src/resources/define-resource.ts';
import type { LoginFlow, LoginState, TargetListing } from '../../../src/targets/target.ts';
import type { DashboardServices } from '../../../src/ui/dashboard-services.ts';
import type { KeyPress } from '../../../src/ui/keys/key-press.ts';
import { composeFrame } from '../../../src/ui/shell/compose-frame.ts';
import { Dashboard } from '../../../src/ui/shell/dashboard.ts';
import { plainRow } from '../../../src/ui/shell/plain-rows.ts';
import { pressKeys } from '../../../src/ui/shell/press-key.ts';
import { FakeDeck, FakeSession, fakeAccess } from './fake-deck.ts';
import { sampleBoard, sampleProcesses, sampleServices } from './sample-resources.ts';

/** Sunday, 1 March 2026, 03:00 UTC: somebody is paged. */
export const NIGHT = Date.UTC(2026, 2, 1, 3, 0, 0);
export const MINUTE = 60_000;

export function sampleProcess(parts: Partial<Process> = {}): Process {
  return {
    id: 'web-6d9f-x2x4q',
    app: 'shop',
    service: 'web',
    status: 'running',
    release: 'RJKQWXABCDE',
    command: 'bin/web --port 3000',
    image: 'registry/shop:web.BABC',
    cpu: 0.25,
    memory: 143,
    gpu: 0,
    host: '10.1.80.201',
    instance: 'ip-10-1-80-201',
    ports: [],
    startedAt: NIGHT - 4 * MINUTE,
    ...parts,
  };
}

/** Three apps with services; deterministic whatever the number. */
export function manyProcesses(count: number): Process[] {
  const apps = ['shop', 'blog', 'billing'];
  const services = ['web', 'worker', 'cron', 'api'];
  return Array.from({ length: count }, (_, at) =>
    sampleProcess({
      id: `${services[at % 4]}-${(at * 7919).toString(16).padStart(5, '0')}-x${at}`,
      app: apps[at % 3] ?? 'shop',
      service: services[at % 4] ?? 'web',
      status: at % 97 === 13 ? 'crashed' : at % 31 === 7 ? 'pending' : 'running',
      cpu: ((at * 37) % 200) / 100,
      memory: (at * 53) % 2_000,
      startedAt: NIGHT - ((at * 131) % 100_000) * 1_000,
      instance: `ip-10-1-80-${at % 60}`,
    }),
  );
}

export const SAMPLE_PROCESSES: readonly Process[] = [
  sampleProcess(),
  sampleProcess({
    id: 'web-6d9f-9dk2p',
    status: 'crashed',
    cpu: 0,
    memory: 0,
    startedAt: NIGHT - 31_000,
    instance: 'ip-10-1-80-12',
  }),
  sampleProcess({
    id: 'worker-77c-pp01',
    service: 'worker',
    release: 'RABCDEFGHIJ',
    cpu: 1.9,
    memory: 612,
    startedAt: NIGHT - 3 * 86_400_000,
    instance: 'ip-10-1-80-12',
  }),
  sampleProcess({
    id: 'api-5f5f-ab12c',
    app: 'billing',
    service: 'api',
    release: 'RBILLING001',
    cpu: 0.6,
    memory: 1_240,
    startedAt: NIGHT - 50 * MINUTE,
  }),
];

export const SAMPLE_APPS: readonly App[] = ['shop', 'billing', 'blog'].map((name) => ({
  name,
  status: name === 'shop' ? 'updating' : 'running',
  release: name === 'billing' ? 'RBILLING001' : 'RJKQWXABCDE',
  generation: '3',
  locked: false,
  router: 'nginx',
  parameters: {},
}));

export const SAMPLE_SYSTEM: System = {
  name: 'prod',
  provider: 'aws',
  status: 'running',
  version: '3.24.9',
  domain: 'prod.example.com',
  rackDomain: 'rack.prod.example.com',
  routerInternal: undefined,
  region: 'eu-central-1',
  type: 't3.large',
  count: 3,
  parameters: undefined,
  outputs: undefined,
};

function sampleInstance(at: number): Instance {
  return {
    id: `ip-10-1-80-${at}`,
    status: 'running',
    cpu: 1.2 + at / 10,
    memory: 5_600,
    cpuCapacity: 2,
    cpuAllocatable: 2,
    memoryCapacity: 8_000,
    memoryAllocatable: 7_800,
    gpuCapacity: undefined,
    gpuAllocatable: undefined,
    processes: 40,
    privateIp: `10.1.80.${at}`,
    publicIp: '',
    startedAt: NIGHT - 86_400_000,
  };
}

export function sampleReads(processes: () => readonly Process[] = () => SAMPLE_PROCESSES): Partial<RackReads> {
  return {
    system: async () => SAMPLE_SYSTEM,
    instances: async () => [0, 1, 2].map(sampleInstance),
    apps: async () => SAMPLE_APPS,
    systemProcesses: async () => processes(),
    processes: async (app) => processes().filter((process) => process.app === app),
  };
}

export const SAMPLE_RESOURCES: readonly AnyResource[] = [
  erase(sampleBoard),
  erase(sampleProcesses),
  erase(sampleServices),
];

export interface World {
  readonly dashboard: Dashboard;
  readonly deck: FakeDeck;
  readonly sessions: readonly FakeSession[];
  readonly copied: string[];
  clock: number;
  /** Keys by name: `press('j', 'enter', ':')`. */
  press(...keys: string[]): void;
  /** Text in one chunk, as a slow link delivers it. */
  type(text: string): void;
  /** The screen as plain rows, an overlay drawn over the body. */
  screen(): string[];
  text(): string;
  /** Lets promises and notifications settle. */
  settle(): Promise<void>;
}

export interface WorldOptions {
  readonly sessions?: (now: () => number) => readonly FakeSession[];
  readonly columns?: number;
  readonly rows?: number;
  readonly services?: Partial<DashboardServices>;
}

const NO_TIMERS = { setTimeout: () => 0, clearTimeout: () => {} };

export const EMPTY_LISTING: TargetListing = { targets: [], problems: [], current: undefined, notices: [] };

export function prodAndStaging(now: () => number): readonly FakeSession[] {
  const prod = new FakeSession({ name: 'acme/prod', kind: 'gateway', now, reads: sampleReads() });
  prod.access.set(fakeAccess({ roleLabel: 'deployer', stepUpExpiresAt: NIGHT + 8 * MINUTE }));
  const staging = new FakeSession({
    name: 'acme/staging',
    now,
    reads: sampleReads(() => [sampleProcess({ id: 'web-aaaa-bbbbb', startedAt: NIGHT - 90 * MINUTE })]),
  });
  return [prod, staging];
}

/** A dashboard on fake racks with a clock that stands still. */
export function createWorld(options: WorldOptions = {}): World {
  const world = { clock: NIGHT };
  const now = (): number => world.clock;
  const sessions = (options.sessions ?? prodAndStaging)(now);
  const deck = new FakeDeck(sessions);
  const copied: string[] = [];
  const services: DashboardServices = {
    deck,
    listing: () => EMPTY_LISTING,
    now,
    look: { colorDepth: 0, unicode: true, screenReader: false },
    keyOverrides: {},
    start: {},
    version: '0.1.0',
    demo: false,
    stdin: process.stdin,
    stdout: Object.assign(new PassThrough(), { columns: options.columns ?? 80, rows: options.rows ?? 24 }),
    copy: (text) => {
      copied.push(text);
      return true;
    },
    save: async (name) => name,
    login: () => fakeLogin().flow,
    logout: async () => {},
    reloadTargets: async () => EMPTY_LISTING,
    resources: SAMPLE_RESOURCES,
    timers: NO_TIMERS,
    ...options.services,
  };
  const dashboard = new Dashboard(services, { columns: options.columns ?? 80, rows: options.rows ?? 24 });
  const screen = (): string[] => drawn(dashboard);
  return Object.assign(world, {
    dashboard,
    deck,
    sessions,
    copied,
    press: (...keys: string[]) => {
      for (const key of keys) pressKeys(dashboard, [keyPress(key)]);
    },
    type: (text: string) => pressKeys(dashboard, [...text].map(keyPress)),
    screen,
    text: () => screen().join('\n'),
    settle: async () => {
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    },
  });
}

function keyPress(name: string): KeyPress {
  const text = name === 'space' ? ' ' : [...name].length === 1 ? name : '';
  return { name: name === ' ' ? 'space' : name, text };
}

function drawn(dashboard: Dashboard): string[] {
  const frame = composeFrame(dashboard);
  const rows = frame.rows.map((row) => plainRow(row));
  frame.overlay?.rows.forEach((row, at) => {
    const below = rows[frame.overlay ? frame.overlay.top + at : 0] ?? '';
    const { left } = frame.overlay ?? { left: 0 };
    const over = plainRow(row);
    rows[(frame.overlay?.top ?? 0) + at] =
      `${below.padEnd(left).slice(0, left)}${over}${below.slice(left + over.length)}`;
  });
  return rows.map((row) => row.trimEnd());
}

/** A login that a test moves on by hand. */
export function fakeLogin(): {
  flow: LoginFlow;
  set(state: LoginState): void;
  codes: string[];
  cancelled: () => boolean;
} {
  let state: LoginState = { step: 'starting' };
  const listeners = new Set<() => void>();
  const codes: string[] = [];
  let settle: (state: LoginState) => void = () => {};
  const finished = new Promise<LoginState>((resolve) => {
    settle = resolve;
  });
  const set = (next: LoginState): void => {
    state = next;
    for (const listener of listeners) listener();
    if (next.step === 'done' || next.step === 'failed' || next.step === 'cancelled') settle(next);
  };
  const flow: LoginFlow = {
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    submitCode: async (code) => {
      codes.push(code);
    },
    cancel: () => set({ step: 'cancelled' }),
    finished,
  };
  return { flow, set, codes, cancelled: () => state.step === 'cancelled' };
}
