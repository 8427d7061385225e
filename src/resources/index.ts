import type { AnyResource } from './define-resource.ts';

/** Every view, in the order of the palette. Adding one is its file and one line here. */
export const RESOURCES: readonly AnyResource[] = [];

export function findResource(name: string): AnyResource | undefined {
  const wanted = name.toLowerCase();
  return RESOURCES.find((resource) => resource.id === wanted || resource.aliases.includes(wanted));
}
