import { DAY, MINUTE } from './app-plan.ts';
import { makeHungry, strandReplica } from './found-rack.ts';
import type { Incident } from './incident.ts';

/** The quieter troubles of acme/prod; the bad promote of checkout is part of that app's own history. */
export const prodIncidents: readonly Incident[] = [
  {
    name: 'missing-replica',
    strike(rack, now) {
      const app = rack.apps.get('search');
      if (app !== undefined) strandReplica(rack, app, 'indexer', now - 38 * MINUTE);
    },
  },
  {
    name: 'memory-hungry',
    strike(rack) {
      const app = rack.apps.get('media');
      if (app !== undefined) makeHungry(rack, app, 'worker');
    },
  },
  {
    name: 'node-pressure',
    strike(rack) {
      const node = rack.nodes[2];
      if (node !== undefined) node.systemMemory = Math.round(node.memory * 0.88);
    },
  },
  {
    name: 'expiring-certificate',
    strike(rack, now) {
      const certificate = rack.certificates.find(({ domains }) => domains.includes('shop.example.com'));
      if (certificate !== undefined) certificate.expiresAt = now + 5 * DAY;
    },
  },
];
