import { useSyncExternalStore } from 'react';
import type { LogView } from '../log/log-view.ts';
import { RowStack } from '../text/row-stack.tsx';

/** Draws exactly `height` rows of a log view; draws again when the view says that it changed, never by itself. */
export function LogScreen({ view, width, height }: { view: LogView; width: number; height: number }) {
  useSyncExternalStore(view.subscribe, view.version, view.version);
  return <RowStack rows={view.rows(width, height)} width={width} />;
}
