import { afterEach, describe, expect, test } from 'vitest';
import { createRelease } from '../../../src/simulator/world/releases.ts';
import { type ActionBench, actionBench } from '../../support/action-bench.ts';

let bench: ActionBench;

afterEach(() => bench.close());

const web = [{ id: 'web', app: 'shop', service: 'web' }];

/** The whole family on a v2 rack and on the oldest v3 racks, which know less and fail in other words. */
describe.each([['20260418101514'], ['3.5.3'], ['3.20.0'], ['3.24.0']])('on a rack of %s', (version) => {
  test.each([
    ['release.promote', 'newest', {}, 1],
    ['release.rollback', 'older', { env: 'current' }, 2],
    ['release.rollback', 'shop', { env: 'old' }, 2],
    ['env.set', 'shop', { pairs: 'A=1' }, 1],
    ['env.unset', 'shop', { keys: 'LOG_LEVEL' }, 1],
    ['env.edit', 'shop', { text: 'A=1' }, 1],
    ['service.scale', 'web', { count: '3' }, 1],
    ['service.scale', 'web', { memory: '640' }, 1],
    ['service.restart', 'web', {}, 1],
    ['app.restart', 'shop', {}, 2],
    ['app.lock', 'shop', {}, 1],
    ['app.create', '', { name: 'fresh' }, 1],
    ['app.delete', 'shop', {}, 1],
  ] as const)('%s of %s %j is done and proven', async (action, subject, input, sent) => {
    bench = await actionBench({ version });
    const made =
      subject === 'newest'
        ? bench.rack.change((rack, now) => createRelease(rack, bench.app('shop'), { env: 'A=1' }, now)).id
        : '';
    const [oldest] = bench.app('shop').releases.filter(({ build }) => build !== '');
    if (subject === 'older') expect(oldest?.id).not.toBe(bench.app('shop').release);
    const subjects =
      subject === 'web'
        ? web
        : subject === ''
          ? []
          : [{ id: subject === 'newest' ? made : subject === 'older' ? (oldest?.id ?? '') : 'shop', app: 'shop' }];
    const state = await bench.run(action, subjects, input);
    expect(state).toMatchObject({ step: 'ended', ended: { outcome: 'verified' } });
    expect(bench.mutations()).toHaveLength(sent);
  });
});
