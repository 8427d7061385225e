import type { Preview, PreviewLine, PreviewTable } from '../actions/preview.ts';

const MARKS: Readonly<Record<PreviewLine['kind'], string>> = {
  added: '+ ',
  removed: '- ',
  changed: '~ ',
  same: '  ',
  heading: '',
};

/** A preview as plain text: headline, what follows, warnings, differences, tables. */
export function previewAsText({ headline, effects, warnings, lines = [], tables = [] }: Preview): string {
  return [
    headline,
    ...effects.map((effect) => `  ${effect}`),
    ...warnings.map((warning) => `  ! ${warning}`),
    ...lines.map(({ kind, text }) => `  ${MARKS[kind]}${text}`),
    ...tables.flatMap(tableText),
    '',
  ].join('\n');
}

function tableText({ title, columns, rows }: PreviewTable): string[] {
  const widths = columns.map((column, at) => Math.max(column.length, ...rows.map((row) => (row[at] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    `    ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd();
  return [`  ${title}`, line(columns.map((column) => column.toUpperCase())), ...rows.map(line)];
}
