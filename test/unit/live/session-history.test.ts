import { describe, expect, it } from 'vitest';
import type { Process } from '../../../src/domain/process.ts';
import { SessionHistory } from '../../../src/live/session-history.ts';
import { anApp, anInstance, aProcess, aService, SYSTEM } from '../resources/fake-context.ts';

const START = 1_772_334_000_000;
const SECOND = 1_000;

function world(version = '3.24.9') {
  const history = new SessionHistory();
  history.take('system', [], { ...SYSTEM, version }, START);
  const all = (at: number, ...processes: Partial<Process>[]) =>
    history.take('systemProcesses', [{ all: true }], processes.map(aProcess), START + at * SECOND);
  const told = () => history.events(0, Number.MAX_SAFE_INTEGER).map(({ what }) => what);
  const cpus = (key: string) => history.points(key, 0, Number.MAX_SAFE_INTEGER).map(({ cpu }) => cpu);
  return { history, all, told, cpus };
}

describe('sampling', () => {
  it('takes load out of the lists that come by', () => {
    const { history, all, cpus } = world();
    all(0, { id: 'a', cpu: 1 }, { id: 'b', cpu: 2 });
    all(10, { id: 'a', cpu: 3 }, { id: 'b', cpu: 4 });
    history.take('instances', [], [anInstance({ cpu: 1 })], START);
    expect(cpus('app:shop')).toEqual([3, 7]);
    expect(cpus('process:shop/web/a')).toEqual([1, 3]);
    expect(cpus('rack')).toEqual([0.25]);
    expect(history.since).toBe(START);
  });

  it('one sample in ten seconds is enough, however often lists come', () => {
    const { history, all, cpus } = world();
    for (let at = 0; at < 10; at += 1) all(at, { cpu: at + 1 });
    history.take('processes', ['shop', undefined], [aProcess({ cpu: 50 })], START + 5_000);
    expect(cpus('app:shop')).toEqual([1]);
  });

  it('waits until the rack has said what it is: units depend on it', () => {
    const history = new SessionHistory();
    history.take('systemProcesses', [{ all: true }], [aProcess()], START);
    expect(history.subjects()).toEqual([]);
    expect(history.percentOnly).toBeUndefined();
  });

  it('v2: shares, none for an app', () => {
    const { history, all, cpus } = world('20260418101514');
    all(0, { cpu: 50, memory: 25 });
    expect(history.percentOnly).toBe(true);
    expect(cpus('service:shop/web')).toEqual([0.5]);
    expect(cpus('app:shop')).toEqual([]);
  });

  it('knows what is requested once the services were read, and only whole sums', () => {
    const { history, all } = world();
    all(0, { id: 'a' }, { id: 'b' }, { id: 'w', service: 'worker' });
    history.take('services', ['shop'], [aService({ cpu: 500, memory: 256 })], START);
    expect(history.limit('service:shop/web')).toEqual({ cpu: 1, memory: 512, of: 'request' });
    expect(history.limit('process:shop/web/a')).toEqual({ cpu: 0.5, memory: 256, of: 'request' });
    expect(history.limit('app:shop')).toBeUndefined();
    history.take('services', ['shop'], [aService(), aService({ name: 'worker', cpu: 1_000, memory: 100 })], START);
    expect(history.limit('app:shop')).toEqual({ cpu: 2, memory: 612, of: 'request' });
    history.take('instances', [], [anInstance({ id: 'n', cpuAllocatable: 4 })], START);
    expect(history.limit('node:n')).toMatchObject({ cpu: 4, of: 'allocatable' });
  });
});

describe('changes', () => {
  it('the first reading says only what is down; then births, deaths, crashes and recoveries do', () => {
    const { all, told } = world();
    all(0, { id: 'a' }, { id: 'b', status: 'crashed' });
    expect(told()).toEqual(['b found crashed on RNEW']);
    all(10, { id: 'a', status: 'crashed' }, { id: 'b', status: 'running' }, { id: 'c' });
    expect(told().slice(1)).toEqual(['a crashed on RNEW', 'b runs again', 'c started on RNEW']);
    all(20, { id: 'b' }, { id: 'c' });
    expect(told().at(-1)).toBe('a ended (RNEW)');
  });

  it('a crash that goes on is one crash; one after a new start is another', () => {
    const { all, told } = world();
    all(0, { id: 'a', status: 'running', startedAt: START });
    all(10, { id: 'a', status: 'crashed', startedAt: START });
    all(20, { id: 'a', status: 'crashed', startedAt: START });
    expect(told()).toHaveLength(1);
    all(30, { id: 'a', status: 'crashed', startedAt: START + 25_000 });
    expect(told()).toHaveLength(2);
  });

  it('an app that vanishes from a whole list lost its processes; an empty list is a rack that cannot tell', () => {
    const { history, all, told } = world();
    all(0, { id: 'a' }, { id: 'x', app: 'billing' });
    history.take('systemProcesses', [{ all: true }], [], START + 10_000);
    expect(told()).toEqual([]);
    all(20, { id: 'a' });
    expect(told()).toEqual(['x ended (RNEW)']);
  });

  it('a list of a part of an app says nothing about the rest', () => {
    const { history, all, told } = world();
    all(0, { id: 'a' }, { id: 'w', service: 'worker' });
    history.take('processes', ['shop', { service: 'web' }], [aProcess({ id: 'a' })], START + 10_000);
    history.take('systemProcesses', [{ all: false }], [], START + 10_000);
    expect(told()).toEqual([]);
    history.take('processes', ['shop', undefined], [aProcess({ id: 'a' })], START + 20_000);
    expect(told()).toEqual(['w ended (RNEW)']);
  });

  it('a one-off that ends is no news', () => {
    const { all, told } = world();
    all(0, { id: 'a' }, { id: 'build-x', service: 'build' });
    all(10, { id: 'a' });
    expect(told()).toEqual([]);
  });

  it('apps: status, lock, promote and rollback', () => {
    const { history, told } = world();
    const app = (at: number, status: string, release: string, locked = false) =>
      history.take('apps', [], [anApp({ status, release, locked })], START + at * SECOND);
    app(0, 'running', 'R1');
    app(5, 'running', 'R1');
    app(10, 'updating', 'R2');
    expect(told()).toEqual(['shop updating (was running)', 'R2 promoted']);
    app(20, 'rollback', 'R1', true);
    expect(told().slice(2)).toEqual(['shop locked', 'shop rollback (was updating)', 'R2 rolled back, R1 serves again']);
  });

  it('services and nodes: scaled, joined, left', () => {
    const { history, told } = world();
    const services = (count: number) => history.take('services', ['shop'], [aService({ count })], START);
    services(2);
    services(2);
    services(5);
    const nodes = (...ids: string[]) =>
      history.take(
        'instances',
        [],
        ids.map((id) => anInstance({ id })),
        START,
      );
    nodes('n1', 'n2');
    nodes('n2', 'n3');
    nodes();
    expect(told()).toEqual(['web scaled from 2 to 5', 'node n3 joined', 'node n1 left']);
  });
});

describe('bounds', () => {
  it('two thousand processes for an hour stay within their budget', () => {
    const { history } = world();
    const list = Array.from({ length: 2_000 }, (_, at) =>
      aProcess({ id: `web-${at}`, app: `app${at % 40}`, cpu: 0.1 }),
    );
    const started = process.cpuUsage();
    const readings = 360;
    for (let at = 0; at < readings; at += 1) {
      history.take('systemProcesses', [{ all: true }], list, START + at * 10_000);
    }
    const { user } = process.cpuUsage(started);
    // An hour at one reading in ten seconds: one per cent of a core would be 36 s; a slow machine gets 10 s.
    expect(user / 1_000).toBeLessThan(10_000);
    expect(history.subjects().length).toBe(2_000 + 40 + 40);
    expect(history.points('app:app0', 0, Number.MAX_SAFE_INTEGER).length).toBeGreaterThan(150);
  });

  it('ids that come and go do not pile up', () => {
    const { history } = world();
    for (let at = 0; at < 60; at += 1) {
      const list = Array.from({ length: 300 }, (_, index) => aProcess({ id: `web-${at}-${index}` }));
      history.take('systemProcesses', [{ all: true }], list, START + at * 10_000);
    }
    expect(history.subjects().length).toBeLessThanOrEqual(4_000);
    expect(history.points('process:shop/web/web-59-0', 0, Number.MAX_SAFE_INTEGER)).toHaveLength(1);
    expect(history.events(0, Number.MAX_SAFE_INTEGER).length).toBeLessThanOrEqual(5_000);
  });
});
