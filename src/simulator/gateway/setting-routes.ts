import type { OwnRoute } from './own-route.ts';

export const SETTING_ROUTES: readonly OwnRoute[] = [];
