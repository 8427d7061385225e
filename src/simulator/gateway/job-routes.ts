import type { OwnRoute } from './own-route.ts';

export const JOB_ROUTES: readonly OwnRoute[] = [];
