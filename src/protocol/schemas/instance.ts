import * as z from 'zod/mini';
import type { Instance } from '../../domain/instance.ts';
import { listOf, type Wire } from './reader.ts';
import { num, number, numOrNone, str, text, time } from './wire.ts';

/** The underscore names are those of the gateway's development rack (gateway.md 9.2). */
const wireInstance = () =>
  z.object({
    id: z.string(),
    status: text,
    cpu: number,
    memory: number,
    'cpu-capacity': number,
    'cpu-allocatable': number,
    'memory-capacity': number,
    'memory-allocatable': number,
    'gpu-capacity': number,
    'gpu-allocatable': number,
    processes: number,
    'private-ip': text,
    private_ip: text,
    'public-ip': text,
    public_ip: text,
    started: text,
  });

function toInstance(wire: Wire<typeof wireInstance>): Instance {
  return {
    id: str(wire.id),
    status: str(wire.status),
    cpu: num(wire.cpu),
    memory: num(wire.memory),
    cpuCapacity: numOrNone(wire['cpu-capacity']),
    cpuAllocatable: numOrNone(wire['cpu-allocatable']),
    memoryCapacity: numOrNone(wire['memory-capacity']),
    memoryAllocatable: numOrNone(wire['memory-allocatable']),
    gpuCapacity: numOrNone(wire['gpu-capacity']),
    gpuAllocatable: numOrNone(wire['gpu-allocatable']),
    processes: num(wire.processes),
    privateIp: str(wire['private-ip'] ?? wire.private_ip),
    publicIp: str(wire['public-ip'] ?? wire.public_ip),
    startedAt: time(wire.started),
  };
}

export const readInstances = listOf(wireInstance, toInstance);
