import type { Finding } from '../finding.ts';
import { counted, earliest, found, line, type Scene } from './scene.ts';

/** Kinds of errors in the logs that did not occur before the release came. */
export function newErrors(scene: Scene): readonly Finding[] {
  const { newErrors: news } = scene.facts;
  const [first] = news?.signatures ?? [];
  if (!news || !first) return [];
  return [
    found(scene, {
      rule: 'new-errors',
      severity: 'warning',
      service: first.services.length === 1 && news.signatures.length === 1 ? first.services[0] : undefined,
      summary: `${counted(news.signatures.length, 'new error', 'new errors')} in the logs since ${news.release}`,
      since: earliest(news.signatures.map(({ firstAt }) => firstAt)),
      release: news.release,
      next: 'Jump to the first of them in the logs',
      evidence: news.signatures
        .slice(0, 5)
        .map((signature) =>
          line('log', `${signature.count} x ${signature.signature}`, signature.firstAt, signature.first.process),
        ),
    }),
  ];
}
