import { ANY_CHAR, areDisjoint, type CharSet, charSet } from './char-set.ts';

/** What makes a backtracking engine slow, read off a pattern's text. An estimate for the worst text, on the careful side. */
export interface PatternCost {
  /** Repetitions without a small bound whose ends are open: what follows may fit inside them, too. */
  readonly repeats: number;
  /** Repetitions whose end is clear, as in `\d+\.`. */
  readonly closed: number;
  /** Share of places at which all of what stands before the open repetitions fits, 0 to 1. */
  readonly density: number;
  /** Optional parts and choices between alternatives that may fit the same text; each doubles the work. */
  readonly choices: number;
  /** The part that is repeated although it repeats or chooses itself; undefined where there is none. */
  readonly nested: string | undefined;
}

interface Part extends PatternCost {
  /** How likely it is that what stands after the last open repetition fits at some place. */
  readonly tail: number;
  /** What it may begin with. */
  readonly first: CharSet;
  /** May it fit no text at all? */
  readonly nullable: boolean;
  /** The open repetition that it ends with: its characters, and how likely it is to be reached. */
  readonly open: { readonly chars: CharSet; readonly lead: number } | undefined;
  /** The word that it stands for where it is nothing but that. */
  readonly literal: string | undefined;
}

const NOTHING: Part = {
  repeats: 0,
  closed: 0,
  density: 1,
  choices: 0,
  nested: undefined,
  tail: 1,
  first: 0n,
  nullable: true,
  open: undefined,
  literal: '',
};
/** A letter fits one place in so many; a class one in fewer. */
const LETTER = 1 / 4;
const CLASS = 1 / 2;
/** Up to so many times is as good as written out. */
const SMALL = 8;

/** `source`: a pattern that the engine has accepted already, so that its brackets pair up. */
export function costOf(source: string): PatternCost {
  return new PatternReader(source).read();
}

class PatternReader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  read(): Part {
    const alternatives = [this.#sequence()];
    while (this.#source[this.#at] === '|') {
      this.#at += 1;
      alternatives.push(this.#sequence());
    }
    return choice(alternatives);
  }

  #sequence(): Part {
    let whole = NOTHING;
    while (this.#at < this.#source.length && this.#source[this.#at] !== '|' && this.#source[this.#at] !== ')') {
      const from = this.#at;
      const atom = this.#atom();
      const text = this.#source.slice(from, this.#at);
      whole = joined(whole, this.#quantified(atom, text));
    }
    return whole;
  }

  #atom(): Part {
    const char = this.#source[this.#at] ?? '';
    if (char === '(') return this.#group();
    if (char === '[') return broad(this.#take(/\[(?:\\.|[^\]\\])*\]/sy), CLASS);
    if (char === '\\') return this.#escape();
    this.#at += 1;
    if (char === '^' || char === '$') return NOTHING;
    return char === '.' ? broad(char, 1) : letter(char);
  }

  #group(): Part {
    const opening = this.#take(/\((?:\?(?:<?[=!]|<[^>]*>|[a-z-]*:))?/y);
    const inside = this.read();
    this.#at += 1;
    // Looks without moving on: nothing that follows is kept out of it by it.
    return /^\(\?<?[=!]/.test(opening) ? { ...inside, nullable: true, first: ANY_CHAR, open: undefined } : inside;
  }

  #escape(): Part {
    const text = this.#take(/\\(?:u\{[^}]*\}|u[0-9a-f]{4}|x[0-9a-f]{2}|c[a-z]|p\{[^}]*\}|k<[^>]*>|\d+|.)/isy);
    if (/^\\[bB]$/.test(text)) return NOTHING;
    // A group's text again: of any length, compared anew each time.
    if (/^\\(?:[1-9]|k)/.test(text)) return { ...opened(ANY_CHAR), nullable: true };
    return /^\\[dDsSwWpP]/.test(text) ? broad(text, text === '\\s' ? LETTER : CLASS) : letter(text);
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#source)?.[0] ?? this.#source.charAt(this.#at);
    this.#at += Math.max(1, text.length);
    return text;
  }

  #quantified(atom: Part, text: string): Part {
    const quantifier = /(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/y;
    quantifier.lastIndex = this.#at;
    const match = quantifier.exec(this.#source);
    if (!match) return atom;
    this.#at += match[0].length;
    const [, sign, least = '', comma, most = ''] = match;
    const endless = sign === '*' || sign === '+' || (comma !== undefined && most === '');
    const min = sign === undefined ? Number(least) : sign === '+' ? 1 : 0;
    return repeated(atom, text, min, endless ? Number.POSITIVE_INFINITY : Number(sign === '?' ? 1 : most || least));
  }
}

function repeated(part: Part, text: string, min: number, max: number): Part {
  // `(\.\d+)*`: what the next round begins with ends the repetition in this one.
  const atom = max > 1 && !part.nullable ? closedBy(part, part.first) : part;
  const loose = atom.repeats > 0 || atom.choices > 0 || atom.nullable;
  const shared = { ...atom, nullable: atom.nullable || min === 0, tail: min === 0 ? 1 : atom.tail, literal: undefined };
  if (max <= 1) return { ...shared, choices: atom.choices + (min < max ? 1 : 0) };
  if (max <= SMALL) {
    const times = (count: number) => (loose ? count * max : count);
    return {
      ...shared,
      repeats: times(atom.repeats),
      choices: times(atom.choices) + Math.max(0, max - Math.max(1, min)),
    };
  }
  if (loose && !isEmpty(atom)) return { ...shared, nested: atom.nested ?? text };
  // Exactly so many times of something of one length is no choice at all.
  if (min === max && atom.closed === 0) return shared;
  const single = atom.closed === 0 && /^(?:\\?.|\[.*\]|\\[pPuUxX].*)$/s.test(text);
  return {
    ...shared,
    ...opened(single ? atom.first : ANY_CHAR),
    first: atom.first,
    closed: atom.closed,
    nullable: min === 0,
  };
}

function isEmpty(part: Part): boolean {
  return part.literal === '' && part.first === 0n;
}

/** Ends the repetition that `part` ends with, where `next` cannot be a part of it. */
function closedBy(part: Part, next: CharSet): Part {
  if (part.open === undefined || !areDisjoint(part.open.chars, next)) return part;
  const { lead } = part.open;
  return {
    ...part,
    repeats: part.repeats - 1,
    closed: part.closed + 1,
    density: part.density / lead,
    tail: part.tail * lead,
    open: undefined,
  };
}

function joined(before: Part, right: Part): Part {
  if (isEmpty(right)) return before;
  const left = right.nullable ? before : closedBy(before, right.first);
  const shared = {
    repeats: left.repeats + right.repeats,
    closed: left.closed + right.closed,
    choices: left.choices + right.choices,
    nested: left.nested ?? right.nested,
    literal: left.literal === undefined || right.literal === undefined ? undefined : left.literal + right.literal,
    first: left.nullable ? left.first | right.first : left.first,
    nullable: left.nullable && right.nullable,
  };
  if (right.repeats === 0) {
    // Something optional after a repetition: what follows that may still belong to the repetition.
    const open = right.nullable && left.open ? { ...left.open, chars: ANY_CHAR } : undefined;
    return { ...shared, density: left.density, tail: left.tail * right.tail, open };
  }
  const density = left.density * left.tail * right.density;
  const open = right.open && {
    ...right.open,
    lead: right.repeats === 1 ? left.tail * right.open.lead : right.open.lead,
  };
  return { ...shared, density, tail: right.tail, open };
}

function choice(alternatives: readonly Part[]): Part {
  const [only = NOTHING] = alternatives;
  if (alternatives.length === 1) return only;
  const most = Math.max(...alternatives.map((part) => part.repeats));
  const dense = alternatives.filter((part) => part.repeats === most).reduce((sum, part) => sum + part.density, 0);
  const tail = alternatives.reduce((sum, part) => sum + part.tail, 0);
  return {
    repeats: most,
    closed: Math.max(...alternatives.map((part) => part.closed)),
    density: Math.min(1, dense),
    choices: Math.max(...alternatives.map((part) => part.choices)) + (isClear(alternatives) ? 0 : 1),
    nested: alternatives.find((part) => part.nested !== undefined)?.nested,
    tail: Math.min(1, tail),
    first: alternatives.reduce((set, part) => set | part.first, 0n),
    nullable: alternatives.some((part) => part.nullable),
    open: most === 0 ? undefined : { chars: ANY_CHAR, lead: 1 },
    literal: undefined,
  };
}

/** At most one of them can stand at any place: they begin differently, or none of the words begins with another. */
function isClear(alternatives: readonly Part[]): boolean {
  return alternatives.every((part, at) =>
    alternatives.every((other, place) => place <= at || areExclusive(part, other)),
  );
}

function areExclusive(a: Part, b: Part): boolean {
  if (a.nullable || b.nullable) return false;
  if (areDisjoint(a.first, b.first)) return true;
  const [left, right] = [a.literal?.toLowerCase(), b.literal?.toLowerCase()];
  return left !== undefined && right !== undefined && !left.startsWith(right) && !right.startsWith(left);
}

function letter(text: string): Part {
  return { ...NOTHING, tail: LETTER, first: charSet(text), nullable: false, literal: text };
}

function broad(text: string, tail: number): Part {
  return { ...NOTHING, tail, first: charSet(text), nullable: false, literal: undefined };
}

/** A repetition of these characters. */
function opened(chars: CharSet): Part {
  return { ...NOTHING, repeats: 1, first: chars, open: { chars, lead: 1 }, literal: undefined };
}
