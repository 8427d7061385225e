import type { SimulatedRack } from '../world/simulated-rack.ts';

/**
 * A trouble with a name. `strike` changes the state of a founded rack (it runs inside `rack.change`) and leaves a rack
 * alone that lacks what it would break. A new one is a constant of this shape in a list of its own kind; what takes
 * time afterwards follows from pod fates, deploys and dates, never from a timer.
 */
export interface Incident {
  readonly name: string;
  strike(rack: SimulatedRack, now: number): void;
}

export function strikeAll(rack: SimulatedRack, incidents: readonly Incident[]): void {
  for (const incident of incidents) rack.change((world, now) => incident.strike(world, now));
}
