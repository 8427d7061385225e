import { appStatus } from './app-status.ts';
import { crashedProcesses, stuckProcesses, unhealthyProcesses } from './crashes.ts';
import { oldReleaseServing } from './deploys.ts';
import { nothingRuns } from './replicas.ts';
import type { Rule } from './scene.ts';

/** Rules that need no more than an app and its processes: one budget of requests for a board of all racks. */
export const BOARD_RULES: readonly Rule[] = [
  appStatus,
  crashedProcesses,
  unhealthyProcesses,
  stuckProcesses,
  oldReleaseServing,
  nothingRuns,
];
