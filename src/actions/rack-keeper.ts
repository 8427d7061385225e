import { V3_KEEPS_NONE } from '../access/rack-parameters-rule.ts';
import { Failure } from '../domain/failure.ts';
import { parseVersion } from '../domain/version.ts';
import type { ActionContext, PlannedChange, RunContext } from './define-action.ts';

const CONSOLE_ROUTE = 'PUT /racks/{organization}/{rack}';
const RACK_ROUTE = 'PUT /system';

/** Stands for "the parameters and the version of a rack, whoever keeps them" (access/rack-parameters-rule.ts). */
export const KEEPER_ROUTE = CONSOLE_ROUTE;

/** Who keeps the parameters and the version of a rack (convox-api.md 7.6), and what they are now. */
export interface KeptRack {
  readonly keeper: 'console' | 'rack';
  /** What `GET /system` says. */
  readonly version: string;
  readonly status: string;
  readonly generation: 'v2' | 'v3';
  /** May be secret. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Undefined: nobody that can be reached this way keeps them. */
export async function keptRack({ reads, rack, signal }: ActionContext): Promise<KeptRack | undefined> {
  const [system, parameters] = await Promise.all([reads.system({ signal }), reads.parameters({ signal })]);
  const { version, status } = system;
  const { generation } = parseVersion(version);
  if (parameters === undefined || (generation === 'v3' && rack.kind !== 'console')) return undefined;
  return { keeper: generation === 'v2' ? 'rack' : 'console', version, status, generation, parameters };
}

export async function keptRackOrThrow(context: ActionContext): Promise<KeptRack> {
  const kept = await keptRack(context);
  if (kept) return kept;
  throw new Failure({
    kind: 'unsupported',
    what: `${context.rack.name} cannot be changed this way`,
    why: V3_KEEPS_NONE,
    next: 'Change it with terraform where it was installed from, or through its console.',
  });
}

export function keeperChange({ keeper }: KeptRack): PlannedChange {
  return { route: keeper === 'console' ? CONSOLE_ROUTE : RACK_ROUTE, times: 1 };
}

/**
 * Whether a console keeps parameters that are not named is not documented: it gets all of them, with its current version
 * (convox-api.md 7.6). A v2 rack keeps what is not named.
 */
export async function sendParameters(
  { keeper, parameters, version }: KeptRack,
  changes: Readonly<Record<string, string>>,
  { force }: { readonly force: boolean },
  { writes, signal }: RunContext,
): Promise<void> {
  if (keeper === 'rack') await writes.updateSystem({ parameters: changes, ...(force ? { force } : {}) }, { signal });
  else await writes.updateConsoleRack({ parameters: { ...parameters, ...changes }, version, force }, { signal });
}

/** A console that hides values would get the asterisks back as the new value. */
export function hiddenParameters({ keeper, parameters }: KeptRack): readonly string[] {
  if (keeper === 'rack') return [];
  return Object.entries(parameters).flatMap(([name, value]) => (/^[*•]{3,}$/.test(value.trim()) ? [name] : []));
}
