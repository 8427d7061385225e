import stringWidth from 'string-width';

const PRINTABLE_ASCII = /^[\u0020-\u007e]*$/;
const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Width in terminal cells. Plain ASCII, nearly everything a rack sends, costs one regular expression. */
export function textWidth(text: string): number {
  return PRINTABLE_ASCII.test(text) ? text.length : stringWidth(text);
}

/**
 * The part of `text` that stands in cells [from, to). A wide character cut by an edge becomes a space, so that what
 * follows keeps its column.
 */
export function sliceCells(text: string, from: number, to: number): string {
  if (to <= from) return '';
  if (PRINTABLE_ASCII.test(text)) return text.slice(from, to);
  let column = 0;
  let result = '';
  for (const { segment } of segmenter.segment(text)) {
    if (column >= to) break;
    const width = stringWidth(segment);
    const end = column + width;
    if (column >= from && end <= to) result += segment;
    else if (end > from) result += ' '.repeat(Math.min(end, to) - Math.max(column, from));
    column = end;
  }
  return result;
}

/** Exactly `width` cells: cut with `ellipsis`, or padded on the side that `align` leaves free. */
export function fitText(text: string, width: number, align: 'left' | 'right' = 'left', ellipsis = '…'): string {
  if (width <= 0) return '';
  const own = textWidth(text);
  if (own === width) return text;
  if (own < width) return align === 'right' ? ' '.repeat(width - own) + text : text + ' '.repeat(width - own);
  const mark = textWidth(ellipsis);
  if (width <= mark) return sliceCells(text, 0, width);
  const cut = sliceCells(text, 0, width - mark) + ellipsis;
  const missing = width - textWidth(cut);
  return missing > 0 ? cut + ' '.repeat(missing) : cut;
}
