import * as z from 'zod/mini';
import type { Capacity } from '../../domain/capacity.ts';
import type { System } from '../../domain/system.ts';
import { one } from './reader.ts';
import { num, number, numOrNone, str, strMap, strOrNone, text, textMap } from './wire.ts';

const wireSystem = () =>
  z.object({
    name: text,
    provider: text,
    status: text,
    version: text,
    domain: text,
    'rack-domain': text,
    rack_domain: text,
    'router-internal': text,
    region: text,
    type: text,
    count: number,
    parameters: textMap,
    outputs: textMap,
  });

export const readSystem = one(
  wireSystem,
  (wire): System => ({
    name: str(wire.name),
    provider: str(wire.provider),
    status: str(wire.status),
    version: str(wire.version),
    domain: str(wire.domain),
    rackDomain: str(wire['rack-domain'] ?? wire.rack_domain),
    routerInternal: strOrNone(wire['router-internal']),
    region: str(wire.region),
    type: str(wire.type),
    count: num(wire.count),
    parameters: wire.parameters ? strMap(wire.parameters) : undefined,
    outputs: wire.outputs ? strMap(wire.outputs) : undefined,
  }),
);

const wireCapacity = () =>
  z.object({
    'cluster-cpu': number,
    'cluster-memory': number,
    'cluster-gpu': number,
    'process-count': number,
    'process-cpu': number,
    'process-memory': number,
    'process-gpu': number,
    'instance-cpu': number,
    'instance-memory': number,
    'process-width': number,
  });

export const readCapacity = one(
  wireCapacity,
  (wire): Capacity => ({
    clusterCpu: num(wire['cluster-cpu']),
    clusterMemory: num(wire['cluster-memory']),
    clusterGpu: numOrNone(wire['cluster-gpu']),
    processCount: num(wire['process-count']),
    processCpu: num(wire['process-cpu']),
    processMemory: num(wire['process-memory']),
    processGpu: numOrNone(wire['process-gpu']),
    instanceCpu: numOrNone(wire['instance-cpu']),
    instanceMemory: numOrNone(wire['instance-memory']),
    processWidth: numOrNone(wire['process-width']),
  }),
);
