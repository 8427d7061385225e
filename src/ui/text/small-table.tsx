import { renderToString } from 'ink';
import { Table } from 'ink-table';

export type SmallRow = Readonly<Record<string, string>>;

/** Wide enough for whatever is drawn: cutting is the business of whoever shows it. */
const CANVAS = 400;

/**
 * A small bounded table as lines of text, drawn once when it is asked for: header, rule, rows. Cells stand two apart instead
 * of in boxes, and only the header has a rule: twice as much fits on the screen.
 */
export function smallTable(data: readonly SmallRow[], unicode: boolean): readonly string[] {
  const drawn = renderToString(<Table data={[...data]} />, { columns: CANVAS }).split('\n');
  const [, header = '', ...rest] = drawn.map(withoutBorders);
  const rows = rest.filter((line) => line !== '' && !/^─/.test(line));
  return [header, (unicode ? '─' : '-').repeat(header.length), ...rows];
}

function withoutBorders(line: string): string {
  return line
    .replace(/\u001b\[[0-9;]*m/g, '')
    .replace(/^[│┌├└][ ─]?/, '')
    .replace(/[ ─]?[│┐┤┘]$/, '')
    .replace(/ │ /g, '  ');
}
