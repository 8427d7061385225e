import type { Failure } from '../domain/failure.ts';
import type { GatewayApi } from '../protocol/gateway-api.ts';
import type { GatewayWrites } from '../protocol/gateway-writes.ts';
import type { KubernetesClient } from '../protocol/kubernetes-client.ts';
import type { MutationGuard } from '../protocol/mutation-guard.ts';
import type { RackApi } from '../protocol/rack-api.ts';
import type { RackSockets } from '../protocol/rack-sockets.ts';
import type { RackWrites } from '../protocol/rack-writes.ts';

/** How a rack is reached; decides polling speed, which routes exist and how one logs in. */
export type TargetKind = 'gateway' | 'direct' | 'console' | 'oidc' | 'recording';

/** One rack that was found somewhere, usable or not. Holds no secret that could be printed: credentials stay in closures. */
export interface Target {
  /** Unique and stable over restarts: `<kind>:<name>`. */
  readonly id: string;
  /** `acme/prod`, `staging`: what `--rack` takes. */
  readonly name: string;
  readonly kind: TargetKind;
  /** Origin for display (`https://gateway.example.com`), without credentials. */
  readonly origin: string;
  /** Where it was found, for `doctor` and error texts: `RACK_URL`, `~/.config/rack-gateway/config.json` ... */
  readonly source: string;
  /** Served by the embedded simulator. */
  readonly demo: boolean;
  /** Provider and status where the source already knows them (console list, rack-meta). */
  readonly provider?: string | undefined;
  readonly status?: string | undefined;
  /** From our own settings (platform/settings.ts): ask before anything changes, or never change anything. */
  readonly protected?: boolean | undefined;
  readonly readOnly?: boolean | undefined;
  /** Found but not usable as it is: not logged in, malformed, refused origin ... */
  readonly problem?: Failure | undefined;
  /** How to log in from inside the program; undefined where there is nothing to log in to (a password in a URL). */
  readonly login?: LoginMethod | undefined;
  /** New clients for this target; cheap, nothing is sent. Throws `problem` where there is one. */
  connect(): RackConnection;
}

export interface RackConnection {
  readonly rack: RackApi;
  /** Only for kind `gateway`. */
  readonly gateway: GatewayApi | undefined;
  /** JWT claims of a direct `jwt` credential (convox-api.md 1.1), for access. */
  readonly claims: RackClaims | undefined;
  /**
   * What changes something, every request under this guard. Only actions/pipeline.ts and guides/runner.ts ask for it; throws an
   * `unsupported` Failure where nothing can be changed (a recording).
   */
  writes(guard: MutationGuard): RackChanges;
  /** The cluster below through the rack's passthrough (convox-api.md 3); a gateway has none. Loaded when it is asked for. */
  readonly kubernetes?: (() => Promise<KubernetesClient>) | undefined;
  close(): Promise<void>;
}

export interface RackChanges {
  readonly rack: RackWrites;
  /** Only for kind `gateway`. */
  readonly gateway: GatewayWrites | undefined;
  readonly sockets: RackSockets;
}

export interface RackClaims {
  readonly user: string;
  /** `r`, `rw` or `rwa`; tested by substring. */
  readonly role: string;
  readonly expiresAt: number | undefined;
}

export type LoginMethod =
  | {
      readonly kind: 'gateway';
      readonly url: string;
      /** Name in the gateway CLI's config file, where it differs from the target's (two sources with one name). */
      readonly entry?: string | undefined;
    }
  | { readonly kind: 'oidc'; readonly settings: OidcSettings };

/** A rack API behind an identity-aware proxy, as our own config file describes it. Holds no secret. */
export interface OidcSettings {
  readonly name: string;
  readonly url: string;
  readonly issuer: string;
  readonly clientId: string;
  /** Always with `openid`; `offline_access` is added where the issuer offers it. */
  readonly scopes: readonly string[];
  readonly audience: string | undefined;
  readonly tokenUse: 'bearer' | 'basic';
  readonly tokenKind: 'access' | 'id';
  /** Fixed port of the loopback redirect, for issuers that compare it; any free one by default. */
  readonly redirectPort?: number | undefined;
}

/** A running login; every change is reported, `cancel` ends it at any moment. */
export interface LoginFlow {
  readonly state: () => LoginState;
  subscribe(listener: () => void): () => void;
  /**
   * Gateway logins only: answers the second factor here instead of on the page (gateway.md 2.5), possible once the sign-in
   * in the browser is through. Rejects with a Failure that says why not; ignored outside the step `browser`.
   */
  submitCode(code: string): Promise<void>;
  cancel(): void;
  /** Settles once, with the end state `done`, `failed` or `cancelled`. */
  readonly finished: Promise<LoginState>;
}

export type LoginState =
  | { readonly step: 'starting' }
  | {
      readonly step: 'browser';
      /** Show it (for copying on a machine without a browser), never log it. */
      readonly url: string;
      readonly opened: boolean;
      /** Device-code flow: what to type on the page. */
      readonly userCode?: string | undefined;
      readonly expiresAt: number;
    }
  | { readonly step: 'done'; readonly email: string; readonly targetName: string }
  | { readonly step: 'failed'; readonly failure: Failure }
  | { readonly step: 'cancelled' };

export interface TargetListing {
  readonly targets: readonly Target[];
  /** Files and variables that could not be read; the rest of the listing is valid. */
  readonly problems: readonly Failure[];
  /** Name chosen by the sources' own rules (gateway.md 2.9, convox-api.md 7.1) when no flag is given. */
  readonly current: string | undefined;
  /** What named it: `CONVOX_RACK`, `.convox/rack`, a file. */
  readonly currentSource?: string | undefined;
  /** Notices such as the use of an old variable name. */
  readonly notices: readonly string[];
}
