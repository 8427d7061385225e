import { describeRow, rowJson } from '../../resources/row-json.ts';
import type { TerminalLook } from '../dashboard-services.ts';
import { jsonLines } from '../text/json-lines.ts';
import { pairLines } from '../text/pair-lines.ts';
import { screenStyles } from '../text/screen-styles.ts';
import type { StyledLine } from '../text/styled-line.ts';
import type { OnRequestContent } from './on-request-content.ts';
import type { TableBody } from './table-body.ts';
import type { TextContent } from './text-body.ts';

/** Describe or raw JSON of one row of a table, for as long as the table is kept fresh behind it. */
export function rowContent(
  table: TableBody,
  rowKey: string,
  view: 'describe' | 'raw',
  look: TerminalLook,
  beside?: OnRequestContent,
): TextContent {
  const styles = screenStyles(look);
  return {
    lines: () => {
      const found = table.row(rowKey);
      if (found === undefined) {
        const loading = table.shares().some((share) => share.rows === undefined && share.failure === undefined);
        return loading ? ['Asking for it ...'] : ['This row is no longer there.', 'esc goes back to the list.'];
      }
      const { row } = found.row.source;
      const gone: (StyledLine | string)[] = found.gone
        ? ['! It is gone from the list; this is its last state.', '']
        : [];
      const body =
        view === 'raw'
          ? jsonLines(rowJson(table.resource, row), styles)
          : pairLines(describeRow(table.resource, row, table.host.now()).map(withoutGap), styles);
      return [...gone, ...body, ...(beside?.lines() ?? [])];
    },
    subscribe: (listener) => {
      const stops = [table.subscribe(listener), beside?.subscribe(listener)];
      return () => {
        for (const stop of stops) stop?.();
      };
    },
    shares: () => table.shares(),
    refresh: () => table.refresh(),
    show: (visible) => table.show(visible),
    ...(beside ? { key: beside.key, hints: beside.hints, dispose: beside.dispose } : {}),
  };
}

/** A value that is not there is said, not left blank. */
function withoutGap([label, value]: readonly [string, string]): readonly [string, string] {
  return [label, value.trim() === '' ? '-' : value];
}
