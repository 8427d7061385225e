import { ALLOWED, refused, type Verdict } from '../domain/verdict.ts';
import type { AccessFacts } from './create-access.ts';

/** The console's own route for one rack: it stands for "the parameters of the rack", whoever keeps them. */
const RACK_OF_CONSOLE = /^\/racks\/\{[^}]*\}\/\{[^}]*\}$/;

export function isParametersRoute(pattern: string): boolean {
  return RACK_OF_CONSOLE.test(pattern);
}

/**
 * Reading and changing the parameters of a rack (convox-api.md 7.6): its console can, a v2 rack can by itself (`/system`), a
 * v3 rack cannot, however it is reached.
 */
export function parametersVerdict({ kind, version }: AccessFacts): Verdict {
  if (kind === 'console' || version === undefined || version.generation === 'v2') return ALLOWED;
  return refused('target', V3_KEEPS_NONE);
}

export const V3_KEEPS_NONE = 'a v3 rack does not keep its own parameters: its console or terraform state does';
