import type { OwnRoute } from './own-route.ts';

export const SLACK_ROUTES: readonly OwnRoute[] = [];
