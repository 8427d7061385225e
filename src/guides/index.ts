import { accessEntries } from './access-entries.ts';
import { awsIntegration } from './aws-integration.ts';
import { consoleRole } from './console-role.ts';
import type { Guide } from './define-guide.ts';
import { eksViewing } from './eks-viewing.ts';
import { iamReview } from './iam-review.ts';
import { rackMove } from './rack-move.ts';

/** All guided migrations, in the order in which they are listed. */
export const GUIDES: readonly Guide[] = [rackMove, consoleRole, accessEntries, eksViewing, awsIntegration, iamReview];

export function findGuide(id: string): Guide | undefined {
  return GUIDES.find((guide) => guide.id === id);
}
