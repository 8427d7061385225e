import { Failure } from '../domain/failure.ts';
import { type RackAddress, type RackMove, readRackAddress, readRackMove } from '../domain/rack-move-address.ts';
import type { ConsoleRackFacts, LocalRackFacts, RackMoveFacts } from '../domain/rack-move-facts.ts';
import type { MoveSides, MoveState, SideFacts } from '../domain/rack-move-outcome.ts';
import { type MoveStanding, moveStanding } from '../domain/rack-move-outcome.ts';
import { PROVIDER_ENVIRONMENT } from '../domain/rack-move-rules.ts';
import { readTerraformState } from '../domain/terraform-state-facts.ts';
import type { ConsoleRackDetails } from '../protocol/console-moves.ts';
import type { GuideContext, GuideField } from './define-guide.ts';

export const TO_FIELD: GuideField = {
  id: 'to',
  label: 'move to',
  about: 'org/rack for a rack of the console, rack for this machine; the name itself stays',
};

export const FROM_FIELD: GuideField = {
  id: 'from',
  label: 'move from',
  about: 'where the rack is now; else the rack that is looked at',
};

/** Both names; the target is guessed only where there is one possibility. Throws where they make no move. */
export async function moveOf(context: GuideContext): Promise<{ readonly move: RackMove; readonly guessed: boolean }> {
  const from = context.input.from ?? context.rack.name;
  const given = context.input.to;
  const to = given ?? (await guessedTarget(from, context));
  if (to === undefined) throw unclear('It is not said where the rack shall move to', 'Name it with --set to=org/rack.');
  const read = readRackMove(from, to);
  if (read.kind === 'move') return { move: read.move, guessed: given === undefined };
  throw unclear(read.why.replace(/\.$/, ''), `${read.next} (--set to=...)`);
}

/** To this machine under the same name; to the console where it shows one organisation only. */
async function guessedTarget(from: string, context: GuideContext): Promise<string | undefined> {
  const address = readRackAddress(from);
  if (!address) return undefined;
  if (address.organization !== undefined) return address.name;
  const [only, second] = (await organizations(context)) ?? [];
  return only === undefined || second !== undefined ? undefined : `${only}/${address.name}`;
}

async function organizations({ reads, signal }: GuideContext): Promise<readonly string[] | undefined> {
  try {
    const racks = await reads.console.racks({ signal });
    return [...new Set(racks.map(({ organization }) => organization))];
  } catch {
    // Without a console there is none to reach; the checks say so.
    return undefined;
  }
}

/** An organisation without racks is in no list: its runtime integrations are asked for, which only its members may see. */
async function reachedOrganizations(
  { from, to }: RackMove,
  context: GuideContext,
): Promise<ReadonlySet<string> | undefined> {
  const listed = await organizations(context);
  if (!listed) return undefined;
  const reached = new Set(listed);
  for (const name of [from.organization, to.organization]) {
    if (name === undefined || reached.has(name)) continue;
    const runtimes = await tried(context.reads.console.runtimes(name, context));
    if (runtimes) reached.add(name);
  }
  return reached;
}

/** Everything that the rules judge; what could not be asked is undefined, which is never taken as a yes. */
export async function moveFacts(move: RackMove, context: GuideContext): Promise<RackMoveFacts> {
  const { reads, signal } = context;
  const [local, source, target, system, hasTerraform, reached] = await Promise.all([
    tried(localFacts(move, context)),
    move.from.organization === undefined ? undefined : tried(consoleFacts(move.from, context)),
    move.to.organization === undefined ? undefined : tried(consoleFacts(move.to, context)),
    tried(reads.rack.system({ signal })),
    tried(reads.local.hasProgram('terraform')),
    reachedOrganizations(move, context),
  ]);
  return {
    local,
    source,
    target,
    system: system && { status: system.status, version: system.version },
    hasTerraform,
    environment: new Set(reads.local.variables(Object.values(PROVIDER_ENVIRONMENT).flat())),
    organizations: reached,
  };
}

async function tried<T>(read: Promise<T>): Promise<T | undefined> {
  return read.catch(() => undefined);
}

const NO_FOLDER: LocalRackFacts = {
  exists: false,
  isDirectFile: false,
  hasMainTf: false,
  hasVarsJson: false,
  hasStateFile: false,
  hasRemoteBackend: false,
  hasLockFile: false,
  isLink: false,
  release: undefined,
  provider: undefined,
  state: readTerraformState(undefined),
};

async function localFacts({ from, to }: RackMove, { reads }: GuideContext): Promise<LocalRackFacts> {
  const name = from.organization === undefined ? from.name : to.name;
  return (await reads.local.rackFolder(name))?.facts ?? NO_FOLDER;
}

async function consoleFacts(
  { organization = '', name }: RackAddress,
  context: GuideContext,
): Promise<ConsoleRackFacts> {
  const found = await context.reads.console.details(organization, name, context);
  if (found) return consoleRackFacts(found);
  const none = { deletable: undefined, status: undefined, provider: undefined, release: undefined };
  return { exists: false, ...none, state: readTerraformState(undefined) };
}

export function consoleRackFacts(found: ConsoleRackDetails): ConsoleRackFacts {
  const { deletable, status, provider, parameters } = found;
  return { exists: true, deletable, status, provider, release: parameters?.release, state: consoleState(found) };
}

export function consoleState({ state, stateDamaged }: Pick<ConsoleRackDetails, 'state' | 'stateDamaged'>) {
  if (stateDamaged) return { kind: 'unusable', reason: 'The state that the console has is no base64.' } as const;
  if (state === undefined) return readTerraformState(undefined);
  try {
    return readTerraformState(JSON.parse(state));
  } catch {
    return readTerraformState(state);
  }
}

/** Where the move stands, from both sides as they are now. */
export async function standingOf(move: RackMove, context: GuideContext): Promise<MoveStanding> {
  const sides: MoveSides = {
    source: await tried(sideFacts(move.from, context)),
    target: await tried(sideFacts(move.to, context)),
  };
  return moveStanding(move, sides);
}

async function sideFacts(address: RackAddress, context: GuideContext): Promise<SideFacts> {
  if (address.organization !== undefined) {
    const { exists, state } = await consoleFacts(address, context);
    return { exists, isPartial: false, state: state.kind === 'state' ? state.facts : undefined };
  }
  const facts = (await context.reads.local.rackFolder(address.name))?.facts;
  if (!facts) return { exists: false, isPartial: false, state: undefined };
  const whole = facts.hasMainTf && facts.hasVarsJson && (facts.hasStateFile || facts.hasRemoteBackend);
  return { exists: true, isPartial: !whole, state: facts.state.kind === 'state' ? facts.state.facts : undefined };
}

/**
 * The command has done something: the hazards that stood before it are history. What may as well have been so before (two racks
 * that differ, remains beside another rack, a rack without state, none at all) is its work only where a copy was made first.
 */
export function hasLanded({ state }: MoveStanding, { kept }: GuideContext): boolean {
  if (state === 'moved' || state === 'both') return true;
  return OTHER_ENDS.has(state) && kept('backup')?.path !== undefined;
}

const OTHER_ENDS: ReadonlySet<MoveState> = new Set(['leftovers', 'both-differ', 'stateless', 'lost']);

function unclear(why: string, next: string): Failure {
  return new Failure({ kind: 'usage', what: 'The move is not clear', why, next, nothingSent: true });
}
