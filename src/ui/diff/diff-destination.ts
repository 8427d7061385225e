import type { Destination } from '../navigation/location.ts';

/** The diff of a release, against another where that is named. */
export function diffDestination(rack: string, app: string, release: string, against?: string): Destination {
  const place = { app, release };
  if (against === undefined) return { view: 'diff', rack, place };
  const subject = { resource: 'releases', rack, rowKey: against, name: `${against} -> ${release}` };
  return { view: 'diff', rack, place: { app, release }, subject };
}
