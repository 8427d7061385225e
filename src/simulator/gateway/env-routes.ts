import type { OwnRoute } from './own-route.ts';

export const ENV_ROUTES: readonly OwnRoute[] = [];
