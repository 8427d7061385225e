import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runView } from '../../src/cli/run-view.ts';
import { asFailure } from '../../src/domain/failure.ts';
import type { AnyResource } from '../../src/resources/define-resource.ts';
import { RESOURCES } from '../../src/resources/index.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import type { TargetListing } from '../../src/targets/target.ts';
import { CapturedOutput } from '../support/captured-output.ts';
import { simulatedTargets } from '../support/simulated-targets.ts';

/**
 * What `rackdeck <view> --json` prints, of every view in the registry. No peer has them all: a v3 rack keeps no list of its
 * versions, a gateway proxies some, the audit log is a gateway's.
 */
const simulators: Simulator[] = [];
let peers: readonly (readonly [rack: string, listing: TargetListing])[] = [];

beforeAll(async () => {
  const [direct, gateway, v2] = await Promise.all([
    startSimulator({ seed: 3, lively: false, withGateway: false }),
    startSimulator({ seed: 3, lively: false, withConsole: false }),
    startSimulator({ seed: 3, lively: false, withGateway: false, version: '20260418101514' }),
  ]);
  simulators.push(direct, gateway, v2);
  peers = [
    ['acme/prod', simulatedTargets(direct)],
    ['acme/prod', simulatedTargets(gateway, 'admin@example.com')],
    ['acme/prod', simulatedTargets(v2)],
    ['staging', simulatedTargets(direct)],
    ['acme/eu', simulatedTargets(direct)],
  ];
});

afterAll(async () => {
  await Promise.all(simulators.map((simulator) => simulator.close()));
});

/** Rows of what a person did with rackdeck: a peer has none. */
const OWN = new Set(['journal']);

interface Printed {
  readonly schema: string;
  readonly rack: string;
  readonly fetchedAt: string;
  readonly items: readonly Readonly<Record<string, unknown>>[];
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

async function print(view: string, app: string | undefined, [rack, listing]: (typeof peers)[number]): Promise<Printed> {
  const output = new CapturedOutput();
  const code = await runView({
    common: { rack, app, demo: undefined, debug: false, color: false, screenReader: false, readOnly: false },
    request: { view, json: true, plain: false },
    listing,
    output,
    now: Date.now,
    signal: new AbortController().signal,
  });
  expect(code, output.stderr).toBe(0);
  return JSON.parse(output.stdout) as Printed;
}

/** From the first peer that has rows of it: a demo without one would prove nothing about the view. */
async function printed({ id, scope }: AnyResource): Promise<Printed & { readonly asked: string }> {
  const refusals: string[] = [];
  for (const peer of peers) {
    try {
      const answer = await print(id, scope === 'app' ? 'shop' : undefined, peer);
      if (answer.items.length > 0 || OWN.has(id)) return { ...answer, asked: peer[0] };
      refusals.push('no row');
    } catch (error) {
      refusals.push(asFailure(error).why ?? String(error));
    }
  }
  throw new Error(`No peer shows ${id}: ${refusals.join('; ')}`);
}

describe.each(RESOURCES.map((resource) => [resource.id, resource] as const))('%s --json', (id, resource) => {
  it('prints its rows as items of a named schema, every column under its id', async () => {
    const { schema, rack, fetchedAt, items, asked } = await printed(resource);
    expect(schema).toBe(`rackdeck/${id}@1`);
    expect(rack).toBe(asked);
    expect(fetchedAt).toMatch(TIME);
    for (const item of items) {
      if ('severity' in item) expect(item.severity).toMatch(/^(?:ok|info|unknown|warning|critical)$/);
      if (resource.json) continue;
      expect(Object.keys(item)).toEqual(resource.columns.map((column) => column.id));
      for (const { id: column, type } of resource.columns) {
        if (type === 'time' && item[column] !== null) expect(item[column], column).toMatch(TIME);
      }
    }
  });
});
