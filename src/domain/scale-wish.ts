import type { Service } from './service.ts';

/** What a person wants of a service's scale; absent: as it is. Units as on the service: millicores and MiB per replica. */
export interface ScaleWish {
  readonly count?: number;
  readonly cpu?: number;
  readonly memory?: number;
  readonly min?: number;
  readonly max?: number;
}

export const SCALE_KEYS = ['count', 'cpu', 'memory', 'min', 'max'] as const;

/** Only what differs from how it is: a field that was left alone is no wish. */
export function scaleWish(service: Service, input: Readonly<Record<string, string>>): ScaleWish {
  const wish: { -readonly [K in keyof ScaleWish]: number } = {};
  for (const key of SCALE_KEYS) {
    const text = input[key]?.trim() ?? '';
    if (text !== '' && Number(text) !== service[key]) wish[key] = Number(text);
  }
  return wish;
}

/** Why the wish will not do, in a sentence or two, with what would; undefined: it will. */
export function scaleProblem(
  service: Service,
  wish: ScaleWish,
  rack: { readonly bounds: boolean },
): string | undefined {
  const { name, autoscale } = service;
  const { count, cpu, memory, min, max } = wish;
  const bounds = min !== undefined || max !== undefined;
  if (Object.keys(wish).length === 0) return `${name} is scaled like that already: there is nothing to change.`;
  if (bounds && !rack.bounds)
    return 'Bounds (min, max) can be set since rack version 3.24.6; this rack is older. Set the count.';
  if (count !== undefined && bounds) return 'Set either the count or its bounds (min, max).';
  if (count !== undefined && service.agent)
    return `${name} is an agent: it runs once on every node, whatever its count.`;
  if (count !== undefined && autoscale?.enabled) {
    const range = `between ${service.min ?? '?'} and ${service.max ?? '?'}`;
    return `${name} scales itself ${range}: a count would be undone at once. Set min and max instead.`;
  }
  if (min === 0 && !autoscale?.enabled) return `A minimum of 0 needs autoscaling, which ${name} has not.`;
  const low = min ?? service.min;
  const high = max ?? service.max;
  if (bounds && low !== undefined && high !== undefined && low > high) {
    return `The minimum (${low}) is above the maximum (${high}).`;
  }
  if (cpu === 0 || memory === 0) return 'A replica needs some cpu and some memory.';
  return undefined;
}

/** Requests before and after; bounds move the count only as far as they must. */
export function scaledRequests(service: Service, wish: ScaleWish): { count: number; cpu: number; memory: number } {
  const low = wish.min ?? service.min ?? 0;
  const high = wish.max ?? service.max ?? Number.POSITIVE_INFINITY;
  const bounded = wish.min === undefined && wish.max === undefined;
  const count = wish.count ?? (bounded ? service.count : Math.min(Math.max(service.count, low), high));
  return { count, cpu: wish.cpu ?? service.cpu, memory: wish.memory ?? service.memory };
}

/** New requests change the template of the processes: every one is replaced. */
export function replacesAll({ cpu, memory }: ScaleWish): boolean {
  return cpu !== undefined || memory !== undefined;
}
