/**
 * Where and how a peer is reached; built by `targets`, used by every client of this layer.
 *
 * `authorization` is asked anew for every request, so that a refreshed token is used at once; it is sent to `baseUrl`'s
 * origin only.
 */
export interface Endpoint {
  /** `https://gateway.example.com/api/v1/rack-proxy`, without credentials, query and trailing slash. */
  readonly baseUrl: string;
  /** Full header value (`Bearer ...`, `Basic ...`), or undefined where there is none yet. Never logged. */
  readonly authorization: () => Promise<string | undefined> | string | undefined;
  /** Extra request headers, for example the console's `Rack` and `Session` (convox-api.md 1.2). */
  readonly headers?: () => Readonly<Record<string, string>>;
  /** Who answers: decides which error dialect is read (gateway.md 8, convox-api.md 1.5) and which routes exist. */
  readonly dialect: 'rack' | 'gateway' | 'gateway-proxy' | 'console';
  /** Opt-in: do not verify the TLS certificate of this target. Default false. */
  readonly insecure?: boolean;
  /** Longest a plain read may take, ms. Default 30,000 (35,000 through a gateway proxy). */
  readonly readTimeoutMs?: number;
}

export interface ProtocolDependencies {
  readonly now: () => number;
  /** `rackdeck/0.1.0`: shown in audit logs and session lists. */
  readonly userAgent: string;
  /** One line per request for the debug log: method, path, status, ms. Never headers, bodies or queries. */
  readonly trace?: (line: RequestTrace) => void;
  /** Uniform [0, 1): jitter. */
  readonly random?: () => number;
}

export interface RequestTrace {
  readonly method: string;
  readonly origin: string;
  readonly path: string;
  readonly status: number | undefined;
  readonly durationMs: number;
  readonly failure: string | undefined;
}
