import type { Timings } from '../../src/simulator/world/timings.ts';

/** A rack that is quick: what takes it a minute is there before a look at it, so that a test waits for the looks alone. */
export const QUICK: Partial<Timings> = {
  promoteVisible: 50,
  podPending: 30,
  podStarting: 200,
  podStagger: 20,
  rolloutSettle: 100,
  rollback: 500,
  podTerminating: 100,
  appDelete: 300,
  instanceDrain: 200,
  nodeReplace: 500,
};
