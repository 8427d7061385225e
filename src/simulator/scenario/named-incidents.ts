import type { Defect } from '../world/app.ts';
import type { Pod, PodFate } from '../world/pod.ts';
import { addReplica, standing } from '../world/pods.ts';
import type { SimulatedRack } from '../world/simulated-rack.ts';
import type { Timings } from '../world/timings.ts';
import { type AppPlan, type HistoryStep, HOUR, MINUTE } from './app-plan.ts';
import { type Incident, replaceSome } from './incident.ts';
import { badPromote } from './prod-plans.ts';

/** A failure that a demo can show by name on racks that are otherwise healthy. */
export interface NamedIncident extends Incident {
  /** One sentence: what is wrong, as whoever caused it would put it. */
  readonly about: string;
  /** What happened to an app of acme/prod besides, on top of its sound history. */
  readonly history?: Readonly<Record<string, HistoryStep>>;
  readonly timings?: Partial<Timings>;
}

const QUEUE_REFUSED: PodFate = {
  kind: 'crash-loop',
  code: 1,
  exception: [
    'ERROR Redis::CannotConnectError: WRONGPASS invalid username-password pair or user is disabled (redis://resource-queue:6379)',
    "    lib/notify/queue.rb:22:in `connect'",
    "    lib/notify/worker.rb:9:in `initialize'",
    '    bin/worker:7',
  ],
};

const SCHEMA_DEFECT: Defect = {
  service: 'web',
  code: 1,
  exception: [
    'ERROR PG::UndefinedColumn: ERROR: column "vat_country" does not exist',
    "    app/models/invoice.rb:58:in `scope'",
    '    config/environment.rb:5',
    '    bin/web:12',
  ],
};

const NO_ROOM: Defect = {
  service: 'web',
  code: 0,
  exception: [],
  unplaceable: '0/6 nodes are available: 6 Insufficient cpu. preemption: No preemption victims found for incoming pod.',
};

/** In the order in which the command line lists them. */
export const NAMED_INCIDENTS: readonly NamedIncident[] = [
  {
    name: 'crash-loop',
    about:
      'two workers of notify were rescheduled and crash at start: the password of their queue was changed; no deploy',
    strike(rack, now) {
      const worker = rack.apps.get('notify')?.services.get('worker');
      if (worker) worker.fate = QUEUE_REFUSED;
      replaceSome(rack, 'notify', 'worker', 2, now - 9 * MINUTE);
    },
  },
  {
    name: 'bad-promote',
    about:
      'the release of checkout that was promoted twelve minutes ago crashes at start; half of the old one still serves',
    history: { checkout: badPromote },
    strike() {},
  },
  {
    name: 'rollback',
    about: 'the release of billing promoted 55 minutes ago never became healthy: the rack gave it up and rolls it back',
    timings: { rollback: 30 * MINUTE },
    history: { billing: { ago: 55 * MINUTE, build: 'Invoices with VAT by country', defect: SCHEMA_DEFECT } },
    strike() {},
  },
  {
    name: 'oom',
    about: 'the workers of media exceed their memory limit and are killed, one after the other, again and again',
    strike(rack, now) {
      const worker = rack.apps.get('media')?.services.get('worker');
      if (!worker) return;
      worker.fate = { kind: 'oom', periodMs: 2 * MINUTE };
      // A third of a life apart: there is always one that lies dead.
      replaceSome(rack, 'media', 'worker', worker.count, now - 2 * HOUR, 66_000);
    },
  },
  {
    name: 'node-pressure',
    about: 'something outside of the apps eats the memory of one node, which has begun to evict processes',
    strike(rack, now) {
      const node = rack.nodes[2];
      if (!node) return;
      node.systemMemory = Math.round(node.memory * 0.93);
      const victims = [...rack.pods.values()]
        .filter((pod) => pod.node === node.id && pod.kind === 'service')
        .slice(0, 2);
      for (const pod of victims) evictFor(rack, pod, node.id, now - 4 * MINUTE);
    },
  },
  {
    name: 'stuck-deploy',
    about: 'the release of shop promoted nine minutes ago finds no node for its new processes: the deploy hangs',
    history: { shop: { ago: 9 * MINUTE, build: 'Recommendations on the product page', defect: NO_ROOM } },
    strike() {},
  },
  {
    name: 'expired-cert',
    about: 'the certificates of the shops were not renewed: acme/prod and staging serve expired ones',
    strike(rack, now) {
      const domain = rack.name === 'staging' ? 'shop.staging.example.com' : 'shop.example.com';
      const known = rack.certificates.find(({ domains }) => domains.includes(domain));
      if (known) known.expiresAt = now - 2 * HOUR;
      const app = rack.apps.get('shop');
      app?.events.push({
        at: now - 2 * HOUR,
        object: 'ingress/web',
        message: `certificate ${known?.id ?? ''} for ${domain} has expired`,
        type: 'Warning',
        reason: 'CertificateExpired',
      });
    },
  },
  {
    name: 'noisy-neighbour',
    about:
      'one indexer of search takes all the CPU of its node; what runs beside it no longer answers its health checks',
    strike(rack, now) {
      const [noisy] = standing(rack, 'search', 'indexer');
      const node = rack.nodes.find(({ id }) => id === noisy?.node);
      if (!noisy || !node) return;
      noisy.fate = { kind: 'greedy', cores: node.cpu / 1000 };
      const beside = [...rack.pods.values()].filter(
        (pod) => pod !== noisy && pod.node === node.id && pod.kind === 'service',
      );
      for (const [turn, pod] of beside.entries()) {
        pod.fate = { kind: 'starved', turn };
        rack.apps.get(pod.app)?.events.push({
          at: now - 3 * MINUTE - (pod.seed % MINUTE),
          object: pod.id,
          message: 'Readiness probe failed: context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
          type: 'Warning',
          reason: 'Unhealthy',
        });
      }
    },
  },
];

/** Undefined for no name; throws a RangeError for one that nothing is called. */
export function namedIncident(name: string | undefined): NamedIncident | undefined {
  if (name === undefined) return undefined;
  const incident = NAMED_INCIDENTS.find((each) => each.name === name);
  if (!incident) throw new RangeError(`there is no incident '${name}'`);
  return incident;
}

/** Plans with what happened to some of the apps last. */
export function withHistory(
  plans: readonly AppPlan[],
  history: Readonly<Record<string, HistoryStep>>,
): readonly AppPlan[] {
  return plans.map((plan) => {
    const step = history[plan.name];
    return step === undefined ? plan : { ...plan, history: [...plan.history, step] };
  });
}

/** The kubelet threw a process out; its successor stands on another node. */
function evictFor(rack: SimulatedRack, pod: Pod, node: string, at: number): void {
  const app = rack.apps.get(pod.app);
  const state = app?.services.get(pod.service);
  const release = app?.releases.find(({ id }) => id === pod.release);
  if (!app || !state || !release) return;
  pod.removedAt = at;
  const successor = addReplica(rack, app, state, release, at + 1_000);
  const other = rack.nodes.find(({ id }) => id !== node);
  if (successor.node === node && other) successor.node = other.id;
  app.events.push({
    at,
    object: pod.id,
    message: 'The node was low on resource: memory. Threshold quantity: 100Mi, available: 62Mi.',
    type: 'Warning',
    reason: 'Evicted',
  });
}
