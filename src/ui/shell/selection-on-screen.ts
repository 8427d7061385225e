import type { Selection } from '../actions/selection.ts';
import { locationOf } from '../navigation/location.ts';
import type { Dashboard } from './dashboard.ts';
import { TableBody } from './table-body.ts';
import { rowSelection, tableSelection } from './table-selection.ts';

/** What an action chosen now would be about: rows of a table, the row that a text speaks of, or where one stands. */
export function selectionOnScreen(dashboard: Dashboard): Selection {
  const body = dashboard.body();
  if (body instanceof TableBody) return tableSelection(body, body.frame());
  const { view, place, subject } = dashboard.location();
  if (subject !== undefined && (view === 'describe' || view === 'raw')) {
    const table = dashboard.bodyAt(locationOf({ view: subject.resource, rack: subject.rack, place }));
    const described = table instanceof TableBody ? rowSelection(table, subject.rowKey, place) : undefined;
    if (described) return described;
  }
  const rack = dashboard.currentRack();
  return { view, place, racks: rack === undefined ? [] : [rack], subjects: [], hidden: 0 };
}
