import type { AppState } from './app.ts';
import { hashText } from './random.ts';
import type { SimulatedRack } from './simulated-rack.ts';

/** A new app: `running` with an empty release, no services. */
export function newApp(rack: SimulatedRack, name: string, now: number): AppState {
  const app: AppState = {
    name,
    createdAt: now,
    locked: false,
    parameters: rack.generation.v2
      ? { LogRetention: '7', InternalDomains: 'Yes' }
      : { BuildCpu: '500', BuildMem: '1024', BuildLabels: '' },
    release: '',
    releases: [],
    builds: [],
    services: new Map(),
    deploy: undefined,
    deletedAt: undefined,
    events: [],
    resources: [],
    configs: new Map(),
    objects: new Map(),
    files: new Map(),
    budget: { config: null, state: null, shutdown: null, bannerDismissed: false },
    seed: hashText(name, rack.seed),
  };
  rack.apps.set(name, app);
  return app;
}
