import * as z from 'zod/mini';
import type { Budget } from '../../domain/budget.ts';
import type { Cost } from '../../domain/cost.ts';
import { one } from './reader.ts';
import { flag, list, num, number, numOrNone, str, strOrNone, text, time } from './wire.ts';

const wireBudget = () =>
  z.object({
    config: z.nullish(
      z.object({ 'monthly-cap-usd': number, 'alert-threshold-percent': number, 'at-cap-action': text }),
    ),
    state: z.nullish(
      z.object({
        'current-month-spend-usd': number,
        'current-month-spend-as-of': text,
        'circuit-breaker-tripped': flag,
      }),
    ),
  });

export const readBudget = one(
  wireBudget,
  ({ config, state }): Budget => ({
    cap: config
      ? {
          monthlyCapUsd: num(config['monthly-cap-usd']),
          alertThresholdPercent: numOrNone(config['alert-threshold-percent']),
          atCapAction: strOrNone(config['at-cap-action']),
        }
      : undefined,
    state: state
      ? {
          currentMonthSpendUsd: num(state['current-month-spend-usd']),
          asOf: time(state['current-month-spend-as-of']),
          breakerTripped: state['circuit-breaker-tripped'] === true,
        }
      : undefined,
  }),
);

const wireCost = () =>
  z.object({
    app: text,
    'month-start': text,
    'as-of': text,
    'spend-usd': number,
    breakdown: list(
      z.object({
        service: text,
        'gpu-hours': number,
        'cpu-hours': number,
        'mem-gb-hours': number,
        'instance-type': text,
        'spend-usd': number,
      }),
    ),
    'tracking-enabled': flag,
  });

export const readCost = one(
  wireCost,
  (wire): Cost => ({
    app: str(wire.app),
    monthStart: time(wire['month-start']),
    asOf: time(wire['as-of']),
    spendUsd: num(wire['spend-usd']),
    breakdown: (wire.breakdown ?? []).map((line) => ({
      service: str(line.service),
      cpuHours: num(line['cpu-hours']),
      memGbHours: num(line['mem-gb-hours']),
      gpuHours: num(line['gpu-hours']),
      instanceType: strOrNone(line['instance-type']),
      spendUsd: num(line['spend-usd']),
    })),
    trackingEnabled: wire['tracking-enabled'] === true,
  }),
);
