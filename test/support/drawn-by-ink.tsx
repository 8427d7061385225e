import { useSyncExternalStore } from 'react';
import type { LogView } from '../../src/ui/log/log-view.ts';
import { RowStack } from '../../src/ui/text/row-stack.tsx';
import type { TextView } from '../../src/ui/text/text-view.ts';

/** Exactly `height` rows of a log view, by Ink alone; drawn again when the view says that it changed, never by itself. */
export function LogScreen({ view, width, height }: { view: LogView; width: number; height: number }) {
  useSyncExternalStore(view.subscribe, view.version, view.version);
  return <RowStack rows={view.rows(width, height)} width={width} />;
}

/** The same of a text view. */
export function TextScreen({ view, width, height }: { view: TextView; width: number; height: number }) {
  useSyncExternalStore(view.subscribe, view.version, view.version);
  return <RowStack rows={view.rows(width, height)} width={width} />;
}
