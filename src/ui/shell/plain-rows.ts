const SGR = /\u001b\[[0-9;]*m/g;

/** A painted row without its colours. */
export function plainRow(row: string): string {
  return row.replace(SGR, '');
}
