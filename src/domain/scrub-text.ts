import { HIDDEN, withoutSecrets } from './secret-text.ts';

export interface Scrubbed {
  readonly text: string;
  /** How many secrets were taken out. */
  readonly count: number;
}

/** What gives itself away by its form, whatever stands beside it. Each is linear in the length of the text. */
const FORMS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*/g,
  /\b(?:AKIA|ASIA|AROA|AIDA)[0-9A-Z]{16}\b/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
  /\b(?:gh[pousr]_|github_pat_|glpat-|npm_)\w{16,}/g,
  /\bxox[a-z]-[\w-]{10,}/g,
  /\b[srpw]k_(?:live|test)_\w{8,}/g,
  /\bwhsec_\w{16,}/g,
  /\bAIza[\w-]{30,}/g,
  /\bSG\.[\w-]{16,}\.[\w-]{16,}/g,
];
/** What follows one of these names, to its own end. */
const NAMED = /\b((?:set-)?cookie\s{0,2}[:=]\s{0,2}|session(?:_?id)?=|sid=|connect\.sid=|signature=)[^\s&"']+/gi;
/** A run of letters and digits that no word is: rack passwords, random keys, lines of an encoded key. */
const LONG_RUN = /[A-Za-z0-9+/_-]{40,}={0,2}/g;

/**
 * A text without what looks like a secret, by the name beside it ({@link withoutSecrets}) or by its own form. For texts that
 * leave the machine; a secret that has neither name nor form is not found.
 */
export function scrubText(text: string): Scrubbed {
  let result = text;
  for (const form of FORMS) result = result.replace(form, HIDDEN);
  result = result.replace(NAMED, `$1${HIDDEN}`).replace(LONG_RUN, (run) => (isRandom(run) ? HIDDEN : run));
  result = withoutSecrets(result);
  return { text: result, count: Math.max(0, countOf(result) - countOf(text)) };
}

/** Commit ids and digests are lower-case hex; paths and identifiers have words in them. */
function isRandom(run: string): boolean {
  return /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run) && !/[a-z]{9}/.test(run);
}

function countOf(text: string): number {
  return text.split(HIDDEN).length - 1;
}
