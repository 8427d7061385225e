import { manifestLosses, manifestParts } from '../domain/manifest-parts.ts';
import type { AppState } from './app-state.ts';
import { BUDGET_WARNING } from './app-state.ts';
import type { WantedService } from './deploy-observation.ts';
import type { PreviewTable } from './preview.ts';

/** What the rack will want of each service once a manifest is deployed. */
export function servicesAfter(state: AppState, manifest: string): readonly WantedService[] {
  const parts = manifestParts(manifest);
  if (!parts) return state.services.map(({ name, count }) => ({ name, count }));
  return parts.services.map(({ name, count }) => {
    // The count at run time wins unless it is 0, then the manifest's (convox-api.md 6.2).
    const running = state.services.find((service) => service.name === name)?.count ?? 0;
    return { name, count: running > 0 ? running : (count ?? 1) };
  });
}

/** Which service gets how many new processes. */
export function replicasTable(state: AppState, manifest: string): PreviewTable {
  const after = servicesAfter(state, manifest);
  const rows = after.map(({ name, count }) => {
    const now = state.services.find((service) => service.name === name)?.count;
    return [name, now === undefined ? '-' : String(now), String(count), now === undefined ? 'new' : 'replaced'];
  });
  const dropped = state.services.filter(({ name }) => !after.some((service) => service.name === name));
  return {
    title: 'Processes',
    columns: ['service', 'now', 'then', 'what happens'],
    rows: [...rows, ...dropped.map(({ name, count }) => [name, String(count), '0', 'stopped for good'])],
  };
}

export function replicasText(state: AppState, manifest: string): string {
  const after = servicesAfter(state, manifest);
  const count = after.reduce((sum, service) => sum + service.count, 0);
  return `${count} ${count === 1 ? 'process' : 'processes'} of ${after.length} ${after.length === 1 ? 'service' : 'services'} ${
    count === 1 ? 'is' : 'are'
  } started anew, a few at a time; the old ones go when the new ones run.`;
}

/** What a tired person would overlook when this manifest replaces the one that runs. */
export function deployWarnings(state: AppState, manifest: string): readonly string[] {
  const { active, app, budgetStops } = state;
  const lost = manifestLosses(active?.manifest ?? '', manifest);
  const warnings: string[] = [];
  if (lost.services.length > 0)
    warnings.push(`The manifest drops ${list('service', lost.services)}: stopped for good.`);
  if (lost.resources.length > 0) {
    warnings.push(`The manifest drops ${list('resource', lost.resources)}: what is stored there may be deleted.`);
  }
  if (app.locked) warnings.push(`${app.name} is locked: somebody wanted it left alone.`);
  if (budgetStops) warnings.push(BUDGET_WARNING);
  return warnings;
}

function list(noun: string, names: readonly string[]): string {
  return `the ${noun}${names.length === 1 ? '' : 's'} ${names.join(', ')}`;
}

/** Variables that a manifest requires and an environment lacks: the rack refuses such a promote. */
export function missingEnv(manifest: string, keys: ReadonlySet<string>): readonly string[] {
  return (manifestParts(manifest)?.requiredEnv ?? []).filter((key) => !keys.has(key));
}
