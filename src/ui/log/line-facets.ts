import { eachLogField, logField } from '../../domain/log-fields.ts';
import type { LogLine } from '../../domain/log-line.ts';
import { logSignature } from '../../domain/log-signature.ts';
import { quotedValue } from '../../domain/log-term.ts';
import type { FacetReader } from './facet-scan.ts';

/** Told by the line itself or the same for no two lines: their counts would say nothing. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'level',
  'lvl',
  'severity',
  'levelname',
  'time',
  'timestamp',
  'ts',
  '@timestamp',
  'date',
]);
const FIELD = /^[A-Za-z_@][\w.@-]*$/;
/** Values are cut there (eachLogField): equality with the cut value would find nothing. */
const CUT_AT = 200;

/** All that a line can be counted by: level, service, process, then its fields. */
export const allFacets: FacetReader = (line, visit) => {
  if (line.level !== undefined) visit('level', line.level);
  if (line.service !== undefined) visit('service', line.service);
  if (line.process !== undefined) visit('process', line.process);
  eachLogField(line.message, (name, value) => {
    if (!LEFT_OUT.has(name) && name !== 'service' && name !== 'process' && FIELD.test(name)) visit(name, value);
  });
};

/** One facet of a line, by the name that a query uses. */
export function facetOf(line: LogLine, name: string): string | undefined {
  switch (name) {
    case 'level':
      return line.level ?? logField(line.message, name);
    case 'service':
      return line.service ?? logField(line.message, name);
    case 'process':
      return line.process ?? logField(line.message, name);
    case 'stream':
      return line.stream === '' ? undefined : line.stream;
    case 'signature':
      return logSignature(line.message) || undefined;
    default:
      return logField(line.message, name);
  }
}

const NAMED: ReadonlySet<string> = new Set(['level', 'service', 'process', 'stream', 'signature']);

/** The filter that keeps the lines counted under a value; undefined where none can say so. */
export function facetFilter(name: string, value: string): string | undefined {
  if (value.length >= CUT_AT && name !== 'signature') return undefined;
  return NAMED.has(name) ? `${name}:${quotedValue(value)}` : `${name}=${quotedValue(value)}`;
}
