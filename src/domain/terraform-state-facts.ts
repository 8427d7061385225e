import { safeText } from './safe-text.ts';

/**
 * What a terraform state says about itself, never what it holds: it contains every secret of the rack, so of its outputs only
 * the names and the host of the API leave this file (convox-api.md 7.3, 8.1).
 */
export interface TerraformStateFacts {
  /** Format; racks have 4. */
  readonly format: number;
  readonly lineage: string;
  readonly serial: number;
  /** Sorted. */
  readonly outputNames: readonly string[];
  readonly resourceCount: number;
  /** Host of the output `api`, without the credentials that stand before it. */
  readonly apiHost: string | undefined;
}

export type ReadState =
  | { readonly kind: 'state'; readonly facts: TerraformStateFacts }
  /** `reason` is a whole sentence and quotes nothing. */
  | { readonly kind: 'unusable'; readonly reason: string };

/** Reads a state that was parsed as JSON already; never throws. Null is what v2 and never-applied racks have. */
export function readTerraformState(json: unknown): ReadState {
  if (json === null || json === undefined) return unusable('There is no terraform state.');
  if (!isRecord(json)) return unusable('The terraform state is no JSON object.');
  const { version, lineage, serial, outputs, resources } = json;
  if (version !== 4) return unusable('The terraform state has another format than 4.');
  if (typeof lineage !== 'string' || !/^[\w-]{1,100}$/.test(lineage))
    return unusable('The terraform state has no lineage.');
  if (typeof serial !== 'number' || !Number.isSafeInteger(serial) || serial < 0) {
    return unusable('The terraform state has no serial number.');
  }
  if (outputs !== undefined && !isRecord(outputs))
    return unusable('The outputs of the terraform state cannot be read.');
  const outputNames = Object.keys(outputs ?? {}).filter((name) => /^[\w-]{1,100}$/.test(name));
  const resourceCount = Array.isArray(resources) ? resources.length : 0;
  const apiHost = hostOf(outputs?.api);
  return {
    kind: 'state',
    facts: { format: 4, lineage, serial, outputNames: outputNames.sort(), resourceCount, apiHost },
  };
}

function hostOf(output: unknown): string | undefined {
  const url = isRecord(output) ? output.value : undefined;
  if (typeof url !== 'string' || !URL.canParse(url.trim())) return undefined;
  const { host } = new URL(url.trim());
  return host === '' ? undefined : safeText(host, 253);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unusable(reason: string): ReadState {
  return { kind: 'unusable', reason };
}
