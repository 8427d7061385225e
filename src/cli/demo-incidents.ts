/** Failures that the demo can show by name; a test holds them against the simulator's own list. */
export const DEMO_INCIDENTS = [
  'crash-loop',
  'bad-promote',
  'rollback',
  'oom',
  'node-pressure',
  'stuck-deploy',
  'expired-cert',
  'noisy-neighbour',
] as const;
