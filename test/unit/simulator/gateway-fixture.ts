import { request } from 'undici';
import { type RawData, WebSocket } from 'ws';
import {
  type SimulatedGateway,
  type SimulatedGatewayOptions,
  startSimulatedGateway,
} from '../../../src/simulator/gateway/gateway.ts';
import { type FakeRack, startFakeRack } from './gateway-fake-rack.ts';

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** Parsed body; throws when it is not JSON. */
  json(): unknown;
}

export interface SendOptions {
  token?: string;
  headers?: Record<string, string>;
  json?: unknown;
  body?: string;
}

export interface Fixture {
  gateway: SimulatedGateway;
  rack: FakeRack;
  clock: { ms: number };
  /** `GET /info` below `/api/v1`; an absolute path starts with `//`. */
  send(target: string, options?: SendOptions): Promise<Answer>;
  /** Like `send`, through the rack proxy. */
  proxy(target: string, options?: SendOptions): Promise<Answer>;
  session(name: string, options?: { stepUp?: boolean; mfaVerified?: boolean }): string;
  /** A code of the next time step, so that each call gives a usable one. */
  freshCode(email: string): string;
  close(): Promise<void>;
}

export const START = Date.parse('2026-05-01T12:00:00Z');

export async function startFixture(options: Partial<SimulatedGatewayOptions> = {}): Promise<Fixture> {
  const rack = await startFakeRack();
  const clock = { ms: START };
  const gateway = await startSimulatedGateway({
    rackUrl: rack.url,
    rackName: 'staging',
    now: () => clock.ms,
    seed: 7,
    history: false,
    ...options,
  });
  const send = (target: string, base: string, { token, headers = {}, json, body }: SendOptions = {}) => {
    const [method = 'GET', path = '/'] = target.split(' ');
    return exchange(
      method,
      path.startsWith('//') ? `${gateway.url}${path.slice(1)}` : `${gateway.url}${base}${path}`,
      {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      json === undefined ? body : JSON.stringify(json),
    );
  };
  return {
    gateway,
    rack,
    clock,
    send: (target, sendOptions) => send(target, '/api/v1', sendOptions),
    proxy: (target, sendOptions) => send(target, '/api/v1/rack-proxy', sendOptions),
    session: (name, sessionOptions) => gateway.issueSession(`${name}@example.com`, sessionOptions).token,
    freshCode: (email) => {
      clock.ms += 30_000;
      return gateway.totpCode(email);
    },
    close: async () => {
      await Promise.all([gateway.close(), rack.close()]);
    },
  };
}

async function exchange(method: string, url: string, headers: Record<string, string>, body?: string): Promise<Answer> {
  const response = await request(url, { method: method as 'GET', headers, body: body ?? null });
  const text = await response.body.text();
  return { status: response.statusCode, headers: response.headers, text, json: () => JSON.parse(text) };
}

export interface Frame {
  data: string;
  bytes: Buffer;
  binary: boolean;
}

export interface OpenSocket {
  socket: WebSocket;
  frames: Frame[];
  /** Resolves with the first frame that satisfies the test. */
  frame(test: (frame: Frame) => boolean): Promise<Frame>;
  closed: Promise<number>;
}

/** Opens a WebSocket; rejects with `RefusedUpgrade` when the answer is an ordinary response. */
export async function openSocket(
  fixture: Fixture,
  path: string,
  token: string,
  headers: Record<string, string> = {},
  protocols: string[] = [],
): Promise<OpenSocket> {
  const url = `${fixture.gateway.url.replace('http', 'ws')}/api/v1/rack-proxy${path}`;
  const socket = new WebSocket(url, protocols, {
    headers: { authorization: `Bearer ${token}`, ...headers },
    skipUTF8Validation: true,
    perMessageDeflate: false,
  });
  const frames: Frame[] = [];
  const waiting: { test: (frame: Frame) => boolean; resolve: (frame: Frame) => void }[] = [];
  socket.on('message', (data: RawData, binary) => {
    const bytes = data as Buffer;
    const frame = { data: bytes.toString(), bytes, binary };
    frames.push(frame);
    for (const waiter of waiting) if (waiter.test(frame)) waiter.resolve(frame);
  });
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
    socket.on('unexpected-response', async (_request, response) => {
      let text = '';
      for await (const chunk of response) text += String(chunk);
      reject(new RefusedUpgrade(response.statusCode ?? 0, text, response.headers));
    });
  });
  const frame = (test: (frame: Frame) => boolean): Promise<Frame> => {
    const already = frames.find(test);
    return already === undefined ? new Promise((resolve) => waiting.push({ test, resolve })) : Promise.resolve(already);
  };
  return { socket, frames, frame, closed };
}

export class RefusedUpgrade extends Error {
  readonly status: number;
  readonly body: string;
  readonly headers: Record<string, string | string[] | undefined>;
  constructor(status: number, body: string, headers: Record<string, string | string[] | undefined>) {
    super(`upgrade refused with ${status}: ${body.trim()}`);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}
