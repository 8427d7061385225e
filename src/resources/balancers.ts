import type { Balancer } from '../domain/balancer.ts';
import { name, text } from './columns.ts';
import { defineResource } from './define-resource.ts';

function portsText({ ports }: Balancer): string {
  return ports.map(({ protocol, source, target }) => `${source}:${target}/${protocol.toLowerCase()}`).join(' ');
}

export const balancers = defineResource<Balancer>({
  id: 'balancers',
  aliases: ['balancer', 'lb'],
  title: 'Balancers',
  about: 'custom load balancers of an app: ports and where they answer',
  scope: 'app',
  needs: 'convox:balancer:list',
  route: 'GET /apps/{app}/balancers',
  pace: 10,
  query: ({ reads, at, signal }) => reads.balancers(at.app ?? '', { signal }),
  key: (balancer) => balancer.name,
  columns: [
    name('NAME', (balancer) => balancer.name, { min: 8 }),
    text('SERVICE', (balancer) => balancer.service, { priority: 1 }),
    text('PORTS', portsText, { priority: 2 }),
    text('ENDPOINT', (balancer) => balancer.endpoint, { grow: true, priority: 1 }),
  ],
  sort: ['name', 'asc'],
  // A balancer whose address the cloud has not given out yet serves nobody.
  severity: (balancer) => (balancer.endpoint === '' ? 'warning' : 'ok'),
  open: {
    enter: { to: 'describe', label: 'describe', place: (_balancer, at) => at },
    p: { to: 'processes', label: 'processes', place: (balancer, at) => ({ ...at, service: balancer.service }) },
  },
  empty: 'This app has no balancers of its own. They are declared in its convox.yml.',
});
