/**
 * The one sanitiser for remote text (architecture.md 2): what a server sends may not move the cursor, change the title,
 * reorder the line or fill the screen. Applied at the protocol edge, so that everything behind it may print freely.
 */

/** Longest single-line value kept; a name or message beyond it is cut with an ellipsis. */
export const MAX_TEXT = 4_096;
/** Longest log line kept, in UTF-16 units. */
export const MAX_LOG_LINE = 16_384;

// C0 (tab and newline are treated apart), DEL, C1, line/paragraph separators, bidi overrides and isolates, zero-width
// format characters that can hide text, interlinear annotation, tag characters, BOM.
const HOSTILE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
// Whole escape sequences, so that their parameters do not stay behind as litter: CSI, OSC/DCS/SOS/PM/APC strings, two-byte.
const ESCAPE =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]?/gu;
const SGR = /^\u001b\[([0-9;:]*)m$/;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Printable single-line text: escapes removed, tabs and newlines turned into a space, length bounded. */
export function safeText(remote: string, max = MAX_TEXT): string {
  if (isPlain(remote) && remote.length <= max) return remote;
  const cleaned = remote
    .replace(ESCAPE, '')
    .replace(/[\t\r\n]+/g, ' ')
    .replace(HOSTILE, '')
    .replace(LONE_SURROGATE, '\ufffd');
  return cleaned.length > max ? `${cleaned.slice(0, max - 1)}…` : cleaned;
}

/** Text of several lines (manifests, reports): newlines and tabs stay, everything else as {@link safeText}. */
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
  const bounded = remote.length > MAX_LOG_LINE ? `${remote.slice(0, MAX_LOG_LINE)}…` : remote;
  if (isPlain(bounded)) return bounded;
  const kept: string[] = [];
  let coloured = false;
  const stripped = bounded.replace(/\t/g, '    ').replace(ESCAPE, (sequence) => {
    if (!SGR.test(sequence) || sequence.length > 32) return '';
    coloured = true;
    kept.push(sequence);
    return '\ue000';
  });
  let next = 0;
  const cleaned = (coloured ? stripped : stripped.replace(/\ue000/g, '\ufffd'))
    .replace(HOSTILE, '')
    .replace(LONE_SURROGATE, '\ufffd')
    .replace(/\ue000/g, () => kept[next++] ?? '');
  return coloured ? `${cleaned}\u001b[0m` : cleaned;
}

// The common case (printable ASCII) must cost next to nothing: thousands of lines a second pass here.
const NOT_PLAIN = /[^\u0020-\u007e]/;
function isPlain(text: string): boolean {
  return !NOT_PLAIN.test(text);
}
