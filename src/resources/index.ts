import { apps } from './apps.ts';
import { board } from './board.ts';
import { builds } from './builds.ts';
import { type AnyResource, erase } from './define-resource.ts';
import { instances } from './instances.ts';
import { processes } from './processes.ts';
import { racks } from './racks.ts';
import { releases } from './releases.ts';
import { services } from './services.ts';

/** Every view, in the order of the palette. Adding one is its file and one line here. */
export const RESOURCES: readonly AnyResource[] = [
  erase(board),
  erase(racks),
  erase(apps),
  erase(services),
  erase(processes),
  erase(releases),
  erase(builds),
  erase(instances),
];

/** By id or alias, any letter case. */
export function findResource(name: string): AnyResource | undefined {
  const wanted = name.toLowerCase();
  return RESOURCES.find((resource) => resource.id === wanted || resource.aliases.includes(wanted));
}
