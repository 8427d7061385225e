import type { Stories } from './story.ts';

/** Processes, services, apps, their environment and their deploys. */
export const WORKLOAD_STORIES: Stories = {};
