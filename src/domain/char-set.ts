/** Which of a sample of characters a pattern of one character fits: all of ASCII and a few of what is beyond. */
export type CharSet = bigint;

const SAMPLE = [
  ...Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)),
  'é',
  'ß',
  'Ж',
  '日',
  '\u00a0',
  '😀',
];

export const ANY_CHAR: CharSet = (1n << BigInt(SAMPLE.length)) - 1n;

/** `text`: a letter, an escape, a class or a dot, as it stands in a pattern. Case is ignored. */
export function charSet(text: string): CharSet {
  let pattern: RegExp;
  try {
    pattern = new RegExp(`^(?:${text})$`, 'isu');
  } catch {
    return ANY_CHAR;
  }
  let set = 0n;
  SAMPLE.forEach((char, at) => {
    if (pattern.test(char)) set |= 1n << BigInt(at);
  });
  return set;
}

export function areDisjoint(a: CharSet, b: CharSet): boolean {
  return (a & b) === 0n && a !== 0n && b !== 0n;
}
