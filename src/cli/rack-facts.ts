import { createAccess } from '../access/create-access.ts';
import type { App } from '../domain/app.ts';
import { asFailure, type Failure } from '../domain/failure.ts';
import { BOARD_RULES } from '../domain/findings/board-rules.ts';
import type { AppFacts, RackFacts } from '../domain/findings/facts.ts';
import { sceneOf } from '../domain/findings/scene.ts';
import type { Process } from '../domain/process.ts';
import { isUnhealthy } from '../domain/severity.ts';
import type { System } from '../domain/system.ts';
import { parseVersion } from '../domain/version.ts';
import { ConcurrencyGate } from '../live/concurrency-gate.ts';
import { concurrencyLimit } from '../live/poll-pace.ts';
import { byApp } from '../resources/rack-processes.ts';
import type { RackConnection, Target } from '../targets/target.ts';

/** Everything that one look at a rack brought; what could not be had is in `gaps`. */
export interface RackReading {
  readonly system: System;
  readonly facts: RackFacts;
  /** Parts that did not answer though the rack did: findings speak of the rest. */
  readonly gaps: readonly Failure[];
}

export interface ReadingOptions {
  /** Only this app in detail. */
  readonly app?: string | undefined;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** With more apps than this only those that look unhealthy are read in detail. */
const MAX_DETAILED = 40;
const RELEASES = 20;
const BUILDS = 20;

/** Rejects with the Failure of a rack that does not answer. */
export async function readRackFacts(
  target: Target,
  connection: RackConnection,
  options: ReadingOptions,
): Promise<RackReading> {
  return new FactReader(target, connection, options).read();
}

class FactReader {
  readonly #target: Target;
  readonly #connection: RackConnection;
  readonly #options: ReadingOptions;
  readonly #gate: ConcurrencyGate;
  readonly #gaps: Failure[] = [];

  constructor(target: Target, connection: RackConnection, options: ReadingOptions) {
    this.#target = target;
    this.#connection = connection;
    this.#options = options;
    this.#gate = new ConcurrencyGate(concurrencyLimit(target.kind));
  }

  async read(): Promise<RackReading> {
    const { rack, claims } = this.#connection;
    const { signal } = this.#options;
    const [system, apps, processes, instances] = await Promise.all([
      this.#gate.run(signal, () => rack.system({ signal })),
      this.#gate.run(signal, () => rack.apps({ signal })),
      this.#optional(() => rack.systemProcesses({ all: true }, { signal })),
      this.#optional(() => rack.instances({ signal })),
    ]);
    const version = parseVersion(system.version);
    const { offers } = createAccess({ kind: this.#target.kind, claims, version, provider: system.provider });
    // A gateway does not pass them on: then nobody is asked.
    const certificates = offers('GET /certificates').allowed
      ? await this.#optional(() => rack.certificates({}, { signal }))
      : undefined;
    const groups = byApp(processes ?? []);
    const diagnoses = offers('GET /apps/{app}/diagnose').allowed;
    const facts = await Promise.all(
      apps.map((app) => this.#app(app, groups.get(app.name), apps.length, processes !== undefined, diagnoses)),
    );
    const shared = { instances, certificates, version };
    return { system, facts: { rack: this.#target.name, apps: facts.flat(), ...shared }, gaps: this.#gaps };
  }

  /** Nothing where not even its processes could be read: no rule could tell an empty app from an unknown one. */
  async #app(
    app: App,
    known: readonly Process[] | undefined,
    count: number,
    counted: boolean,
    diagnoses: boolean,
  ): Promise<readonly AppFacts[]> {
    const { rack } = this.#connection;
    const { signal, app: wanted, now } = this.#options;
    if (wanted !== undefined && wanted !== app.name) return counted ? [{ app, processes: known ?? [] }] : [];
    const processes =
      known ?? (counted ? [] : await this.#optional(() => rack.processes(app.name, undefined, { signal })));
    if (processes === undefined) return [];
    const plain: AppFacts = { app, processes };
    if (wanted === undefined && count > MAX_DETAILED && !looksUnhealthy(plain, now())) return [plain];
    const [services, releases, builds, diagnosis] = await Promise.all([
      this.#optional(() => rack.services(app.name, { signal })),
      this.#optional(() => rack.releases(app.name, { limit: RELEASES }, { signal })),
      this.#optional(() => rack.builds(app.name, { limit: BUILDS }, { signal })),
      diagnoses ? this.#optional(() => rack.diagnose(app.name, {}, { signal })) : undefined,
    ]);
    return [{ ...plain, services, releases, builds, diagnosis }];
  }

  #optional<T>(read: () => Promise<T>): Promise<T | undefined> {
    return this.#gate.run(this.#options.signal, read).catch((error: unknown) => {
      const failure = asFailure(error);
      if (failure.kind === 'not-logged-in' || failure.kind === 'cancelled') throw failure;
      this.#gaps.push(failure);
      return undefined;
    });
  }
}

function looksUnhealthy(facts: AppFacts, now: number): boolean {
  const scene = sceneOf(facts, now);
  return BOARD_RULES.some((rule) => rule(scene).some((finding) => isUnhealthy(finding.severity)));
}
