import * as z from 'zod/mini';
import type { Autoscale, Service } from '../../domain/service.ts';
import { listOf, sorted, type Wire } from './reader.ts';
import { flag, list, num, number, numOrNone, str, strOrNone, text } from './wire.ts';

const wireAutoscale = () =>
  z.object({
    enabled: flag,
    'cpu-threshold': number,
    'mem-threshold': number,
    'gpu-threshold': number,
    'queue-threshold': number,
    'metric-name': text,
    'custom-triggers': number,
  });

const wireService = () =>
  z.object({
    name: z.string(),
    domain: text,
    count: number,
    cpu: number,
    memory: number,
    gpu: number,
    ports: list(z.object({ balancer: number, certificate: text, container: number })),
    nlb: list(z.object({ 'container-port': number, port: number, protocol: text, scheme: text, certificate: text })),
    min: number,
    max: number,
    'cold-start': flag,
    autoscale: z.nullish(wireAutoscale()),
    agent: flag,
  });

function toAutoscale(wire: Wire<typeof wireAutoscale>): Autoscale {
  return {
    enabled: wire.enabled === true,
    cpuThreshold: numOrNone(wire['cpu-threshold']),
    memThreshold: numOrNone(wire['mem-threshold']),
    gpuThreshold: numOrNone(wire['gpu-threshold']),
    queueThreshold: numOrNone(wire['queue-threshold']),
    metricName: strOrNone(wire['metric-name']),
    customTriggers: numOrNone(wire['custom-triggers']),
  };
}

function toService(wire: Wire<typeof wireService>): Service {
  return {
    name: str(wire.name),
    domain: str(wire.domain),
    count: num(wire.count),
    cpu: num(wire.cpu),
    memory: num(wire.memory),
    gpu: num(wire.gpu),
    ports: (wire.ports ?? []).map((port) => ({
      balancer: num(port.balancer),
      certificate: str(port.certificate),
      container: num(port.container),
    })),
    nlb: (wire.nlb ?? []).map((port) => ({
      containerPort: num(port['container-port']),
      port: num(port.port),
      protocol: str(port.protocol),
      scheme: str(port.scheme),
      certificate: str(port.certificate),
    })),
    min: numOrNone(wire.min),
    max: numOrNone(wire.max),
    coldStart: wire['cold-start'] === true,
    autoscale: wire.autoscale ? toAutoscale(wire.autoscale) : undefined,
    agent: wire.agent === true,
  };
}

/** Sorted by name: the rack's order changes between calls (convox-api.md 4.4). */
export const readServices = sorted(listOf(wireService, toService), (service) => service.name);
