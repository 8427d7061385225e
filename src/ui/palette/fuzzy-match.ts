/** How well a query fits a text; undefined where its letters do not occur in order. Higher is better. */
export function fuzzyScore(query: string, text: string): number | undefined {
  const wanted = query.toLowerCase();
  const own = text.toLowerCase();
  if (wanted === '') return 0;
  if (own === wanted) return 1_000;
  if (own.startsWith(wanted)) return 800 - Math.min(own.length - wanted.length, 100);
  const whole = own.indexOf(wanted);
  if (whole >= 0) return (startsWord(own, whole) ? 600 : 400) - Math.min(whole, 100);
  return scattered(wanted, own);
}

/** Letters in order with gaps: each at the start of a word or next to its neighbour counts, each gap costs. */
function scattered(wanted: string, own: string): number | undefined {
  let at = -1;
  let score = 100;
  for (const letter of wanted) {
    if (letter === ' ') continue;
    const next = own.indexOf(letter, at + 1);
    if (next < 0) return undefined;
    if (next === at + 1) score += 10;
    else score -= Math.min(next - at, 10);
    if (startsWord(own, next)) score += 15;
    at = next;
  }
  return score;
}

function startsWord(text: string, at: number): boolean {
  return at === 0 || /[^a-z0-9]/.test(text[at - 1] ?? '');
}
