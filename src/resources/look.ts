import type { Access } from '../access/access.ts';
import { createAccess } from '../access/create-access.ts';
import { asFailure, type Failure, type FailureKind } from '../domain/failure.ts';
import type { System } from '../domain/system.ts';
import type { Verdict } from '../domain/verdict.ts';
import { parseVersion, type RackVersion } from '../domain/version.ts';
import type { QueryContext } from './define-resource.ts';
import { systemOf } from './usage.ts';

/** Something that helps to explain and that may be missing. */
export interface Part {
  /** `certificates`: what `not looked at` names. */
  readonly what: string;
  /** As in `Resource.route`; access says whether this rack has it. */
  readonly route: string;
  readonly needs: string;
}

/** Nothing else would answer either, or nobody waits any more. */
const ENDS_THE_LOOK: ReadonlySet<FailureKind> = new Set(['cancelled', 'not-logged-in', 'unreachable']);

/** One look at a rack: reads what it may and keeps why it did not read the rest. */
export class Look {
  readonly system: System;
  readonly version: RackVersion;
  readonly #access: Access;
  readonly #offers: Access['offers'];
  readonly #missing = new Map<string, string>();
  readonly #failures: Failure[] = [];

  constructor(access: Access, offers: Access['offers'], system: System) {
    this.system = system;
    this.version = parseVersion(system.version);
    this.#access = access;
    this.#offers = offers;
  }

  /** Asks for the version where nobody has yet: routes depend on it. Rejects as that read does. */
  static async at(context: QueryContext): Promise<Look> {
    const system = await systemOf(context);
    const version = parseVersion(system.version);
    const ofRack = createAccess({ kind: context.rack.kind, version, provider: system.provider });
    const offers = (route: string): Verdict => {
      const known = context.access.offers(route);
      return known.allowed ? ofRack.offers(route) : known;
    };
    return new Look(context.access, offers, system);
  }

  /** What was left out and why, one per part: `certificates: not proxied by the gateway`. */
  get missing(): readonly string[] {
    return [...this.#missing].map(([what, why]) => `${what}: ${why}`);
  }

  /** Parts that should have answered and did not; what is not offered or not allowed is no failure. */
  get failures(): readonly Failure[] {
    return this.#failures;
  }

  failed(what: string, failure: Failure): void {
    this.#failures.push(failure);
    this.note(what, failure.why ?? failure.what);
  }

  note(what: string, why: string): void {
    if (!this.#missing.has(what)) this.#missing.set(what, why);
  }

  /** Undefined where it may not or could not be read; the reason is kept. */
  async part<T>(part: Part, read: () => Promise<T>): Promise<T | undefined> {
    const refusal = this.refusal(part);
    if (refusal !== undefined) {
      this.note(part.what, refusal);
      return undefined;
    }
    try {
      return await read();
    } catch (error) {
      const failure = asFailure(error);
      if (ENDS_THE_LOOK.has(failure.kind)) throw failure;
      this.failed(part.what, failure);
      return undefined;
    }
  }

  /** Why it may not or cannot be read. Where nobody knows beforehand, the server decides: looking is harmless. */
  refusal({ route, needs }: Part): string | undefined {
    const offered = this.#offers(route);
    if (!offered.allowed) return offered.reason;
    const allowed = this.#access.can(needs);
    return allowed.allowed || allowed.because === 'unknown' ? undefined : allowed.reason;
  }
}
