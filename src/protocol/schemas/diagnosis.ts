import * as z from 'zod/mini';
import type { DiagnosedPod, DiagnosedService, Diagnosis, DiagnosisEvent } from '../../domain/diagnosis.ts';
import { one, type Wire } from './reader.ts';
import { block, blockOrNone, list, num, number, str, strOrNone, text, time } from './wire.ts';

const wireEvent = () =>
  z.object({ timestamp: text, type: text, reason: text, object: text, message: text, hint: text });
const wireService = () =>
  z.object({
    name: z.string(),
    desiredReplicas: number,
    readyReplicas: number,
    updatedReplicas: number,
    status: text,
    stallReason: text,
  });
const wirePod = () =>
  z.object({
    name: z.string(),
    service: text,
    phase: text,
    ready: text,
    ageSeconds: number,
    restarts: number,
    classification: text,
    stateDetail: text,
    hint: text,
    logs: text,
    previousLogs: text,
    events: list(wireEvent()),
  });
const wireReport = () =>
  z.object({
    app: text,
    timestamp: text,
    overview: z.nullish(z.object({ services: list(wireService()), events: list(wireEvent()) })),
    pods: list(wirePod()),
  });

function toEvent(wire: Wire<typeof wireEvent>): DiagnosisEvent {
  return {
    timestamp: time(wire.timestamp),
    type: str(wire.type),
    reason: str(wire.reason),
    object: str(wire.object),
    message: block(wire.message),
    hint: strOrNone(wire.hint),
  };
}

function toService(wire: Wire<typeof wireService>): DiagnosedService {
  return {
    name: str(wire.name),
    desiredReplicas: num(wire.desiredReplicas),
    readyReplicas: num(wire.readyReplicas),
    updatedReplicas: num(wire.updatedReplicas),
    status: str(wire.status) || 'unknown',
    stallReason: strOrNone(wire.stallReason),
  };
}

function toPod(wire: Wire<typeof wirePod>): DiagnosedPod {
  return {
    name: str(wire.name),
    service: str(wire.service),
    phase: str(wire.phase),
    ready: str(wire.ready),
    ageSeconds: num(wire.ageSeconds),
    restarts: num(wire.restarts),
    classification: str(wire.classification),
    stateDetail: strOrNone(wire.stateDetail),
    hint: strOrNone(wire.hint),
    logs: blockOrNone(wire.logs),
    previousLogs: blockOrNone(wire.previousLogs),
    events: (wire.events ?? []).map(toEvent),
  };
}

export const readDiagnosis = one(
  wireReport,
  (wire): Diagnosis => ({
    app: str(wire.app),
    timestamp: time(wire.timestamp),
    services: (wire.overview?.services ?? []).map(toService),
    events: (wire.overview?.events ?? []).map(toEvent),
    pods: (wire.pods ?? []).map(toPod),
  }),
);
