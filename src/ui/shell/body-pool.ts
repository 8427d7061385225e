import { type Location, placeId } from '../navigation/location.ts';
import type { BodyView } from './body-view.ts';

/** Bodies kept behind the one on screen: going back then shows rows at once. Logs hold many lines, so fewer of them. */
const KEPT: Readonly<Record<string, number>> = {
  table: 6,
  text: 6,
  log: 2,
  metrics: 4,
  timeline: 3,
  action: 4,
  guide: 4,
};

interface Entry {
  readonly id: string;
  readonly body: BodyView;
  readonly stop: () => void;
}

/** The bodies of recent locations, most recent last. */
export class BodyPool {
  readonly #entries: Entry[] = [];
  readonly #onChange: () => void;
  #visible: BodyView | undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get(location: Location): BodyView | undefined {
    const id = placeId(location);
    return this.#entries.find((entry) => entry.id === id)?.body;
  }

  add(location: Location, body: BodyView): void {
    const stop = body.subscribe(() => this.#onChange());
    this.#entries.push({ id: placeId(location), body, stop });
  }

  /** Brings one body to the front: it polls at full pace, the others slowly, the oldest go. */
  show(body: BodyView | undefined): void {
    if (body === this.#visible) return;
    this.#visible?.show(false);
    this.#visible = body;
    if (body === undefined) return;
    const at = this.#entries.findIndex((entry) => entry.body === body);
    const [entry] = at < 0 ? [] : this.#entries.splice(at, 1);
    if (entry) this.#entries.push(entry);
    this.#evict(body);
    body.show(true);
  }

  /** Everything goes: the racks behind the bodies changed. */
  clear(): void {
    this.#visible = undefined;
    for (const entry of this.#entries.splice(0)) release(entry);
  }

  #evict(keep: BodyView): void {
    for (const [context, limit] of Object.entries(KEPT)) {
      const same = this.#entries.filter((entry) => entry.body.context === context && entry.body !== keep);
      const room = keep.context === context ? limit - 1 : limit;
      for (const entry of same.slice(0, Math.max(0, same.length - room))) {
        this.#entries.splice(this.#entries.indexOf(entry), 1);
        release(entry);
      }
    }
  }
}

function release(entry: Entry): void {
  entry.stop();
  entry.body.dispose();
}
