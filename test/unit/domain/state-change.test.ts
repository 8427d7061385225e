import { describe, expect, it } from 'vitest';
import type { Severity } from '../../../src/domain/severity.ts';
import { RECOVERED_AFTER_MS, SeverityTracker } from '../../../src/domain/state-change.ts';

const MINUTE = 60_000;

/** What is told of an app that is seen every ten seconds. */
function told(...seen: readonly Severity[]): readonly (string | undefined)[] {
  const tracker = new SeverityTracker();
  return seen.map((severity, index) => tracker.see('shop', severity, 'why', index * 10_000)?.text);
}

describe('SeverityTracker', () => {
  it('what is there at first is no change', () => {
    expect(told('critical', 'critical', 'warning')).toEqual([undefined, undefined, undefined]);
  });

  it('tells each step down once', () => {
    expect(told('ok', 'info', 'warning', 'warning', 'critical', 'critical')).toEqual([
      undefined,
      undefined,
      'shop warning: why',
      undefined,
      'shop critical: why',
      undefined,
    ]);
  });

  it('tells a recovery once it has lasted, and a crash loop as one', () => {
    const loop: Severity[] = ['ok', ...new Array<Severity[]>(10).fill(['critical', 'ok', 'ok', 'ok']).flat()];
    expect(told(...loop).filter(Boolean)).toEqual(['shop critical: why']);
    const tracker = new SeverityTracker();
    tracker.see('shop', 'ok', '', 0);
    tracker.see('shop', 'critical', 'why', 1_000);
    expect(tracker.see('shop', 'info', '', 2_000)).toBeUndefined();
    expect(tracker.see('shop', 'info', '', 2_000 + RECOVERED_AFTER_MS)).toEqual({
      text: 'shop has recovered',
      better: true,
    });
    expect(tracker.see('shop', 'ok', '', 10 * MINUTE)).toBeUndefined();
    expect(tracker.see('shop', 'warning', 'again', 11 * MINUTE)?.text).toBe('shop warning: again');
  });
});
