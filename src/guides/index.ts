import { consoleRole } from './console-role.ts';
import type { Guide } from './define-guide.ts';

/** All guided migrations, in the order in which they are listed. */
export const GUIDES: readonly Guide[] = [consoleRole];

export function findGuide(id: string): Guide | undefined {
  return GUIDES.find((guide) => guide.id === id);
}
