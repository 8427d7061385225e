import * as z from 'zod/mini';
import type { Balancer } from '../../domain/balancer.ts';
import { listOf, sorted, type Wire } from './reader.ts';
import { list, num, number, str, text } from './wire.ts';

const wireBalancer = () =>
  z.object({
    name: z.string(),
    endpoint: text,
    service: text,
    ports: list(z.object({ protocol: text, source: number, target: number })),
  });

function toBalancer(wire: Wire<typeof wireBalancer>): Balancer {
  return {
    name: str(wire.name),
    endpoint: str(wire.endpoint),
    service: str(wire.service),
    ports: (wire.ports ?? []).map((port) => ({
      protocol: str(port.protocol),
      source: num(port.source),
      target: num(port.target),
    })),
  };
}

export const readBalancers = sorted(listOf(wireBalancer, toBalancer), (balancer) => balancer.name);
