import { isUnhealthy, type Severity, severityRank } from './severity.ts';

/** Something watched that is worth a bell: said in one line. */
export interface StateChange {
  readonly text: string;
  readonly better: boolean;
}

/** An app must be well for so long before it counts as recovered: crash loops look well between two crashes. */
export const RECOVERED_AFTER_MS = 60_000;

interface Known {
  /** The worst that was told, or what it was at first. */
  told: Severity;
  wellSince: number | undefined;
}

/** What changed for the worse or the better since it was told last; what is there at first is no change. */
export class SeverityTracker {
  readonly #known = new Map<string, Known>();

  /** `why`: the first finding in words. */
  see(name: string, severity: Severity, why: string, now: number): StateChange | undefined {
    const known = this.#known.get(name);
    if (!known) {
      this.#known.set(name, { told: severity, wellSince: undefined });
      return undefined;
    }
    if (isUnhealthy(severity)) {
      known.wellSince = undefined;
      if (severityRank(severity) <= severityRank(known.told)) return undefined;
      known.told = severity;
      return { text: `${name} ${severity}: ${why}`, better: false };
    }
    if (!isUnhealthy(known.told)) return undefined;
    known.wellSince ??= now;
    if (now - known.wellSince < RECOVERED_AFTER_MS) return undefined;
    this.#known.set(name, { told: severity, wellSince: undefined });
    return { text: `${name} has recovered`, better: true };
  }
}
