import type { Endpoint } from './endpoint.ts';

/** `acme/eu`, from the header that chooses the rack behind a console. */
export function consoleName(endpoint: Endpoint): readonly string[] {
  const [, rack] = Object.entries(endpoint.headers?.() ?? {}).find(([name]) => isRackHeader(name)) ?? [];
  const parts = rack?.split('/') ?? [];
  return parts.length === 2 ? parts : [];
}

/** With the header the console would pass the request on to the rack, which has no such route. */
export function withoutRack(endpoint: Endpoint): Endpoint {
  return {
    ...endpoint,
    headers: () =>
      Object.fromEntries(Object.entries(endpoint.headers?.() ?? {}).filter(([name]) => !isRackHeader(name))),
  };
}

function isRackHeader(name: string): boolean {
  return name.toLowerCase() === 'rack';
}
