export interface CostLine {
  readonly service: string;
  readonly cpuHours: number;
  readonly memGbHours: number;
  readonly gpuHours: number;
  readonly instanceType: string | undefined;
  readonly spendUsd: number;
}

/** `GET /apps/{app}/cost`, >= 3.24.6 (convox-api.md 4.2). */
export interface Cost {
  readonly app: string;
  readonly monthStart: number | undefined;
  readonly asOf: number | undefined;
  readonly spendUsd: number;
  readonly breakdown: readonly CostLine[];
  readonly trackingEnabled: boolean;
}
