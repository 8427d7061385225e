import type { Failure } from '../../domain/failure.ts';
import type { Line } from '../text/line.ts';
import { wrapWords } from '../text/wrap-words.ts';
import type { Role } from '../theme/role.ts';

/** Cells left of the text of a panel. */
export const INDENT = 2;

export const BLANK: Line = [];

/** A sentence in as many rows as it needs; what stands before it (a glyph) hangs. */
export function paragraph(text: string, width: number, role: Role = 'plain', glyph = ''): readonly Line[] {
  const hanging = ' '.repeat(INDENT + (glyph === '' ? 0 : glyph.length + 1));
  const rows = wrapWords(text, Math.max(20, width - hanging.length - 1));
  return rows.map((row, at): Line => {
    const lead = at === 0 && glyph !== '' ? `${' '.repeat(INDENT)}${glyph} ` : hanging;
    return [{ text: lead + row, role }];
  });
}

export function heading(text: string): Line {
  return [{ text: ' '.repeat(INDENT) + text, role: 'column-header' }];
}

/** What happened, why, the next step and the request id. */
export function failureLines(failure: Failure, width: number): readonly Line[] {
  const { what, why, next, requestId } = failure;
  return [
    ...paragraph(what, width, 'critical', 'x'),
    ...(why === undefined ? [] : paragraph(why, width)),
    ...(next === undefined ? [] : paragraph(next, width, 'muted')),
    ...(requestId === undefined ? [] : paragraph(`request id ${requestId}`, width, 'muted')),
  ];
}

/** `enter do it   esc leave`. */
export function keyLine(pairs: readonly (readonly [key: string, label: string])[]): Line {
  return pairs.flatMap(
    ([key, label], at): Line => [
      { text: `${at > 0 ? '   ' : ' '.repeat(INDENT)}${key}`, role: 'key' },
      { text: ` ${label}` },
    ],
  );
}
