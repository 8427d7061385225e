/** How long things take on a simulated rack, in milliseconds. */
export interface Timings {
  /** After a promote the app still reads `running` for this long. */
  readonly promoteVisible: number;
  readonly podPending: number;
  /** From birth to `running` of a healthy process. */
  readonly podStarting: number;
  /** Between the births of two replicas of a rolling restart. */
  readonly podStagger: number;
  /** From the last replica running to the app status `running`. */
  readonly rolloutSettle: number;
  readonly rollback: number;
  readonly podTerminating: number;
  readonly buildCreated: number;
  readonly build: number;
  readonly appDelete: number;
  /** How long `DELETE /instances/{id}` blocks while it drains. */
  readonly instanceDrain: number;
  /** From a node's end to its replacement being ready. */
  readonly nodeReplace: number;
}

export const DEFAULT_TIMINGS: Timings = {
  promoteVisible: 1_500,
  podPending: 800,
  podStarting: 5_000,
  podStagger: 1_200,
  rolloutSettle: 2_500,
  rollback: 8_000,
  podTerminating: 1_500,
  buildCreated: 1_500,
  build: 15_000,
  appDelete: 4_000,
  instanceDrain: 6_000,
  nodeReplace: 20_000,
};
