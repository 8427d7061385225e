import { sliceCells, textWidth } from './text-width.ts';

/** Breaks a sentence into rows of at most `width` cells, at spaces where there are any. */
export function wrapWords(text: string, width: number): readonly string[] {
  const rows: string[] = [];
  for (const paragraph of text.split('\n')) {
    let row = '';
    for (const word of paragraph.split(' ')) {
      const joined = row === '' ? word : `${row} ${word}`;
      if (textWidth(joined) <= width) {
        row = joined;
        continue;
      }
      if (row !== '') rows.push(row);
      row = word;
      while (textWidth(row) > width) {
        const head = sliceCells(row, 0, width).trimEnd();
        rows.push(head);
        row = row.slice(head.length);
      }
    }
    rows.push(row);
  }
  return rows;
}
