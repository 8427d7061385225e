/**
 * The signature of an error line: the text without what differs from one occurrence to the next. Two lines of one kind have
 * the same signature: `<n>` numbers, times and addresses, `<id>` ids, uuids and hex, `<str>` quoted strings, `<path>` files
 * and paths, `<url>`, `<email>`.
 *
 * One pass over the characters, no regular expression on the way: it runs on every error line of a full ring.
 */

/** What is looked at of a message, and how long a signature gets. */
const MAX_INPUT = 600;
const MAX_SIGNATURE = 240;

/** Longest quoted text; a quote that does not end by then is an apostrophe. */
const MAX_QUOTED = 200;

/** Signature of a message (a line without its prefix); `''` for a blank one. */
export function logSignature(message: string): string {
  const text = essence(message);
  const scan: Scan = { text, at: 0, end: Math.min(text.length, MAX_INPUT), out: '', from: 0 };
  while (scan.at < scan.end && scan.out.length < MAX_SIGNATURE) step(scan);
  flush(scan, scan.at);
  const signature = scan.out.length > MAX_SIGNATURE ? scan.out.slice(0, MAX_SIGNATURE) : scan.out;
  return signature.trim();
}

interface Scan {
  readonly text: string;
  at: number;
  readonly end: number;
  out: string;
  /** Text from here to `at` goes into the signature as it is. */
  from: number;
}

/** What stands literally, up to `to`. */
function flush(scan: Scan, to: number): void {
  if (to > scan.from) scan.out += scan.text.slice(scan.from, to);
  scan.from = to;
}

/** `mark` instead of the text up to `to`. */
function replace(scan: Scan, mark: string, to: number): void {
  flush(scan, scan.at);
  const { out } = scan;
  const last = out.length - 1;
  // Numbers with one mark between them (`10.0.0.1:5432`, `12:00:05`, `1,200`) are one.
  if (mark === '<n>' && isJoint(out.charCodeAt(last)) && out.endsWith('<n>', last)) scan.out = out.slice(0, last);
  else scan.out += mark;
  scan.at = to;
  scan.from = to;
}

// Character classes, one table look-up each.
const WORD = 1;
const DIGIT = 2;
const SPACE = 4;
const CLASS = new Uint8Array(128);
for (let code = 0; code < 128; code += 1) {
  if (code >= 48 && code <= 57) CLASS[code] = WORD | DIGIT;
  else if ((code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95) CLASS[code] = WORD;
  else if (code === 32 || (code >= 9 && code <= 13)) CLASS[code] = SPACE;
}

function classOf(code: number): number {
  return code < 128 ? (CLASS[code] ?? 0) : 0;
}

function step(scan: Scan): void {
  const { text, at } = scan;
  const code = text.charCodeAt(at);
  const kind = classOf(code);
  if (kind & WORD) word(scan);
  else if (kind & SPACE) space(scan, code);
  else if (code === 0x22 || code === 0x27 || code === 0x60) quoted(scan, code);
  else if (code === 0x2f) slash(scan);
  // An SGR sequence: nothing else is left in a sanitised line.
  else if (code === 0x1b) replace(scan, '', escapeEnd(text, at, scan.end));
  else scan.at += 1;
}

function space(scan: Scan, code: number): void {
  const stop = skip(scan.text, scan.at, scan.end, SPACE);
  if (code === 0x20 && stop === scan.at + 1) scan.at = stop;
  else replace(scan, ' ', stop);
}

function skip(text: string, from: number, end: number, kind: number): number {
  let at = from;
  while (at < end && classOf(text.charCodeAt(at)) & kind) at += 1;
  return at;
}

function escapeEnd(text: string, from: number, end: number): number {
  let at = from + 1;
  if (text.charCodeAt(at) !== 0x5b) return at;
  at += 1;
  while (at < end && text.charCodeAt(at) < 0x40) at += 1;
  return at + 1;
}

function quoted(scan: Scan, quote: number): void {
  const { text, at, end } = scan;
  const before = at > 0 ? classOf(text.charCodeAt(at - 1)) : 0;
  const close = before & WORD ? -1 : closingQuote(text, at + 1, Math.min(end, at + MAX_QUOTED), quote);
  if (close < 0) scan.at += 1;
  else replace(scan, '<str>', close + 1);
}

/** Ruby quotes `like this'. */
function closingQuote(text: string, from: number, end: number, quote: number): number {
  for (let at = from; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at += 1;
    else if (code === quote || (quote === 0x60 && code === 0x27)) return at;
  }
  return -1;
}

function slash(scan: Scan): void {
  const { text, at, end } = scan;
  const next = classOf(text.charCodeAt(at + 1));
  const before = at > 0 ? classOf(text.charCodeAt(at - 1)) : 0;
  if (!(next & WORD) || before & WORD) scan.at += 1;
  else replace(scan, '<path>', pathEnd(text, at, end));
}

/** Where a path ends, line and column (`:12:5`) included. */
function pathEnd(text: string, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (!(classOf(code) & WORD || isPathMark(code))) break;
    at += 1;
  }
  // The full stop or colon of the sentence is no part of it.
  while (at > from && (text.charCodeAt(at - 1) === 0x3a || text.charCodeAt(at - 1) === 0x2e)) at -= 1;
  return at;
}

/** `/ . - ~ @ + % : $ = & ?` as they stand in file names, routes and queries. */
function isPathMark(code: number): boolean {
  if (code === 0x2d || code === 0x2e || code === 0x2f || code === 0x3a || code === 0x7e || code === 0x40) return true;
  return code === 0x2b || code === 0x25 || code === 0x24 || code === 0x3d || code === 0x26 || code === 0x3f;
}

function isJoint(code: number): boolean {
  return code === 0x2e || code === 0x3a || code === 0x2c || code === 0x2d || code === 0x2f;
}

/** A run of letters, digits and underscores, and what may hang on it: a path, a URL, an address, the rest of a uuid. */
function word(scan: Scan): void {
  const { text, at, end } = scan;
  let stop = at;
  let digits = 0;
  for (; stop < end; stop += 1) {
    const kind = classOf(text.charCodeAt(stop));
    if (!(kind & WORD)) break;
    if (kind & DIGIT) digits += 1;
  }
  const next = text.charCodeAt(stop);
  if (next === 0x3a && text.charCodeAt(stop + 1) === 0x2f && text.charCodeAt(stop + 2) === 0x2f) {
    replace(scan, '<url>', pathEnd(text, stop + 3, end));
    return;
  }
  const path = next === 0x2f ? relativePath(text, at, stop, end) : 0;
  if (path > 0) replace(scan, '<path>', path);
  else if (next === 0x40 && classOf(text.charCodeAt(stop + 1)) & WORD)
    replace(scan, '<email>', pathEnd(text, stop, end));
  else if (next === 0x2d && isUuid(text, at)) replace(scan, '<id>', at + 36);
  else plainWord(scan, stop, digits);
}

/** R/B + 10 capitals: releases and builds (convox-api.md 4.5). */
const CONVOX_ID = /^[RB][A-Z]{10}$/;

function plainWord(scan: Scan, stop: number, digits: number): void {
  const { text, at } = scan;
  const length = stop - at;
  const afterDash = at > 0 && text.charCodeAt(at - 1) === 0x2d;
  if (digits === length) replace(scan, '<n>', stop);
  else if (digits > 0) mixed(scan, text.slice(at, stop), afterDash);
  else if (length === 11 && CONVOX_ID.test(text.slice(at, stop))) replace(scan, '<id>', stop);
  else if (length === 5 && afterDash && isPodSuffix(text.slice(at, stop))) replace(scan, '<id>', stop);
  else scan.at = stop;
}

/** `app/models/x.rb:12` or `a/b/c`: its end; 0 for `and/or`, `text/html`. */
function relativePath(text: string, from: number, slashAt: number, end: number): number {
  const stop = pathEnd(text, slashAt, end);
  let slashes = 0;
  let dot = -1;
  for (let at = from; at < stop; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x2f) {
      slashes += 1;
      dot = -1;
    } else if (code === 0x2e) dot = at;
  }
  return slashes >= 2 || dot > 0 ? stop : 0;
}

/** 8-4-4-4-12 hex digits. */
function isUuid(text: string, at: number): boolean {
  if (at + 36 > text.length) return false;
  for (let index = 0; index < 36; index += 1) {
    const code = text.charCodeAt(at + index);
    if (index === 8 || index === 13 || index === 18 || index === 23) {
      if (code !== 0x2d) return false;
    } else if (!isHex(code)) return false;
  }
  return !(classOf(text.charCodeAt(at + 36)) & WORD);
}

function isHex(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70);
}

/** Ids are at least this long; shorter ones are words with a number. */
const MIN_ID = 5;
const HEX = /^(?:0x[0-9a-f]+|[0-9a-f]{8,})$/i;
/** A unit is short: `12MiB`, `3rd`; more letters make an id. */
const NUMBER_AND_UNIT = /^\d+([A-Za-z_]{1,5})$/;

/** `5000ms`, `worker3`, `utf8` keep their letters; `x2x4q`, `6d9f7c5b8` are ids. */
function mixed(scan: Scan, text: string, afterDash: boolean): void {
  const stop = scan.at + text.length;
  const unit = NUMBER_AND_UNIT.exec(text)?.[1];
  if (HEX.test(text) || (afterDash && isPodSuffix(text))) replace(scan, '<id>', stop);
  else if (unit !== undefined) replace(scan, '<n>', stop - unit.length);
  else if (text.charCodeAt(0) < 58 || (text.length >= MIN_ID && turnsOf(text) > 1)) replace(scan, '<id>', stop);
  else lettersAndNumbers(scan, stop);
}

/** How often letters and digits change over. */
function turnsOf(text: string): number {
  let turns = 0;
  for (let at = 1; at < text.length; at += 1) {
    if (text.charCodeAt(at) < 58 !== text.charCodeAt(at - 1) < 58) turns += 1;
  }
  return turns;
}

function lettersAndNumbers(scan: Scan, stop: number): void {
  while (scan.at < stop) {
    const to = skip(scan.text, scan.at, stop, DIGIT);
    if (to > scan.at) replace(scan, '<n>', to);
    else scan.at += 1;
  }
}

/** Kubernetes draws the random ends of pod names from letters that make no words. */
function isPodSuffix(word: string): boolean {
  if (word.length !== 5) return false;
  for (let at = 0; at < 5; at += 1) if (!'bcdfghjklmnpqrstvwxz2456789'.includes(word[at] ?? '')) return false;
  return true;
}

const JSON_PARTS = /"(?:msg|message|error|err|exception|error_message)"\s*:\s*"((?:[^"\\]|\\.){1,400})/g;
const LOGFMT_PARTS = /(?:^|\s)(?:msg|message|error|err|exception)=(?:"((?:[^"\\]|\\.){1,400})"|(\S{1,200}))/g;

/** The words of a JSON or logfmt message, its other fields left out; any other message as it is. */
function essence(message: string): string {
  if (message.charCodeAt(firstNonSpace(message)) === 0x7b) return partsOf(message, JSON_PARTS) ?? message;
  return NAMES.some((name) => message.includes(name)) ? (partsOf(message, LOGFMT_PARTS) ?? message) : message;
}

const NAMES = ['msg=', 'message=', 'error=', 'err=', 'exception='];

function firstNonSpace(text: string): number {
  let at = 0;
  while (at < text.length && text.charCodeAt(at) <= 32) at += 1;
  return at;
}

/** At most this many fields make up a signature: message, error and its cause. */
const MAX_PARTS = 3;

function partsOf(message: string, pattern: RegExp): string | undefined {
  const parts: string[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(message); match && parts.length < MAX_PARTS; match = pattern.exec(message)) {
    const part = (match[1] ?? match[2] ?? '').replace(/\\[nrt]/g, ' ').replace(/\\(.)/g, '$1');
    if (!parts.includes(part)) parts.push(part);
  }
  return parts.length === 0 ? undefined : parts.join(': ');
}
