import { goTime } from '../wire/go-json.ts';
import type { AppState } from './app.ts';
import { rounded } from './load.ts';
import type { SimulatedRack } from './simulated-rack.ts';

const HOUR_MS = 3_600_000;
const CPU_HOUR_USD = 0.0335;
const GB_HOUR_USD = 0.0045;

export interface AppCost {
  readonly 'spend-usd': number;
  readonly [key: string]: unknown;
}

/** Spend of the running month from what the services request (convox-api.md 4.2). */
export function costOf(rack: SimulatedRack, app: AppState, now: number): AppCost {
  const date = new Date(now);
  const monthStart = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  const hours = Math.max(0, now - Math.max(monthStart, app.createdAt)) / HOUR_MS;
  const breakdown = [...app.services.values()].map((service) => {
    const cpuHours = (service.count * service.cpu * hours) / 1000;
    const memHours = (service.count * service.memory * hours) / 1024;
    return {
      service: service.name,
      'gpu-hours': 0,
      'cpu-hours': rounded(cpuHours, 2),
      'mem-gb-hours': rounded(memHours, 2),
      'instance-type': rack.instanceType,
      'spend-usd': rounded(cpuHours * CPU_HOUR_USD + memHours * GB_HOUR_USD, 2),
    };
  });
  return {
    app: app.name,
    'month-start': goTime(monthStart),
    'as-of': goTime(now),
    'spend-usd': rounded(
      breakdown.reduce((sum, row) => sum + row['spend-usd'], 0),
      2,
    ),
    breakdown: breakdown.length === 0 ? null : breakdown,
    'pricing-source': 'on-demand-static-table',
    'pricing-table-version': '2026-05',
    'pricing-adjustment': 1,
    'tracking-enabled': true,
  };
}
