import { Agent, type Dispatcher } from 'undici';

export interface RackRequest {
  readonly method: Dispatcher.HttpMethod;
  /** Decoded path with its leading slash; appended to the rack URL as it is (gateway.md 6.1). */
  readonly path: string;
  readonly search?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: Buffer | string;
  readonly signal?: AbortSignal;
}

export interface RackAnswer {
  readonly status: number;
  readonly value: unknown;
}

/** The gateway's own connection to its rack. */
export class RackClient {
  /** `Basic ...` with the rack's credentials. */
  readonly authorization: string;
  readonly timeoutMs: number;
  readonly #base: URL;
  #opened: Agent | undefined;

  constructor(rackUrl: string, timeoutMs: number) {
    const base = new URL(rackUrl);
    const user = decodeURIComponent(base.username) || 'convox';
    this.authorization = `Basic ${Buffer.from(`${user}:${decodeURIComponent(base.password)}`).toString('base64')}`;
    base.username = '';
    base.password = '';
    this.#base = base;
    this.timeoutMs = timeoutMs;
  }

  /** Made for the first request: a demo starts without waiting for it. */
  get #agent(): Agent {
    this.#opened ??= new Agent({ connect: { rejectUnauthorized: false }, keepAliveTimeout: 4_000 });
    return this.#opened;
  }

  /** Host as `/info` shows it: scheme, name and port without credentials. */
  get host(): string {
    return this.#base.origin;
  }

  url(path: string, search = ''): URL {
    return new URL(`${this.#base.origin}${this.#base.pathname.replace(/\/$/, '')}${path}${search}`);
  }

  socketUrl(path: string, search: string): URL {
    const url = this.url(path, search);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    return url;
  }

  /** One exchange, 30 s in total with the body, redirects not followed. Rejects when the rack cannot be reached. */
  send(request: RackRequest): Promise<Dispatcher.ResponseData> {
    const url = this.url(request.path, request.search);
    const limit = AbortSignal.timeout(this.timeoutMs);
    return this.#agent.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: request.method,
      headers: { ...request.headers, authorization: this.authorization },
      body: request.body === undefined || request.body.length === 0 ? null : request.body,
      signal: request.signal === undefined ? limit : AbortSignal.any([limit, request.signal]),
    });
  }

  /** A JSON exchange for the gateway's own endpoints; `value` is undefined when the answer was not JSON. */
  async json(request: RackRequest): Promise<RackAnswer> {
    const response = await this.send(request);
    const body = await response.body.text();
    try {
      return { status: response.statusCode, value: JSON.parse(body) };
    } catch {
      return { status: response.statusCode, value: undefined };
    }
  }

  async close(): Promise<void> {
    await this.#opened?.destroy();
  }
}
