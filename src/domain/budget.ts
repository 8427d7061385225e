export interface BudgetCap {
  readonly monthlyCapUsd: number;
  readonly alertThresholdPercent: number | undefined;
  readonly atCapAction: string | undefined;
}

export interface BudgetState {
  readonly currentMonthSpendUsd: number;
  readonly asOf: number | undefined;
  readonly breakerTripped: boolean;
}

/** `GET /apps/{app}/budget`, >= 3.24.6 (convox-api.md 4.2). */
export interface Budget {
  readonly cap: BudgetCap | undefined;
  readonly state: BudgetState | undefined;
}
