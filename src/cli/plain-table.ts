import stringWidth from 'string-width';
import type { AnyResource, OpaqueRow } from '../resources/define-resource.ts';

/** A table without escape codes: columns padded to the widest cell, two spaces apart, nothing cut (it may be piped). */
export function plainTable(resource: AnyResource, rows: readonly OpaqueRow[], now: number): string {
  const columns = resource.columns.filter((column) => column.inTable !== false);
  const table = [
    columns.map((column) => column.header),
    ...rows.map((row) => columns.map((column) => column.cell(row, now).text)),
  ];
  const widths = columns.map((_, index) => Math.max(...table.map((line) => stringWidth(line[index] ?? ''))));
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

function pad(text: string, width: number, right: boolean): string {
  const filler = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return right ? filler + text : text + filler;
}
