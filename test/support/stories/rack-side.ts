import type { Stories } from './story.ts';

/** Instances, resources, the rack itself, certificates, registries, approvals. */
export const RACK_SIDE_STORIES: Stories = {};
