import type { Finding } from '../finding.ts';
import { type Severity, worst } from '../severity.ts';
import { type ChangeText, withCause } from './cause.ts';
import { mergeFindings } from './merge.ts';
import { compareFindings } from './rank.ts';
import type { Rule, Scene } from './scene.ts';

/** Rules, then de-duplication, the deploy behind it, and rank. Without `changeOf` a deploy is named, not described. */
export function applyRules(rules: readonly Rule[], scene: Scene, changeOf: ChangeText = () => ''): readonly Finding[] {
  return mergeFindings(rules.flatMap((rule) => rule(scene)))
    .map((finding) => withCause(scene, finding, changeOf))
    .sort(compareFindings);
}

export function severityOf(findings: readonly Finding[]): Severity {
  return worst(findings.map((finding) => finding.severity));
}
