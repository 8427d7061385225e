import { useSyncExternalStore } from 'react';
import { RowStack } from '../text/row-stack.tsx';
import type { TextView } from '../text/text-view.ts';

/** Draws exactly `height` rows of a text view. */
export function TextScreen({ view, width, height }: { view: TextView; width: number; height: number }) {
  useSyncExternalStore(view.subscribe, view.version, view.version);
  return <RowStack rows={view.rows(width, height)} width={width} />;
}
