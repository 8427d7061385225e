import type { RackSession } from '../../live/rack-session.ts';

/** App names change rarely: a palette that is opened often must not cost a request each time. */
const FRESH_MS = 120_000;

export interface KnownApp {
  readonly rack: string;
  readonly app: string;
}

/** Apps by name, for the palette. */
export class KnownApps {
  readonly #byRack = new Map<string, readonly string[]>();

  /** In the order of `racks`. */
  list(racks: readonly string[]): readonly KnownApp[] {
    return racks.flatMap((rack) => (this.#byRack.get(rack) ?? []).map((app) => ({ rack, app })));
  }

  /** Asks the racks that answer, through the shared cache; `onChange` after each answer. */
  learn(sessions: readonly RackSession[], onChange: () => void): void {
    for (const session of sessions) {
      if (session.link.get().kind !== 'live') continue;
      session
        .reads({ freshMs: FRESH_MS })
        .apps()
        .then(
          (apps) => {
            const names = apps.map((app) => app.name);
            this.#byRack.set(session.target.name, names);
            onChange();
          },
          // The palette works without app names; the views say what is wrong with a rack.
          () => undefined,
        );
    }
  }
}
