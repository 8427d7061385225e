/**
 * The one sanitiser for remote text (architecture.md 2): what a server sends may not move the cursor, change the title,
 * reorder the line or fill the screen. Applied at the protocol edge, so that everything behind it may print freely.
 */

/** Longest single-line value kept; a name or message beyond it is cut with an ellipsis. */
export const MAX_TEXT = 4_096;
/** Longest log line kept, in UTF-16 units. */
export const MAX_LOG_LINE = 16_384;

// The expressions are made by functions: classes of all Unicode take a millisecond to read, and a list of plain names needs none.

// C0 (tab and newline are treated apart), DEL, C1, line/paragraph separators, bidi overrides and isolates, zero-width
// format characters and fillers that can hide text or make two names look alike, interlinear annotation, tags, BOM.
const hostile = (): RegExp =>
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e01ef}]|\u034f|\u17b4|\u17b5|\u180b|\u180c|\u180d|\u180f/gu;
// A stack of marks grows over its neighbours' lines; no script puts more than a few on one letter.
const markFlood = (): RegExp => /(\p{M}{6})\p{M}+/gu;
// Whole escape sequences, so that their parameters do not stay behind as litter: CSI, OSC/DCS/SOS/PM/APC strings, two-byte.
// An 8-bit string introducer swallows text only up to its terminator: wrongly decoded quotes (U+009D) are far more common
// than such strings, and must not eat the rest of a line. No class may run over another introducer (linear time).
const escapes = (): RegExp =>
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|[\u0090\u0098\u009d-\u009f][^\u0007\u001b\u0090\u0098\u009c-\u009f]*(?:\u0007|\u001b\\|\u009c)|\u001b[ -/]*[0-~]?/gu;
const SGR = /^\u001b\[([0-9;:]*)m$/;
const loneSurrogate = (): RegExp => /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
// Nothing of the three is found among these letters, signs and the placeholder: most logs with colours or an accent pass here.
const UNUSUAL = /[^\u0020-\u007e\u00a0-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u27bf\ue000]/;
// Stands for a kept colour sequence while the rest of the line is cleaned; private use, so no text is lost to it.
const PLACEHOLDER = '\ue000';
const PLACEHOLDERS = /\ue000/g;

/** Printable single-line text: escapes removed, tabs and newlines turned into a space, length bounded. */
export function safeText(remote: string, max = MAX_TEXT): string {
  if (remote.length <= max && isPlain(remote)) return remote;
  // Cutting generously first bounds the work for a hostile megabyte; escapes may make up most of what is left.
  const cleaned = (remote.length > max * 8 ? remote.slice(0, max * 8) : remote)
    .replace(escapes(), '')
    .replace(/[\t\r\n]+/g, ' ');
  const shown = withoutTricks(cleaned);
  return shown.length > max ? cut(shown, max) : shown;
}

/** Text of several lines (manifests, reports): newlines stay, a tab becomes two spaces, the rest as {@link safeText}. */
export function safeBlock(remote: string, max = 1_048_576): string {
  const bounded = remote.length > max ? `${remote.slice(0, max)}\n…` : remote;
  return bounded
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => safeText(line.replace(/\t/g, '  '), MAX_LOG_LINE))
    .join('\n');
}

/** A log line: as {@link safeText}, but plain SGR colour sequences stay (and are closed at the end of the line). */
export function safeLogLine(remote: string): string {
  const bounded = remote.length > MAX_LOG_LINE ? cut(remote, MAX_LOG_LINE) : remote;
  if (isPlain(bounded)) return bounded;
  const kept: string[] = [];
  const stripped = bounded
    .replace(PLACEHOLDERS, '\ufffd')
    .replace(/\t/g, '    ')
    .replace(escapes(), (sequence) => {
      if (!isColour(sequence)) return '';
      kept.push(sequence);
      return PLACEHOLDER;
    });
  const cleaned = withoutTricks(stripped);
  const shown = cleaned.length > MAX_LOG_LINE ? cut(cleaned, MAX_LOG_LINE) : cleaned;
  if (kept.length === 0) return shown;
  let next = 0;
  return `${shown.replace(PLACEHOLDERS, () => kept[next++] ?? '')}\u001b[0m`;
}

function withoutTricks(text: string): string {
  if (!UNUSUAL.test(text)) return text;
  return text.replace(hostile(), '').replace(markFlood(), '$1').replace(loneSurrogate(), '\ufffd');
}

/** Colour and emphasis only: conceal and blink would hide text or nag, fonts are nobody's business. */
function isColour(sequence: string): boolean {
  const parameters = sequence.length <= 32 ? SGR.exec(sequence)?.[1] : undefined;
  if (parameters === undefined) return false;
  // `4:3` is one kind of underline, `38:2::1:2:3` one colour: what stands after a colon is no code of its own.
  const codes = parameters.split(';').map((code) => Number.parseInt(code, 10) || 0);
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 5 || code === 6 || code === 8 || (code >= 10 && code <= 20)) return false;
    // 38 and 48 are followed by a palette index or three channels: those numbers are no codes either.
    if ((code === 38 || code === 48) && codes[at + 1] === 5) at += 2;
    else if ((code === 38 || code === 48) && codes[at + 1] === 2) at += 4;
  }
  return true;
}

function cut(text: string, max: number): string {
  const end = isHighSurrogate(text.charCodeAt(max - 2)) ? max - 2 : max - 1;
  return `${text.slice(0, end)}…`;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

// The common case (printable ASCII) must cost next to nothing: thousands of lines a second pass here.
const NOT_PLAIN = /[^\u0020-\u007e]/;
function isPlain(text: string): boolean {
  return !NOT_PLAIN.test(text);
}
