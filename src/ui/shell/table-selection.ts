import type { Subject } from '../../domain/subject.ts';
import type { Place } from '../../resources/define-resource.ts';
import type { Selection } from '../actions/selection.ts';
import type { TableRow } from '../table/table-row.ts';
import type { TableBody, TableFrame } from './table-body.ts';

/** The marked rows, or the one under the cursor. What the filter hides is left out: nobody sees that it is marked. */
export function tableSelection(body: TableBody, frame: TableFrame): Selection {
  const { location, result, current } = frame;
  const marked = location.marks.size === 0 ? [] : result.rows.filter((row) => location.marks.has(row.key));
  const rows = marked.length > 0 ? marked : current ? [current] : [];
  return {
    view: body.resource.id,
    place: location.place,
    racks: racksOf(rows, location.rack),
    subjects: rows.flatMap((row) => subjectOf(body, row, location.place) ?? []),
    hidden: location.marks.size - marked.length,
  };
}

/** The selection of a text that speaks of one row. */
export function rowSelection(body: TableBody, key: string, place: Place): Selection | undefined {
  const row = body.row(key)?.row;
  if (row === undefined) return undefined;
  const subject = subjectOf(body, row, place);
  const subjects = subject === undefined ? [] : [subject];
  return { view: body.resource.id, place, racks: [row.source.rack], subjects, hidden: 0 };
}

function subjectOf(body: TableBody, row: TableRow, place: Place): Subject | undefined {
  return body.resource.subject?.(row.source.row, place);
}

function racksOf(rows: readonly TableRow[], rack: string | undefined): readonly string[] {
  if (rows.length === 0) return rack === undefined ? [] : [rack];
  return [...new Set(rows.map((row) => row.source.rack))];
}
