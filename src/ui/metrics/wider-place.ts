import type { Place } from '../../resources/define-resource.ts';

/** One step out: process, service, app, rack; undefined at the rack. */
export function widerPlace({ app, service, process, instance }: Place): Place | undefined {
  if (process !== undefined && app !== undefined) return service === undefined ? { app } : { app, service };
  if (service !== undefined && app !== undefined) return { app };
  return app !== undefined || instance !== undefined ? {} : undefined;
}
