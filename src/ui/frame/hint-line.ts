import type { Hint } from '../keys/hint.ts';
import { type Line, lineWidth, type Span } from '../text/line.ts';

/**
 * `enter describe  l logs  s shell (not in this version)  : go to  / filter  ? help`. Where not all fit, what is off goes
 * first, then the right-hand ones; the keys that lead to everything else, `go to` and help, stay.
 */
export function hintLine(hints: readonly Hint[], width: number): Line {
  const help = hints.find((hint) => hint.label === 'help');
  const others = hints.filter((hint) => hint !== help);
  const whole = build(others, help);
  if (lineWidth(whole) <= width) return whole;
  const working = others.filter((hint) => hint.disabled === undefined);
  const goTo = working.filter((hint) => hint.label === 'go to');
  const rest = working.filter((hint) => !goTo.includes(hint));
  return (
    longest(rest, (kept) => build([...kept, ...goTo], help), width) ??
    longest(working, (kept) => build(kept, help), width) ??
    build([], help)
  );
}

/** The line with as many hints as fit, at least one. */
function longest(hints: readonly Hint[], line: (kept: readonly Hint[]) => Line, width: number): Line | undefined {
  for (let kept = hints.length; kept > 0; kept -= 1) {
    const shown = line(hints.slice(0, kept));
    if (lineWidth(shown) <= width) return shown;
  }
  return undefined;
}

function build(hints: readonly Hint[], help: Hint | undefined): Line {
  const spans: Span[] = [];
  for (const hint of help ? [...hints, help] : hints) {
    spans.push({ text: spans.length === 0 ? ' ' : '  ' });
    if (hint.disabled === undefined) {
      spans.push({ text: hint.key, role: 'key' }, { text: ` ${hint.label}` });
    } else {
      const reason = hint.disabled !== '' ? ` (${hint.disabled})` : '';
      spans.push({ text: `${hint.key} ${hint.label}${reason}`, role: 'muted' });
    }
  }
  return spans;
}
