import { describe, expect, it } from 'vitest';
import { instanceUsage, processUsage, rackHistoryPoints } from '../../../src/domain/usage-reading.ts';
import { parseSubjectKey, subjectKey } from '../../../src/domain/usage-subject.ts';
import { anInstance, aProcess } from '../resources/fake-context.ts';

describe('processUsage', () => {
  it('adds cores and MiB up per service and app on v3', () => {
    const usage = processUsage(
      [
        aProcess({ id: 'web-1', cpu: 0.25, memory: 100 }),
        aProcess({ id: 'web-2', cpu: 0.5, memory: 200 }),
        aProcess({ id: 'worker-1', service: 'worker', cpu: 1, memory: 50 }),
      ],
      false,
    );
    expect(usage.get('service:shop/web')).toEqual({ cpu: 0.75, memory: 300 });
    expect(usage.get('app:shop')).toEqual({ cpu: 1.75, memory: 350 });
    expect(usage.get('process:shop/web/web-2')).toEqual({ cpu: 0.5, memory: 200 });
  });

  it('v2 tells percent of the reservation: shares, a mean per service, nothing for the app', () => {
    const usage = processUsage(
      [aProcess({ id: 'a', cpu: 40, memory: 80 }), aProcess({ id: 'b', cpu: 40, memory: 80 })],
      true,
    );
    expect(usage.get('service:shop/web')).toEqual({ cpu: 0.4, memory: 0.8 });
    expect(usage.get('process:shop/web/a')).toEqual({ cpu: 0.4, memory: 0.8 });
    expect(usage.has('app:shop')).toBe(false);
  });

  it('all zero is unknown, and so is the zero of a process that does not run', () => {
    expect(processUsage([aProcess({ cpu: 0, memory: 0 })], false).size).toBe(0);
    const usage = processUsage(
      [aProcess({ id: 'up', cpu: 1 }), aProcess({ id: 'down', status: 'crashed', cpu: 0, memory: 0 })],
      false,
    );
    expect(usage.has('process:shop/web/down')).toBe(false);
    // One that runs and idles is known to idle.
    expect(
      processUsage([aProcess({ cpu: 1 }), aProcess({ id: 'idle', cpu: 0, memory: 0 })], false).get(
        'process:shop/web/idle',
      ),
    ).toEqual({ cpu: 0, memory: 0 });
  });
});

describe('instanceUsage', () => {
  it('is a share of all that is allocatable on v3, and the mean of shares on v2', () => {
    const nodes = [anInstance({ id: 'a', cpu: 1, memory: 1_000 }), anInstance({ id: 'b', cpu: 3, memory: 2_000 })];
    expect(instanceUsage(nodes, false).get('rack')).toEqual({ cpu: 0.5, memory: 0.375 });
    expect(instanceUsage(nodes, false).get('node:b')).toEqual({ cpu: 3, memory: 2_000 });
    const old = { cpuAllocatable: undefined, memoryAllocatable: undefined };
    const shares = [
      anInstance({ id: 'a', cpu: 0.2, memory: 0.4, ...old }),
      anInstance({ id: 'b', cpu: 0.6, memory: 0.8, ...old }),
    ];
    expect(instanceUsage(shares, true).get('rack')?.cpu).toBeCloseTo(0.4);
    expect(instanceUsage(shares, true).get('rack')?.memory).toBeCloseTo(0.6);
  });

  it('says nothing where metrics are off or nothing is allocatable', () => {
    expect(instanceUsage([anInstance({ cpu: 0, memory: 0 })], false).size).toBe(0);
    expect(instanceUsage([], false).size).toBe(0);
    expect(instanceUsage([anInstance({ cpuAllocatable: undefined })], false).get('rack')?.cpu).toBeUndefined();
  });
});

describe('rackHistoryPoints', () => {
  it('joins both series by time, as shares', () => {
    const value = (time: number, avg: number) => ({
      time,
      avg,
      min: avg,
      max: avg,
      sum: avg,
      count: 1,
      p90: undefined,
      p95: undefined,
      p99: undefined,
    });
    const points = rackHistoryPoints([
      { name: 'cluster:mem:utilization', values: [value(60, 50), value(120, 60)] },
      { name: 'cluster:cpu:utilization', values: [value(120, 25)] },
      { name: 'cluster:cpu:reservation', values: [value(120, 99)] },
    ]);
    expect(points).toEqual([
      { at: 60, cpu: undefined, memory: 0.5 },
      { at: 120, cpu: 0.25, memory: 0.6 },
    ]);
  });
});

describe('subject keys', () => {
  it.each(['rack', 'node:ip-10-1-80-12', 'app:shop', 'service:shop/web', 'process:shop/web/web-6d9f-x2x4q'])(
    '%s',
    (key) => {
      const subject = parseSubjectKey(key);
      expect(subject && subjectKey(subject)).toBe(key);
    },
  );
  it.each(['', 'node:', 'app:', 'app:a/b', 'service:shop', 'process:shop/web', 'pod:x', 'racks'])('not %j', (key) => {
    expect(parseSubjectKey(key)).toBeUndefined();
  });
});
