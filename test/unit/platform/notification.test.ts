import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { notificationSequence } from '../../../src/platform/notification.ts';

describe('notificationSequence', () => {
  it('bell, OSC 9, or nothing', () => {
    expect(notificationSequence('bell', 'x')).toBe('\u0007');
    expect(notificationSequence('osc9', 'shop critical')).toBe('\u001b]9;rackdeck: shop critical\u0007');
    expect(notificationSequence('none', 'x')).toBe('');
  });

  it('no text ends the sequence early or starts another', () => {
    const hostile = fc.string({
      unit: fc.oneof(fc.constantFrom('\u001b', '\u0007', '\u009c', '\\', ']', '\n', ';'), fc.string()),
    });
    fc.assert(
      fc.property(hostile, (text) => {
        const inner = notificationSequence('osc9', text).slice('\u001b]9;rackdeck: '.length, -1);
        expect(inner).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
        expect(inner.length).toBeLessThanOrEqual(400);
      }),
    );
  });
});
