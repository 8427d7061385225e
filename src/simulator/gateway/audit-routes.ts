import type { OwnRoute } from './own-route.ts';

export const AUDIT_ROUTES: readonly OwnRoute[] = [];
