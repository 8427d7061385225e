import type { Certificate } from '../certificate.ts';
import type { Finding } from '../finding.ts';
import { certificateFindings } from './certificates.ts';
import { mergeFindings } from './merge.ts';
import { type NodeQuestion, nodeFindings, sickNode } from './nodes.ts';
import { compareFindings } from './rank.ts';

/** What is wrong with a rack itself, its nodes and certificates, whatever its apps say; worst first. Never throws. */
export function ownRackFindings(question: NodeQuestion, certificates: readonly Certificate[]): readonly Finding[] {
  const found = [...nodeFindings(question), ...sickNode(question), ...certificateFindings(certificates, question.now)];
  // A rack that lists a thing twice does not get it told twice.
  return [...mergeFindings(found)].sort(compareFindings);
}
