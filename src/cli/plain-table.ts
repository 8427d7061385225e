import stringWidth from 'string-width';
import type { AnyResource, OpaqueRow } from '../resources/define-resource.ts';

/** A table without escape codes: columns padded to the widest cell, two spaces apart, nothing cut (it may be piped). */
export function plainTable(resource: AnyResource, rows: readonly OpaqueRow[], now: number): string {
  const columns = resource.columns.filter((column) => column.inTable !== false);
  const table = [
    columns.map((column) => column.header),
    ...rows.map((row) => columns.map((column) => column.cell(row, now).text)),
  ];
  const widths = columns.map((_, index) => widest(table, index));
  return table
    .map((line) =>
      line
        .map((cell, index) => pad(cell, widths[index] ?? 0, columns[index]?.align === 'right'))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** A loop: a large rack's rows do not fit into the arguments of a call. */
function widest(table: readonly (readonly string[])[], index: number): number {
  let width = 0;
  for (const line of table) width = Math.max(width, stringWidth(line[index] ?? ''));
  return width;
}

function pad(text: string, width: number, right: boolean): string {
  const filler = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return right ? filler + text : text + filler;
}
