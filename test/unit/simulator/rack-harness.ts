import { once } from 'node:events';
import { request } from 'node:http';
import { WebSocket } from 'ws';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../../src/simulator/simulator.ts';
import { mintToken } from '../../../src/simulator/wire/authentication.ts';
import type { SimulatedRack } from '../../../src/simulator/world/simulated-rack.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  json<T = unknown>(): T;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** `null` sends no credentials; default the rack password. */
  readonly auth?: string | null;
}

export interface Frame {
  readonly binary: boolean;
  readonly data: Buffer;
}

/** The first rack of a simulator with a clock that stands still until it is moved. */
export class Harness {
  readonly simulator: Simulator;
  readonly base: URL;
  now: number;
  readonly #opened: WebSocket[] = [];

  private constructor(simulator: Simulator, now: number) {
    this.simulator = simulator;
    this.now = now;
    const [first] = simulator.endpoints;
    if (first?.kind !== 'direct') throw new Error('expected a direct rack');
    this.base = new URL(first.url);
  }

  static async start(options: SimulatorOptions = {}): Promise<Harness> {
    const clock = { now: Date.UTC(2026, 5, 15, 12, 0, 0) };
    let harness: Harness | undefined;
    const simulator = await startSimulator({
      withGateway: false,
      withConsole: false,
      now: () => harness?.now ?? clock.now,
      ...options,
    });
    harness = new Harness(simulator, clock.now);
    return harness;
  }

  get rack(): SimulatedRack {
    const [rack] = this.simulator.racks;
    if (rack === undefined) throw new Error('no rack');
    return rack;
  }

  advance(ms: number): void {
    this.now += ms;
  }

  basic(password = this.base.password, user = 'convox'): string {
    return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  }

  jwt(role: string, expiresAt = Math.floor(this.now / 1000) + 3600): string {
    return this.basic(mintToken({ user: 'test', role, expiresAt }, this.rack.signingKey), 'jwt');
  }

  ask(path: string, ask: Ask = {}, base: URL = this.base): Promise<Answer> {
    const body = ask.form === undefined ? ask.body : new URLSearchParams(ask.form).toString();
    const auth = ask.auth === undefined ? this.basic() : ask.auth;
    return new Promise((resolve, reject) => {
      const outgoing = request({
        host: base.hostname,
        port: base.port,
        path,
        method: ask.method ?? 'GET',
        agent: false,
        headers: {
          ...(auth === null ? {} : { Authorization: auth }),
          ...(ask.form === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }),
          ...(body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
          ...ask.headers,
        },
      });
      outgoing.on('error', reject);
      outgoing.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('error', reject);
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const json = <T>(): T => JSON.parse(text) as T;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json });
        });
      });
      outgoing.end(body);
    });
  }

  async get<T>(path: string): Promise<T> {
    return (await this.ask(path)).json<T>();
  }

  post(path: string, form: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.ask(path, { method: 'POST', form });
  }

  put(path: string, form: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.ask(path, { method: 'PUT', form });
  }

  delete(path: string): Promise<Answer> {
    return this.ask(path, { method: 'DELETE' });
  }

  /** An open socket that collects frames from the very first one. */
  async socket(path: string, headers: Readonly<Record<string, string>> = {}): Promise<TestSocket> {
    const ws = new WebSocket(`ws://${this.base.host}${path}`, {
      headers: { Authorization: this.basic(), ...headers },
      skipUTF8Validation: true,
      perMessageDeflate: false,
    });
    this.#opened.push(ws);
    const socket = new TestSocket(ws);
    await once(ws, 'open');
    return socket;
  }

  async close(): Promise<void> {
    for (const ws of this.#opened) ws.terminate();
    await this.simulator.close();
  }
}

export class TestSocket {
  readonly ws: WebSocket;
  readonly frames: Frame[] = [];
  closed = false;

  constructor(ws: WebSocket) {
    this.ws = ws;
    ws.on('message', (data, binary) => this.frames.push({ binary, data: data as Buffer }));
    ws.on('close', () => {
      this.closed = true;
    });
    ws.on('error', () => {});
  }

  /** Bytes of all text frames. */
  get bytes(): Buffer {
    return Buffer.concat(this.frames.filter((frame) => !frame.binary).map((frame) => frame.data));
  }

  get text(): string {
    return this.bytes.toString('utf8');
  }

  get ended(): boolean {
    return this.frames.some((frame) => frame.binary && frame.data.length === 0);
  }

  async until(condition: (socket: this) => boolean): Promise<this> {
    while (!condition(this)) await new Promise((resolve) => this.ws.once(this.closed ? 'never' : 'message', resolve));
    return this;
  }

  end(): Promise<this> {
    return this.until((socket) => socket.ended);
  }

  send(text: string): void {
    this.ws.send(Buffer.from(text), { binary: false });
  }
}

/** Waits for a condition that no event announces. */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}
