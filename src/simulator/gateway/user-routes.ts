import type { OwnRoute } from './own-route.ts';

export const USER_ROUTES: readonly OwnRoute[] = [];
