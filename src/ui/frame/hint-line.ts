import type { Hint } from '../keys/hint.ts';
import { type Line, lineWidth, type Span } from '../text/line.ts';

/**
 * `enter describe  l logs  s shell (not in this version)  : go to  / filter  ? help`. Where not all fit, what is off goes
 * first, then the right-hand ones; the help key always stays.
 */
export function hintLine(hints: readonly Hint[], width: number): Line {
  const help = hints.find((hint) => hint.label === 'help');
  const others = hints.filter((hint) => hint !== help);
  const whole = build(others, help);
  if (lineWidth(whole) <= width) return whole;
  const working = others.filter((hint) => hint.disabled === undefined);
  for (let kept = working.length; kept > 0; kept -= 1) {
    const line = build(working.slice(0, kept), help);
    if (lineWidth(line) <= width) return line;
  }
  return build([], help);
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
