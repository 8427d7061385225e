import type { Access } from '../../../src/access/access.ts';
import { asFailure, type Failure } from '../../../src/domain/failure.ts';
import { ObservableValue } from '../../../src/domain/observable-value.ts';
import type { System } from '../../../src/domain/system.ts';
import { ALLOWED, type Verdict } from '../../../src/domain/verdict.ts';
import type { Deck } from '../../../src/live/deck.ts';
import type { Lately } from '../../../src/live/lately.ts';
import type { LinkState } from '../../../src/live/link.ts';
import type { LifeFollow, LogFollow } from '../../../src/live/log-follow.ts';
import type { LifeOrigin } from '../../../src/live/previous-life.ts';
import type { RackSession } from '../../../src/live/rack-session.ts';
import { SessionHistory } from '../../../src/live/session-history.ts';
import { EMPTY_SNAPSHOT, type Snapshot } from '../../../src/live/snapshot.ts';
import type { Visibility, Watch, WatchRequest } from '../../../src/live/watch.ts';
import type { GatewayApi } from '../../../src/protocol/gateway-api.ts';
import type { RackReads } from '../../../src/protocol/rack-api.ts';
import type { Target, TargetKind } from '../../../src/targets/target.ts';
import { LogFollowDouble } from './log-follow-double.ts';

export interface FakeSessionOptions {
  readonly name: string;
  readonly kind?: TargetKind;
  readonly now: () => number;
  readonly reads?: Partial<RackReads>;
  readonly target?: Partial<Target>;
}

/** A rack whose answers, link and access a test sets by hand; polls happen when the test says so. */
export class FakeSession implements RackSession {
  readonly target: Target;
  readonly link = new ObservableValue<LinkState>({ kind: 'connecting' });
  readonly access: ObservableValue<Access>;
  readonly system = new ObservableValue<System | undefined>(undefined);
  readonly gateway: GatewayApi | undefined = undefined;
  readonly history = new SessionHistory();
  lately: Lately = { instances: () => undefined, certificates: () => undefined, releases: () => undefined };
  readonly watches: FakeWatch<unknown>[] = [];
  readonly followed: { readonly source: unknown; readonly follow: LogFollowDouble }[] = [];
  lifeOrigin: LifeOrigin | undefined;
  reconnects = 0;
  readonly #reads: RackReads;
  readonly now: () => number;

  constructor(options: FakeSessionOptions) {
    const { name, kind = 'direct' } = options;
    this.now = options.now;
    this.target = {
      id: `${kind}:${name}`,
      name,
      kind,
      origin: `https://${name.replace('/', '-')}.example.com`,
      source: 'a test',
      demo: false,
      connect: () => {
        throw new Error('no connection in a test');
      },
      ...options.target,
    };
    this.access = new ObservableValue<Access>(fakeAccess({}));
    this.#reads = options.reads as RackReads;
  }

  reads(): RackReads {
    return this.#reads;
  }

  watch<T>(request: WatchRequest<T>): Watch<T> {
    const watch = new FakeWatch<T>(request, this);
    this.watches.push(watch as FakeWatch<unknown>);
    void watch.refresh();
    return watch;
  }

  followLogs(source: unknown): LogFollow {
    const follow = new LogFollowDouble();
    this.followed.push({ source, follow });
    return follow;
  }

  followPreviousLife(process: unknown): LifeFollow {
    const follow = new LogFollowDouble();
    this.followed.push({ source: process, follow });
    return Object.assign(follow, { origin: () => this.lifeOrigin });
  }

  writes(): never {
    throw new Error('a fake session changes nothing');
  }

  changed(): void {}

  reconnect(): void {
    this.reconnects += 1;
    void this.poll();
  }

  /** Asks every living watch again. */
  async poll(): Promise<void> {
    await Promise.all(this.watches.filter((watch) => !watch.disposed).map((watch) => watch.refresh()));
  }

  /** The link breaks: what was read stays, nothing new comes. */
  goOffline(failure: Failure, retryAt: number): void {
    this.link.set({ kind: 'offline', since: this.now(), lastAnswerAt: this.now(), retryAt, failure });
  }

  async dispose(): Promise<void> {}
}

export class FakeWatch<T> implements Watch<T> {
  readonly key: readonly unknown[];
  readonly visibilities: Visibility[] = [];
  disposed = false;
  readonly #request: WatchRequest<T>;
  readonly #session: FakeSession;
  readonly #value = new ObservableValue<Snapshot<T>>(EMPTY_SNAPSHOT);

  constructor(request: WatchRequest<T>, session: FakeSession) {
    this.key = request.key;
    this.#request = request;
    this.#session = session;
  }

  get = (): Snapshot<T> => this.#value.get();
  subscribe = (listener: () => void): (() => void) => this.#value.subscribe(listener);

  async refresh(): Promise<void> {
    const link = this.#session.link.get();
    if (link.kind === 'offline' || link.kind === 'logged-out') {
      this.#value.set({ ...this.#value.get(), failure: link.failure, fetching: false });
      return;
    }
    try {
      const data = await this.#request.read(this.#session.reads(), new AbortController().signal);
      const now = this.#session.now();
      this.#session.link.set({ kind: 'live', lastAnswerAt: now });
      this.#value.set({ data, fetchedAt: now, failure: undefined, fetching: false });
    } catch (error) {
      this.#value.set({ ...this.#value.get(), failure: asFailure(error), fetching: false });
    }
  }

  setVisibility(visibility: Visibility): void {
    this.visibilities.push(visibility);
  }

  dispose(): void {
    this.disposed = true;
  }
}

export function fakeAccess(parts: {
  readonly roleLabel?: string;
  readonly stepUpExpiresAt?: number;
  readonly can?: (permission: string) => Verdict;
  readonly offers?: (route: string) => Verdict;
}): Access {
  return {
    user: undefined,
    roleLabel: parts.roleLabel,
    identity: undefined,
    stepUpExpiresAt: parts.stepUpExpiresAt,
    can: parts.can ?? (() => ALLOWED),
    offers: parts.offers ?? (() => ALLOWED),
  };
}

export class FakeDeck implements Deck {
  readonly sessions: ObservableValue<readonly RackSession[]>;
  readonly visibilities: Visibility[] = [];

  constructor(sessions: readonly RackSession[]) {
    this.sessions = new ObservableValue(sessions);
  }

  session(name: string): RackSession | undefined {
    return this.sessions.get().find((session) => session.target.name === name);
  }

  async replaceTargets(): Promise<void> {}
  setVisibility(visibility: Visibility): void {
    this.visibilities.push(visibility);
  }
  async dispose(): Promise<void> {}
}
