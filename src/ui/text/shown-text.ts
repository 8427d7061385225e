// Whatever a terminal may act on, or that takes no cell of its own.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Text of any origin as it may stand in an input: one character for each, so that the cursor is where it seems to be, and
 * none that a terminal acts on. The text that is edited keeps what it has.
 */
export function shownText(text: string): string {
  return text.replace(UNPRINTABLE, (character) => (character === '\t' ? ' ' : '?'));
}
