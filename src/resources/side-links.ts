import type { Link, Place } from './define-resource.ts';

/** Where a row's app, service or process is found again: its numbers, what happened to it, and what it runs with. */
interface Sides<Row> {
  readonly place: (row: Row, at: Place) => Place;
  /** Deck views: the rack the row belongs to. */
  readonly rack?: (row: Row) => string;
}

/** `m` and `t` mean the same in every view that has them. */
export function rackSides<Row>({ place, rack }: Sides<Row>): Readonly<Record<'m' | 't', Link<Row>>> {
  const of = rack === undefined ? {} : { rack };
  return {
    m: { to: 'metrics', label: 'metrics', place, ...of },
    t: { to: 'timeline', label: 'timeline', place, ...of },
  };
}

/** Rows that belong to an app have its environment too; `place` names at least the app. */
export function appSides<Row>({ place, rack }: Sides<Row>): Readonly<Record<'m' | 't' | 'e', Link<Row>>> {
  const of = rack === undefined ? {} : { rack };
  const appOnly = (row: Row, at: Place): Place => {
    const { app } = place(row, at);
    return app === undefined ? {} : { app };
  };
  return { ...rackSides({ place, ...of }), e: { to: 'env', label: 'env', place: appOnly, ...of } };
}
