import { describe, expect, test } from 'vitest';
import type { Capacity } from '../../../src/domain/capacity.ts';
import type { Instance } from '../../../src/domain/instance.ts';
import { scaleFit } from '../../../src/domain/scale-fit.ts';
import { replacesAll, scaledRequests, scaleProblem, scaleWish } from '../../../src/domain/scale-wish.ts';
import type { Service } from '../../../src/domain/service.ts';

const SERVICE: Service = {
  name: 'web',
  domain: '',
  count: 2,
  cpu: 250,
  memory: 512,
  gpu: 0,
  ports: [],
  nlb: [],
  min: undefined,
  max: undefined,
  coldStart: false,
  autoscale: undefined,
  agent: false,
};
const AUTO = {
  enabled: true,
  cpuThreshold: 70,
  memThreshold: undefined,
  gpuThreshold: undefined,
  queueThreshold: undefined,
  metricName: undefined,
  customTriggers: undefined,
};
const SCALING: Service = { ...SERVICE, min: 2, max: 6, autoscale: AUTO };

const CAPACITY: Capacity = {
  clusterCpu: 4_000,
  clusterMemory: 8_000,
  clusterGpu: undefined,
  processCount: 10,
  processCpu: 3_000,
  processMemory: 7_000,
  processGpu: undefined,
  instanceCpu: undefined,
  instanceMemory: undefined,
  processWidth: undefined,
};
const NODE = { cpuAllocatable: 1.93, memoryAllocatable: 3_500 } as Instance;

describe('scaleFit', () => {
  const before = { count: 2, cpu: 250, memory: 512 };
  test.each([
    [
      'one more',
      { ...before, count: 3 },
      { cpu: { more: 250, free: 1_000, fits: true }, memory: { more: 537, free: 1_000, fits: true } },
    ],
    ['exactly what is left', { ...before, count: 6 }, { cpu: { more: 1_000, fits: true } }],
    ['one too many', { ...before, count: 7 }, { cpu: { more: 1_250, fits: false } }],
    ['memory too', { ...before, count: 4 }, { memory: { more: 1_074, fits: false } }],
    ['less', { ...before, count: 0 }, { cpu: { more: -500, fits: true }, memory: { fits: true }, tooLarge: undefined }],
    ['too large a process', { count: 2, cpu: 2_000, memory: 512 }, { tooLarge: 'cpu' }],
    ['too much memory', { count: 2, cpu: 250, memory: 3_501 }, { tooLarge: 'memory' }],
    ['as large as a node', { count: 2, cpu: 1_930, memory: 3_500 }, { tooLarge: undefined }],
  ])('%s', (_name, after, fit) => {
    expect(scaleFit(before, after, CAPACITY, [NODE])).toMatchObject(fit);
  });

  test('giving back always fits, even where nothing is left', () => {
    const full = { ...CAPACITY, processCpu: 5_000 };
    expect(scaleFit(before, { ...before, count: 1 }, full, []).cpu.fits).toBe(true);
  });

  test('nodes that do not tell their size are no reason', () => {
    const unknown = { cpuAllocatable: undefined, memoryAllocatable: undefined } as Instance;
    expect(scaleFit(before, { count: 1, cpu: 99_000, memory: 1 }, CAPACITY, [unknown]).tooLarge).toBeUndefined();
  });
});

describe('scaleWish', () => {
  test.each([
    [{}, {}],
    [{ count: '2', cpu: '250', memory: '512' }, {}],
    [{ count: '3', cpu: '250', memory: '' }, { count: 3 }],
    [
      { min: '1', max: ' 4 ' },
      { min: 1, max: 4 },
    ],
  ])('%j is %j', (input, wish) => {
    expect(scaleWish(SERVICE, input)).toEqual(wish);
  });

  test.each([
    [SERVICE, { count: 3 }, undefined],
    [SERVICE, { min: 1, max: 4 }, undefined],
    [SCALING, { min: 0 }, undefined],
    [SCALING, { max: 1 }, 'The minimum (2) is above the maximum (1).'],
    [
      SCALING,
      { count: 3 },
      'web scales itself between 2 and 6: a count would be undone at once. Set min and max instead.',
    ],
    [{ ...SERVICE, agent: true }, { count: 3 }, 'web is an agent: it runs once on every node, whatever its count.'],
    [SERVICE, { memory: 0 }, 'A replica needs some cpu and some memory.'],
  ])('%# problem', (service, wish, problem) => {
    expect(scaleProblem(service, wish, { bounds: true })).toBe(problem);
  });

  test('older racks take no bounds', () => {
    expect(scaleProblem(SERVICE, { max: 3 }, { bounds: false })).toMatch(/since rack version 3\.24\.6/);
  });

  test.each([
    [{ min: 4 }, 4],
    [{ max: 1, min: 1 }, 1],
    [{ max: 9 }, 2],
    [{ cpu: 100 }, 2],
  ])('%j leads to %d processes', (wish, count) => {
    expect(scaledRequests(SCALING, wish).count).toBe(count);
  });

  test('only size replaces', () => {
    expect([replacesAll({ count: 3 }), replacesAll({ cpu: 1 }), replacesAll({ memory: 1 })]).toEqual([
      false,
      true,
      true,
    ]);
  });
});
