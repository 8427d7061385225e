import { createAccess } from '../access/create-access.ts';
import { asFailure, type Failure } from '../domain/failure.ts';
import type { Identity, PermissionGrant } from '../domain/identity.ts';
import { ObservableValue } from '../domain/observable-value.ts';
import type { System } from '../domain/system.ts';
import { parseVersion } from '../domain/version.ts';
import type { GatewayApi } from '../protocol/gateway-api.ts';
import type { RackClaims, TargetKind } from '../targets/target.ts';

/** Who I am on one rack and what its version offers; rebuilt when either becomes known or changes. */
export class SessionAccess {
  readonly access: ObservableValue<ReturnType<typeof createAccess>>;
  readonly #kind: TargetKind;
  #claims: RackClaims | undefined;
  #identity: Identity | undefined;
  #grant: PermissionGrant | undefined;
  #system: System | undefined;
  #built = '';
  /** Grows with every login: what was asked before it does not count. */
  #generation = 0;

  constructor(kind: TargetKind, claims: RackClaims | undefined) {
    this.#kind = kind;
    this.#claims = claims;
    this.access = new ObservableValue(createAccess({ kind, claims }));
  }

  /** Another login: whoever was here before says nothing about who is here now, until the gateway has told. */
  forget(): void {
    this.#identity = undefined;
    this.#grant = undefined;
    this.#generation += 1;
    this.#rebuild();
  }

  setClaims(claims: RackClaims | undefined): void {
    this.#claims = claims;
    this.#rebuild();
  }

  setSystem(system: System): void {
    this.#system = system;
    this.#rebuild();
  }

  /**
   * Asks the gateway. What cannot be learnt keeps its last value; `info` decides: without it nothing changes and the failure
   * is thrown.
   */
  async load(gateway: GatewayApi, ask: AskGateway): Promise<void> {
    const generation = this.#generation;
    const grant = ask((signal) => gateway.permissions({ signal })).then(
      (value) => ({ value }),
      (error: unknown) => ({ failure: asFailure(error) }),
    );
    const identity = await ask((signal) => gateway.info({ signal }));
    const answer = await grant;
    if (generation !== this.#generation) return;
    this.#identity = identity;
    if ('value' in answer) this.#grant = answer.value;
    // An old gateway lacks the route: the role table speaks then. Any other failure keeps what was known before.
    else if (isMissing(answer.failure)) this.#grant = undefined;
    this.#rebuild();
  }

  #rebuild(): void {
    const facts = {
      kind: this.#kind,
      identity: this.#identity,
      grant: this.#grant,
      claims: this.#claims,
      version: this.#system && parseVersion(this.#system.version),
      provider: this.#system?.provider,
    };
    // An access is a bundle of functions: compare what it is made of, so that a refresh without news notifies nobody.
    const built = JSON.stringify(facts);
    if (built === this.#built) return;
    this.#built = built;
    this.access.set(createAccess(facts));
  }
}

/** Sends one gateway call under the session's accounting. */
export type AskGateway = <T>(send: (signal: AbortSignal) => Promise<T>) => Promise<T>;

function isMissing(failure: Failure): boolean {
  return failure.kind === 'route-missing' || failure.kind === 'not-found' || failure.kind === 'forbidden';
}
