import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeText } from '../../src/domain/safe-text.ts';
import type { RackReads } from '../../src/protocol/rack-api.ts';
import { RESOURCES } from '../../src/resources/index.ts';
import { composeFrame } from '../../src/ui/shell/compose-frame.ts';
import { FakeSession } from '../unit/ui/fake-deck.ts';
import { rowProblem } from '../unit/ui/hostile-text.ts';
import { createWorld, NIGHT, SAMPLE_APPS, SAMPLE_SYSTEM, sampleProcess } from '../unit/ui/sample-world.ts';
import { hostileText } from './hostile.ts';

/** A text as it comes out of the protocol layer: printable, and still as odd as a name can be. */
const name = fc
  .oneof(hostileText, fc.string({ unit: 'grapheme', maxLength: 40 }), fc.string({ unit: 'binary', maxLength: 40 }))
  .map((text) => safeText(text) || 'x');
const number = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -1, -0, 1e308, -1e308, Number.MAX_SAFE_INTEGER, Number.MIN_VALUE, 1e21),
);
const time = fc.oneof(fc.constantFrom(undefined, 0, NIGHT, NIGHT + 1e9, 8.64e15, -8.64e15), fc.integer());

const process = fc
  .record({
    id: name,
    app: name,
    service: name,
    status: fc.oneof(name, fc.constantFrom('running', 'crashed', 'pending', '__proto__', 'constructor', 'toString')),
    release: name,
    command: name,
    cpu: number,
    memory: number,
    instance: name,
    startedAt: time,
  })
  .map((parts) => sampleProcess(parts));

const rack = fc.record({
  apps: fc.array(
    fc.record({ name, status: fc.oneof(name, fc.constantFrom('running', 'constructor')), release: name }),
    { maxLength: 6 },
  ),
  processes: fc.array(process, { maxLength: 12 }),
  name,
});

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

describe('a whole frame', () => {
  it.each(['board', 'apps', 'processes', 'services', 'releases', 'builds', 'instances', 'racks'])(
    'of %s fits its terminal, whatever the rack says',
    async (view) => {
      await fc.assert(
        fc.asyncProperty(
          rack,
          fc.integer({ min: 20, max: 220 }),
          fc.integer({ min: 5, max: 60 }),
          fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const),
          fc.boolean(),
          async (odd, columns, rows, colorDepth, unicode) => {
            const apps = odd.apps.map((app) => ({ ...(SAMPLE_APPS[0] as (typeof SAMPLE_APPS)[number]), ...app }));
            const reads: Partial<RackReads> = {
              system: async () => ({ ...SAMPLE_SYSTEM, version: odd.name, provider: odd.name, status: odd.name }),
              apps: async () => apps,
              app: async () => apps[0] ?? (SAMPLE_APPS[0] as (typeof SAMPLE_APPS)[number]),
              systemProcesses: async () => odd.processes,
              processes: async () => odd.processes,
              instances: async () => [],
              services: async () => [],
              builds: async () => [],
              releases: async () => [],
            };
            const world = createWorld({
              columns,
              rows,
              sessions: (now) => [
                new FakeSession({ name: odd.name, now, reads }),
                new FakeSession({ name: 'b', now, reads }),
              ],
              services: {
                resources: RESOURCES,
                start: { view, rack: odd.name, app: odd.apps[0]?.name ?? 'shop' },
                look: { colorDepth, unicode, screenReader: false },
              },
            });
            await settled();
            for (const keys of [[], ['d'], ['escape', 'y'], ['escape', '?'], ['escape', ':']]) {
              world.press(...keys);
              await settled();
              const frame = composeFrame(world.dashboard);
              expect(frame.rows).toHaveLength(rows);
              const drawn = [...frame.rows, ...(frame.overlay?.rows ?? [])];
              expect(drawn.map((row) => rowProblem(row, columns)).filter(Boolean)).toEqual([]);
              const { overlay } = frame;
              if (overlay && columns >= 60 && rows >= 15)
                expect(overlay.top + overlay.rows.length).toBeLessThanOrEqual(rows);
            }
            world.dashboard.dispose();
          },
        ),
        { numRuns: 25 },
      );
    },
  );
});
