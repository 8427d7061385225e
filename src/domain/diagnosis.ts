export interface DiagnosisEvent {
  readonly timestamp: number | undefined;
  readonly type: string;
  readonly reason: string;
  readonly object: string;
  readonly message: string;
  readonly hint: string | undefined;
}

export interface DiagnosedService {
  readonly name: string;
  readonly desiredReplicas: number;
  readonly readyReplicas: number;
  readonly updatedReplicas: number;
  readonly status: string;
  readonly stallReason: string | undefined;
}

export interface DiagnosedPod {
  readonly name: string;
  readonly service: string;
  readonly phase: string;
  readonly ready: string;
  readonly ageSeconds: number;
  readonly restarts: number;
  readonly classification: string;
  readonly stateDetail: string | undefined;
  readonly hint: string | undefined;
  readonly logs: string | undefined;
  readonly previousLogs: string | undefined;
  readonly events: readonly DiagnosisEvent[];
}

/** The rack's own deploy diagnostics (`GET /apps/{app}/diagnose`, >= 3.24.0, convox-api.md 4.2). */
export interface Diagnosis {
  readonly app: string;
  readonly timestamp: number | undefined;
  readonly services: readonly DiagnosedService[];
  readonly events: readonly DiagnosisEvent[];
  readonly pods: readonly DiagnosedPod[];
}
