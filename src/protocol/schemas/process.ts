import * as z from 'zod/mini';
import type { Process } from '../../domain/process.ts';
import { listOf, one, type Wire } from './reader.ts';
import { num, number, str, strs, text, texts, time } from './wire.ts';

const wireProcess = () =>
  z.object({
    id: z.string(),
    app: text,
    name: text,
    service: text,
    status: text,
    release: text,
    command: text,
    image: text,
    cpu: number,
    memory: number,
    gpu: number,
    host: text,
    instance: text,
    ports: texts,
    started: text,
  });

function toProcess(wire: Wire<typeof wireProcess>): Process {
  return {
    id: str(wire.id),
    app: str(wire.app),
    // `service` came with 3.24.6 and holds the same value as `name` (convox-api.md 4.1).
    service: str(wire.name || wire.service),
    status: str(wire.status) || 'unknown',
    release: str(wire.release),
    command: str(wire.command),
    image: str(wire.image),
    cpu: num(wire.cpu),
    memory: num(wire.memory),
    gpu: num(wire.gpu),
    host: str(wire.host),
    instance: str(wire.instance),
    ports: strs(wire.ports),
    startedAt: time(wire.started),
  };
}

export const readProcess = one(wireProcess, toProcess);
export const readProcesses = listOf(wireProcess, toProcess);
