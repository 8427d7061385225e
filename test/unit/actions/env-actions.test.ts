import { afterEach, describe, expect, test } from 'vitest';
import type { RunState } from '../../../src/actions/run-state.ts';
import { MASK } from '../../../src/domain/env-text.ts';
import { createRelease, envMap } from '../../../src/simulator/world/releases.ts';
import {
  type ActionBench,
  actionBench,
  type BenchOptions,
  confirm,
  missing,
  settled,
} from '../../support/action-bench.ts';

let bench: ActionBench;

async function open(options: BenchOptions = {}): Promise<ActionBench> {
  bench = await actionBench(options);
  return bench;
}

afterEach(() => bench.close());

const shop = [{ id: 'shop', app: 'shop' }];
const newest = (app = 'shop') => bench.app(app).releases.at(-1) ?? missing(app);
const env = (app = 'shop') => Object.fromEntries(envMap(newest(app).env));

function preview(state: RunState) {
  if (state.step === 'confirm') return state.proposal.preview;
  throw new Error(`no preview: ${JSON.stringify(state)}`);
}

/** Staging's shop starts with LOG_LEVEL=debug, CATALOG_CACHE_TTL=10, FEATURE_WISHLIST=on. */
describe('env.set on a rack', () => {
  test('shows names only, writes everything once, and offers the promote', async () => {
    await open();
    const base = newest();
    const input = { pairs: 'NEW_ONE=s3cr3t-value=with=equals\nLOG_LEVEL=s3cr3t-level\nFEATURE_WISHLIST=on\n' };
    const planned = await bench.plan('env.set', shop, input);
    expect(preview(planned)).toMatchObject({
      headline: 'Set 2 variables of shop on staging',
      effects: [expect.stringContaining(`on top of ${base.id}. It is not promoted`)],
      warnings: [],
      lines: [
        { kind: 'added', text: 'NEW_ONE' },
        { kind: 'changed', text: 'LOG_LEVEL' },
        { kind: 'same', text: 'FEATURE_WISHLIST has that value already' },
        { kind: 'heading', text: '1 other stays as it is' },
      ],
    });
    const state = await bench.run('env.set', shop, input);
    expect(state).toMatchObject({
      step: 'ended',
      ended: {
        outcome: 'verified',
        words: expect.stringContaining(`${newest().id} has the new environment, 2 variables changed`),
        next: { actionId: 'release.promote', subjects: [{ id: newest().id, app: 'shop' }] },
      },
    });
    expect(JSON.stringify([planned, state])).not.toContain('s3cr3t');
    expect(state).toMatchObject({
      proposal: { echo: 'convox env set NEW_ONE=**** LOG_LEVEL=**** FEATURE_WISHLIST=**** -a shop' },
    });
    expect(bench.mutations()).toEqual(['POST /apps/shop/releases']);
    expect(env()).toEqual({
      CATALOG_CACHE_TTL: '10',
      FEATURE_WISHLIST: 'on',
      LOG_LEVEL: 's3cr3t-level',
      NEW_ONE: 's3cr3t-value=with=equals',
    });
    expect(bench.app('shop').release).toBe(base.id);
  });

  test('warns when the newest release is not the one that runs, and names what ships along', async () => {
    await open();
    const other = bench.rack.change((rack, now) => createRelease(rack, bench.app('shop'), { env: 'ONLY=1' }, now));
    const { warnings, tables } = preview(await bench.plan('env.set', shop, { pairs: 'A=1' }));
    expect(warnings[0]).toBe(
      `shop runs ${bench.app('shop').release}, but its newest release is ${other.id} (1 not promoted): promoting the new one ships that as well.`,
    );
    expect(tables?.[0]?.rows.map(([id]) => id)).toEqual([other.id]);
  });

  test('a base that moved since the preview is shown again', async () => {
    await open();
    const run = bench.start('env.set', shop, { pairs: 'A=1' });
    await settled(run, 'planning');
    bench.rack.change((rack, now) => createRelease(rack, bench.app('shop'), { env: newest().env }, now));
    confirm(run);
    expect(await settled(run, 'checking')).toMatchObject({ step: 'confirm', proposal: { moved: true } });
    expect(bench.mutations()).toEqual([]);
  });

  test.each([
    ['FEATURE_WISHLIST=on', 'shop has these variables already: there is nothing to change.'],
    ['no equals sign', 'Line 1 has no "=": write KEY=VALUE; a value cannot have several lines.'],
    ['A=1\n# a comment', 'Line 2 starts with #, which is no comment here: take it out.'],
    ['A=1\nA=2', 'Line 2 sets A a second time.'],
    ['1A=1', 'Line 1 does not begin with the name of a variable; a value cannot have several lines.'],
    [`LOG_LEVEL=${MASK}`, expect.stringContaining('LOG_LEVEL would be set to twenty asterisks')],
    ['A=\u001b[31mred', 'Line 1 holds a control character.'],
  ])('refuses %j', async (pairs, reason) => {
    await open();
    expect(await bench.plan('env.set', shop, { pairs })).toMatchObject({ step: 'refused', reason });
    expect(bench.mutations()).toEqual([]);
  });

  test('quotes are pointed out', async () => {
    await open();
    const { warnings } = preview(await bench.plan('env.set', shop, { pairs: 'A="quoted"\nB=plain' }));
    expect(warnings).toEqual(['Quotes and blanks become part of the value: look again at A.']);
  });

  test('a release that is not as previewed fails the proof', async () => {
    await open();
    const run = bench.start('env.set', shop, { pairs: 'A=1' });
    await settled(run, 'planning');
    run.state.subscribe(() => {
      if (run.state.get().step === 'verifying') Object.assign(newest(), { env: 'A=2' });
    });
    confirm(run);
    expect(await run.finished()).toMatchObject({
      step: 'ended',
      ended: {
        outcome: 'failed',
        words: expect.stringContaining('does not have exactly the variables'),
        next: undefined,
      },
    });
  });

  test.each([
    ['reset before it arrived', { kind: 'reset' }, 'no-effect'],
    ['502 as HTML though it happened', { kind: 'status', code: 502 }, 'verified'],
    ['500 though it happened', { kind: 'status', code: 500, body: 'x', contentType: 'text/plain' }, 'verified'],
    ['half an answer', { kind: 'truncate' }, 'verified'],
  ] as const)('%s: sent once, and what is true is found out', async (_name, effect, outcome) => {
    await open();
    bench.simulator.faults.add({ match: { rack: 'staging', method: 'POST', path: /\/releases$/ }, times: 1, effect });
    const state = await bench.run('env.set', shop, { pairs: 'A=1' });
    expect(state).toMatchObject({ step: 'ended', ended: { outcome } });
    expect(bench.mutations()).toHaveLength(1);
  });
});

describe('env.unset and env.edit on a rack', () => {
  test('marked rows and typed names are removed, others stay', async () => {
    await open();
    const rows = [{ id: 'LOG_LEVEL', app: 'shop' }];
    const state = await bench.run('env.unset', rows, { keys: 'FEATURE_WISHLIST, NOT_THERE' });
    expect(state).toMatchObject({ step: 'ended', ended: { outcome: 'verified' } });
    expect(state).toMatchObject({ proposal: { preview: { headline: 'Remove 2 variables of shop on staging' } } });
    expect(env()).toEqual({ CATALOG_CACHE_TTL: '10' });
  });

  test.each([
    [shop, {}, 'Name the variables to remove.'],
    [shop, { keys: 'NOT_THERE' }, 'shop has no variable NOT_THERE: there is nothing to remove.'],
    [shop, { keys: 'A=b' }, 'Give the names alone, without "=" and value.'],
    [
      [
        { id: 'LOG_LEVEL', app: 'shop' },
        { id: 'LOG_LEVEL', app: 'admin' },
      ],
      {},
      'The marked variables belong to several apps; take one app at a time.',
    ],
  ])('unset refuses %j %j', async (subjects, input, reason) => {
    await open();
    expect(await bench.plan('env.unset', subjects, input)).toMatchObject({ step: 'refused', reason });
  });

  test('the whole text starts as it is; a line taken out is a variable removed', async () => {
    await open();
    const state = await bench.run('env.edit', shop, { text: 'CATALOG_CACHE_TTL=99\nLOG_LEVEL=debug\nADDED=yes' });
    expect(state).toMatchObject({
      step: 'ended',
      ended: { outcome: 'verified' },
      proposal: {
        preview: {
          lines: [
            { kind: 'added', text: 'ADDED' },
            { kind: 'changed', text: 'CATALOG_CACHE_TTL' },
            { kind: 'removed', text: 'FEATURE_WISHLIST' },
            { kind: 'heading', text: '1 other stays as it is' },
          ],
        },
      },
    });
    expect(env()).toEqual({ ADDED: 'yes', CATALOG_CACHE_TTL: '99', LOG_LEVEL: 'debug' });
    expect(await bench.plan('env.edit', shop, { text: '' })).toMatchObject({ step: 'refused' });
  });
});

describe('env through a gateway', () => {
  const checkout = [{ id: 'checkout', app: 'checkout' }];

  test('its own way is used: only what changes is sent, and no mask ever', async () => {
    await open({ kind: 'gateway' });
    const before = env('checkout');
    const state = await bench.run('env.set', checkout, { pairs: 'LOG_LEVEL=warn\nNEW_ONE=1' });
    expect(state).toMatchObject({
      step: 'ended',
      ended: { outcome: 'verified', words: expect.stringContaining('(hidden values could not be compared)') },
    });
    expect(bench.mutations()).toEqual(['PUT /api/v1/apps/checkout/env']);
    expect(JSON.parse(bench.bodies()[0] ?? '')).toEqual({ set: { LOG_LEVEL: 'warn', NEW_ONE: '1' }, remove: [] });
    expect(env('checkout')).toEqual({ ...before, LOG_LEVEL: 'warn', NEW_ONE: '1' });
  });

  test('the whole text with its masks keeps what is hidden', async () => {
    await open({ kind: 'gateway' });
    const before = env('checkout');
    const text = Object.entries({ ...before, PAYMENT_API_KEY: MASK, RAILS_ENV: 'staging' })
      .map(([key, value]) => `${key}=${value}`)
      .join('\n');
    const state = await bench.run('env.edit', checkout, { text });
    expect(state).toMatchObject({ step: 'ended', ended: { outcome: 'verified' } });
    expect(bench.bodies()[0]).not.toContain(MASK);
    expect(env('checkout')).toEqual({ ...before, RAILS_ENV: 'staging' });
  });

  test.each([
    ['env.set', { pairs: 'PAYMENT_API_KEY=x' }],
    ['env.set', { pairs: 'ANOTHER_TOKEN=x' }],
    ['env.unset', { keys: 'PAYMENT_API_KEY' }],
  ])('%s of a secret is refused to who may not, before anything is sent', async (action, input) => {
    await open({ kind: 'gateway' });
    expect(await bench.plan(action, checkout, input)).toMatchObject({
      step: 'refused',
      reason: expect.stringContaining('only an admin may change secrets'),
    });
    expect(bench.mutations()).toEqual([]);
  });

  test('an admin may; the proof says what it cannot see', async () => {
    await open({ kind: 'gateway', person: 'admin@example.com' });
    const planned = await bench.plan('env.set', checkout, { pairs: 'PAYMENT_API_KEY=fresh' });
    expect(preview(planned)).toMatchObject({
      lines: [{ kind: 'changed', text: 'PAYMENT_API_KEY (its present value is hidden)' }, {}],
      warnings: expect.arrayContaining([expect.stringContaining('cannot be brought back from here: PAYMENT_API_KEY')]),
    });
    const state = await bench.run('env.set', checkout, { pairs: 'PAYMENT_API_KEY=fresh' });
    expect(state).toMatchObject({ step: 'ended', ended: { outcome: 'verified' } });
    expect(env('checkout').PAYMENT_API_KEY).toBe('fresh');
  });
});

describe('a rack whose lists lag behind', () => {
  test.each([
    ['an answer that came', undefined, 'verified'],
    ['an answer that got lost', { kind: 'status', code: 502 }, 'verified'],
  ] as const)('%s: the release is waited for', async (_name, effect, outcome) => {
    await open();
    bench.rack.readLagMs = 7_000;
    if (effect)
      bench.simulator.faults.add({ match: { rack: 'staging', method: 'POST', path: /\/releases$/ }, times: 1, effect });
    await bench.session.reads({ freshMs: 0 }).releases('shop', { limit: 10 });
    expect(await bench.run('env.set', shop, { pairs: 'A=1' })).toMatchObject({ step: 'ended', ended: { outcome } });
    expect(bench.mutations()).toHaveLength(1);
  });
});
