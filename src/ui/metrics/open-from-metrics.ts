import type { Place } from '../../resources/define-resource.ts';
import { type MetricRow, placeOfSubject, subjectName } from '../../resources/metrics.ts';
import type { TableHost } from '../shell/table-host.ts';
import { widerPlace } from './wider-place.ts';

/** Where the metrics screen stands: its place, the row under the cursor of its list, the instant under that of its chart. */
export interface MetricsSpot {
  readonly rack: string;
  readonly place: Place;
  readonly row: MetricRow | undefined;
  readonly cursorAt: number | undefined;
}

/** What leads away from the metrics, at the same instant; false for a command that does not. */
export function openFromMetrics(
  id: string,
  host: Pick<TableHost, 'open' | 'toast' | 'copy'>,
  { rack, place, row, cursorAt }: MetricsSpot,
): boolean {
  const at = cursorAt === undefined ? {} : { at: Math.round(cursorAt) };
  switch (id) {
    case 'metrics.open':
      if (row) host.open({ view: 'metrics', rack, place: placeOfSubject(row.subject), ...at });
      return true;
    case 'metrics.wider': {
      const wider = widerPlace(place);
      if (wider) host.open({ view: 'metrics', rack, place: wider, ...at });
      else host.toast('This is the whole rack', 'muted');
      return true;
    }
    case 'metrics.timeline':
      host.open({ view: 'timeline', rack, place: withoutProcess(place), ...at });
      return true;
    case 'metrics.logs':
      host.open({ view: 'logs', rack, place: place.instance === undefined ? place : {}, ...at });
      return true;
    case 'metrics.copy':
      host.copy(row ? subjectName(row.subject, rack) : '', 'name');
      return true;
    default:
      return false;
  }
}

function withoutProcess({ app, service }: Place): Place {
  return { ...(app === undefined ? {} : { app }), ...(service === undefined ? {} : { service }) };
}
