import type { OwnRoute } from './own-route.ts';

export const APPROVAL_ROUTES: readonly OwnRoute[] = [];
