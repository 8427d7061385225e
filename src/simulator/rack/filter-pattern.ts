/**
 * CloudWatch filter pattern for unstructured text: terms are ANDed, quotes make phrases, `-term` excludes, `?term` makes
 * alternatives. Matching is case-sensitive.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  const terms = [...pattern.matchAll(/([-?]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].map(([, sign, phrase, word]) => ({
    sign: sign ?? '',
    term: phrase === undefined ? (word ?? '') : phrase.replace(/\\(.)/g, '$1'),
  }));
  const has = ({ term }: { term: string }): boolean => text.includes(term);
  const alternatives = terms.filter(({ sign }) => sign === '?');
  return (
    terms.filter(({ sign }) => sign === '').every(has) &&
    !terms.filter(({ sign }) => sign === '-').some(has) &&
    (alternatives.length === 0 || alternatives.some(has))
  );
}
