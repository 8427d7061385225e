/**
 * Loaded on demand by `reader.ts`. A module of its own, because a dynamic import of the package itself would drag all of it
 * into the bundle's start-up path.
 */
export { compile } from 'zod/mini';
