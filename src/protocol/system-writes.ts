import { Failure } from '../domain/failure.ts';
import { readAnswer } from './api-caller.ts';
import type { GuardedCalls } from './guarded-calls.ts';
import { RACK_WRITE_ROUTES } from './rack-write-routes.ts';
import type { WriteOptions } from './rack-writes.ts';
import { readKeyPair, readMintedToken } from './schemas/write-answers.ts';

/** `PUT /system`: v2 racks, and those of a gateway whose rack can (convox-api.md 7.6); v3 racks answer `unsupported`. */
export interface SystemUpdate {
  readonly count?: number;
  /** Instance type. */
  readonly type?: string;
  readonly version?: string;
  readonly force?: boolean;
  /** May be secret. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** `PUT /racks/{organization}/{rack}` of a console: how a v3 rack gets a version or parameters (convox-api.md 7.5, 7.6). */
export interface ConsoleRackUpdate {
  /**
   * Absent: they stay. Whether a console keeps those that are not named is not documented: send all of them. May be secret.
   */
  readonly parameters?: Readonly<Record<string, string>>;
  /** The rack's own version where only parameters change. */
  readonly version: string;
  readonly force?: boolean;
}

/** A new SSH key; shown once, secret. */
export interface KeyPair {
  readonly name: string;
  readonly privateKey: string;
}

/** The rack itself and its instances (convox-api.md 3, "System and rack"). */
export interface SystemWrites {
  updateSystem(update: SystemUpdate, options?: WriteOptions): Promise<void>;
  /** `unsupported`, before anything is sent, where the rack is not reached through a console. */
  updateConsoleRack(update: ConsoleRackUpdate, options?: WriteOptions): Promise<void>;
  /** Slow: cordons and drains first, minutes. On v3 since 3.24.4. */
  terminateInstance(id: string, options?: WriteOptions): Promise<void>;
  /** v3: the new key pair, which then must be set as the parameter `key_pair_name`. Undefined on v2, which updates itself. */
  rollInstanceKeys(options?: WriteOptions): Promise<KeyPair | undefined>;
  /** A secret JWT; `hours` 1 to 8760; `admin` since 3.24.6. Since 3.13.1. */
  mintRackToken(
    token: { readonly role: 'read' | 'write' | 'admin'; readonly hours: number },
    options?: WriteOptions,
  ): Promise<{ readonly token: string }>;
  /** Invalidates every JWT and restarts the API. Since 3.13.1. */
  rotateRackKey(options?: WriteOptions): Promise<void>;
  /** Removes what Karpenter left. Since 3.24.3, not on v2. */
  cleanUpKarpenter(options?: WriteOptions): Promise<void>;
}

const R = RACK_WRITE_ROUTES;

/** A console's own routes, and the rack of it that is meant; undefined where no console is in between. */
export interface ConsoleDoor {
  readonly calls: GuardedCalls;
  readonly organization: string;
  readonly rack: string;
}

export function systemWrites(calls: GuardedCalls, consoleDoor: () => ConsoleDoor | undefined): SystemWrites {
  const { call, done } = calls;
  return {
    updateSystem: ({ parameters, ...update }, o) => {
      const form = { ...update, parameters: parameters && { map: parameters } };
      return done(R.updateSystem, { form, secrets: Object.values(parameters ?? {}) }, o);
    },
    updateConsoleRack: async (update, o) => {
      const door = consoleDoor();
      if (!door) throw noConsole();
      return updateConsoleRack(door, update, o);
    },
    terminateInstance: (id, o) => done(R.terminateInstance, { variables: { id } }, o),
    rollInstanceKeys: (o) => rollInstanceKeys(calls, o),
    mintRackToken: ({ role, hours }, o) =>
      call(R.mintRackToken, readMintedToken, { form: { role, durationInHour: hours } }, o),
    rotateRackKey: (o) => done(R.rotateRackKey, {}, o),
    cleanUpKarpenter: (o) => done(R.cleanUpKarpenter, {}, o),
  };
}

/** v2 racks answer `ok` and update themselves. */
async function rollInstanceKeys({ answer }: GuardedCalls, options?: WriteOptions): Promise<KeyPair | undefined> {
  const received = await answer(R.rollInstanceKeys, {}, options);
  if (received.body.toString('utf8').trim() === 'ok') return undefined;
  return readAnswer(readKeyPair, received, `${R.rollInstanceKeys.method} ${R.rollInstanceKeys.pattern}`);
}

/** `params` is JSON in a form field, or `null` where they stay (convox-api.md 7.5). */
function updateConsoleRack(
  { calls, organization, rack }: ConsoleDoor,
  { parameters, version, force = false }: ConsoleRackUpdate,
  options?: WriteOptions,
): Promise<void> {
  const form = { params: JSON.stringify(parameters ?? null), version, force };
  const secrets = Object.values(parameters ?? {});
  return calls.done(R.updateConsoleRack, { variables: { organization, rack }, form, secrets }, options);
}

function noConsole(): Failure {
  return new Failure({
    kind: 'unsupported',
    what: 'Could not update the rack',
    why: 'its version and parameters are kept by whoever installed it, and no console stands in between',
    next: 'Change them with terraform where the rack was installed from, or through its console.',
    nothingSent: true,
  });
}
