import { addReplica, standing } from '../world/pods.ts';
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

/** Some processes of a service went and new ones came in their place, `apart` from one another, with the fate they get. */
export function replaceSome(
  rack: SimulatedRack,
  name: string,
  service: string,
  count: number,
  at: number,
  apart = 4_000,
): void {
  const app = rack.apps.get(name);
  const state = app?.services.get(service);
  const release = app?.releases.find(({ id }) => id === app.release);
  if (!app || !state || !release) return;
  for (const [index, pod] of standing(rack, name, service).slice(0, count).entries()) {
    const bornAt = at - index * apart;
    pod.removedAt = bornAt;
    addReplica(rack, app, state, release, bornAt);
  }
}
