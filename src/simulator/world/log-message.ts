import type { Phrase } from './log-phrases.ts';
import { phrase } from './log-phrases.ts';

const ESC = '\u001b';
const SGR: Readonly<Record<Phrase['level'], string>> = { debug: '90', info: '32', warn: '33', error: '1;31' };

/** Bytes that no terminal should ever see raw: title setting, clear screen, cursor moves, bells, a hyperlink, C1, bidi. */
const HOSTILE = [
  `${ESC}]0;owned by a log line\u0007${ESC}[2J${ESC}[Hscreen cleared by a log line`,
  `user agent "${ESC}]52;c;ZXZpbA==\u0007${ESC}[8;1;1t" rejected`,
  `upload name ${ESC}]8;;https://example.com\u0007click${ESC}]8;;\u0007 \u202Egnp.exe accepted`,
  `progress 10%\rprogress 90%\b\b\b\u009b31m${ESC}c done${ESC}[?1049h`,
].map((text) => Buffer.from(text));

/** Latin-1 and truncated UTF-8 as careless programs print them. */
const INVALID = [
  Buffer.concat([Buffer.from('import of "M'), Buffer.from([0xfc]), Buffer.from('nchen.csv" finished, 412 rows')]),
  Buffer.concat([Buffer.from('payload cut at 64 bytes: caf'), Buffer.from([0xc3])]),
  Buffer.concat([Buffer.from('binary frame '), Buffer.from([0xff, 0xfe, 0x00, 0x80]), Buffer.from(' ignored')]),
];

/** Format of a service's lines: some print JSON, some logfmt, some plain text, some plain text with colour. */
export type LineFormat = 'plain' | 'json' | 'logfmt' | 'colour';
const FORMATS: readonly LineFormat[] = ['plain', 'json', 'logfmt', 'colour'];

export const formatOf = (seed: number): LineFormat => FORMATS[seed % FORMATS.length] ?? 'plain';

/** One message, a pure function of its arguments. About one line in 90 is hostile, one in 70 is no valid UTF-8. */
export function message(roll: number, at: number, service: string, format: LineFormat): Buffer {
  if (roll % 90 === 7) return HOSTILE[(roll >>> 9) % HOSTILE.length] ?? Buffer.alloc(0);
  if (roll % 70 === 11) return INVALID[(roll >>> 9) % INVALID.length] ?? Buffer.alloc(0);
  return Buffer.from(render(phrase(roll >>> 3, service), at, format));
}

function render({ level, message: text, fields }: Phrase, at: number, format: LineFormat): string {
  switch (format) {
    case 'json':
      return JSON.stringify({ time: new Date(at).toISOString(), level, msg: text, ...fields });
    case 'logfmt':
      return `level=${level} msg=${JSON.stringify(text)}${pairs(fields)}`;
    case 'colour':
      return `${ESC}[${SGR[level]}m${level.toUpperCase().padEnd(5)}${ESC}[0m ${text}${pairs(fields)}`;
    case 'plain':
      return `${level.toUpperCase()} ${text}${pairs(fields)}`;
  }
}

function pairs(fields: Phrase['fields']): string {
  let out = '';
  for (const [key, value] of Object.entries(fields)) out += ` ${key}=${value}`;
  return out;
}
