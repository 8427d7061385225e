import type { Hint } from '../keys/hint.ts';
import { type Line, lineWidth, type Span } from '../text/line.ts';

/**
 * `enter describe  l logs  s shell (not in this version)  : go to  / filter  ? help`. What does not fit is left out from the right,
 * reasons first; the help key always stays.
 */
export function hintLine(hints: readonly Hint[], width: number): Line {
  const help = hints.find((hint) => hint.label === 'help');
  const others = hints.filter((hint) => hint !== help);
  for (const withReasons of [true, false]) {
    const line = build(others, help, withReasons);
    if (lineWidth(line) <= width) return line;
  }
  for (let kept = others.length - 1; kept >= 0; kept -= 1) {
    const line = build(mostImportant(others, kept), help, false);
    if (lineWidth(line) <= width || kept === 0) return line;
  }
  return build([], help, false);
}

/** What works goes before what does not; the order on screen stays. */
function mostImportant(hints: readonly Hint[], count: number): readonly Hint[] {
  const ranked = [
    ...hints.filter((hint) => hint.disabled === undefined),
    ...hints.filter((hint) => hint.disabled !== undefined),
  ];
  const kept = new Set(ranked.slice(0, count));
  return hints.filter((hint) => kept.has(hint));
}

function build(hints: readonly Hint[], help: Hint | undefined, withReasons: boolean): Line {
  const spans: Span[] = [];
  for (const hint of help ? [...hints, help] : hints) {
    spans.push({ text: spans.length === 0 ? ' ' : '  ' });
    if (hint.disabled === undefined) {
      spans.push({ text: hint.key, role: 'key' }, { text: ` ${hint.label}` });
    } else {
      const reason = withReasons && hint.disabled !== '' ? ` (${hint.disabled})` : '';
      spans.push({ text: `${hint.key} ${hint.label}${reason}`, role: 'muted' });
    }
  }
  return spans;
}
