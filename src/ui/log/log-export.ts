import { isoText } from '../../domain/age.ts';
import { asFailure } from '../../domain/failure.ts';
import { eachLogField } from '../../domain/log-fields.ts';
import type { LogLine } from '../../domain/log-line.ts';
import { type RowItems, windowRows } from '../text/row-window.ts';
import { plainText } from '../text/styled-line.ts';
import type { ExportRequest } from './export-request.ts';
import type { LineRing } from './log-lens.ts';
import { count } from './log-meter-line.ts';
import type { LogMessage, LogViewState } from './log-view-state.ts';

export interface ExportWorld {
  readonly follow: LineRing;
  readonly title: string;
  readonly now: number;
  readonly state: LogViewState;
  readonly items: RowItems;
  /** A name that ends in `.gz` is written compressed. */
  save(suggestedName: string, lines: Iterable<string>): Promise<string>;
}

/** Writes the lines asked for into a new file; the outcome in words. */
export async function exportLines(request: ExportRequest, world: ExportWorld): Promise<LogMessage> {
  const ids = lineIds(request.what, world);
  if (ids.length === 0) return { text: nothingText(request.what), tone: 'notice' };
  try {
    const path = await world.save(
      fileName(world.title, world.now, request),
      linesOf(ids, world.follow, request.format),
    );
    return { text: `Saved ${count(ids.length)} line${ids.length === 1 ? '' : 's'} to ${path}`, tone: 'good' };
  } catch (error) {
    const failure = asFailure(error, 'The lines were not saved');
    return { text: failure.next ? `${failure.message}. ${failure.next}` : failure.message, tone: 'critical' };
  }
}

function nothingText(what: ExportRequest['what']): string {
  return what === 'marked' ? 'No line is marked: m marks one' : 'There is no line to save';
}

/** Numbers, not lines: the file is written from the ring, without a second copy of it in memory. */
function lineIds(what: ExportRequest['what'], { follow, state, items }: ExportWorld): readonly number[] {
  switch (what) {
    case 'all':
      return Array.from({ length: Math.max(0, follow.end - follow.first) }, (_, index) => follow.first + index);
    case 'visible':
      return Array.from({ length: items.size }, (_, index) => items.idAt(index) ?? -1);
    case 'marked':
      return state.marks.filter((mark) => mark >= follow.first);
    case 'screen':
      return [...new Set(windowRows(items, state.top, state.rows).map((row) => row.id))];
  }
}

function* linesOf(ids: readonly number[], follow: LineRing, format: ExportRequest['format']): Generator<string> {
  let lost = 0;
  for (const id of ids) {
    const line = follow.line(id);
    if (line) yield format === 'json' ? jsonText(line) : plainText(line.raw);
    else lost += 1;
  }
  if (lost === 0) return;
  const note = `(${lost} more lines fell off the buffer while this file was written)`;
  yield format === 'json' ? JSON.stringify({ note }) : note;
}

/** One line as JSON: what it is made of, and the fields of its message as text. */
function jsonText(line: LogLine): string {
  const fields: Record<string, string> = {};
  let hasFields = false;
  eachLogField(line.message, (name, value) => {
    // `__proto__` is a name like any other here.
    Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true });
    hasFields = true;
  });
  const { time, stream, service, process, level } = line;
  return JSON.stringify({
    ...(time === undefined ? {} : { time: isoText(time) }),
    ...(stream === '' ? {} : { stream: plainText(stream) }),
    ...(service === undefined ? {} : { service: plainText(service) }),
    ...(process === undefined ? {} : { process: plainText(process) }),
    ...(level === undefined ? {} : { level }),
    message: plainText(line.message),
    ...(hasFields ? { fields } : {}),
  });
}

/** `logs-shop-web-20250102T030405Z.log`, `.jsonl` for JSON lines, `.gz` behind it where compressed. */
function fileName(title: string, now: number, { format, gzip }: ExportRequest): string {
  const place = title
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[-.]+|-+$/g, '')
    .slice(0, 80);
  const stamp = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  return `${place || 'logs'}-${stamp}.${format === 'json' ? 'jsonl' : 'log'}${gzip ? '.gz' : ''}`;
}
