import { attention, type GuideCheck, notKnown, passed, refusal } from './guide-check.ts';
import { moveCommand, type RackMove, rackAddressText, reverseMove } from './rack-move-address.ts';
import { safeText } from './safe-text.ts';
import { isSecretParameter } from './secret-parameter.ts';
import type { TerraformStateFacts } from './terraform-state-facts.ts';

/** What is found on each side while and after the command runs; undefined: could not be asked. */
export interface MoveSides {
  /** The source still has the rack. */
  readonly source: SideFacts | undefined;
  readonly target: SideFacts | undefined;
}

export interface SideFacts {
  readonly exists: boolean;
  /** Of a local side: some of its files are left, but not all four. */
  readonly isPartial: boolean;
  readonly state: TerraformStateFacts | undefined;
}

/** Where a move stands (convox-api.md 8.3, partial-failure states). */
export type MoveState =
  | 'not-started' // source has it, target has not
  | 'moved' // target has it, source has not
  | 'both' // two writers possible
  | 'both-differ' // both, and they are not the same state any more
  | 'leftovers' // target owns it, files are left at the source
  | 'half-made' // a local target without all its files; source still has it
  | 'stateless' // only the target has it, without its state
  | 'lost' // neither side has it
  | 'unknown';

export interface MoveStanding {
  readonly state: MoveState;
  readonly why: string;
  /** The way out; whole sentences. */
  readonly next: string;
}

/** Names the state that a move is in, and the way out of it. */
export function moveStanding(move: RackMove, sides: MoveSides): MoveStanding {
  const { source, target } = sides;
  const from = rackAddressText(move.from);
  const to = rackAddressText(move.to);
  if (!source || !target) {
    return {
      state: 'unknown',
      why: `${source ? to : from} could not be asked: it may or may not have the rack.`,
      next: 'Ask again before anything is repeated; a second attempt could make a second owner.',
    };
  }
  if (source.isPartial && target.exists) {
    return {
      state: 'leftovers',
      why: `${to} owns the rack; some files of ${from} are left behind.`,
      next: `Do not use what is left of ${from}; move it away once ${to} has proven itself.`,
    };
  }
  if (target.isPartial && source.exists) {
    return {
      state: 'half-made',
      why: `${from} still owns the rack; the folder of ${to} is not complete.`,
      next: `Move the folder of ${to} away, then try again: it would be in the way.`,
    };
  }
  if (source.exists && target.exists) return bothSides(move, source, target);
  // What a null state of the console ends in (convox-api.md 8.3), or a folder that was damaged meanwhile.
  if (target.exists && (target.isPartial || !target.state)) {
    return {
      state: 'stateless',
      why: `Only ${to} has the rack, and ${target.isPartial ? 'its folder is not complete' : 'its state cannot be read'}.`,
      next: `Put the state of the backup there before anything is run: without it the next apply would make a second rack.`,
    };
  }
  if (target.exists)
    return { state: 'moved', why: `${to} has the rack, ${from} has not any more.`, next: 'Verify it.' };
  if (source.exists) {
    return {
      state: 'not-started',
      why: `${from} has the rack, ${to} has not: nothing has changed.`,
      next: `Run ${moveCommand(move)}.`,
    };
  }
  return {
    state: 'lost',
    why: `Neither ${from} nor ${to} has the rack. The cloud resources are untouched, but nobody can update them.`,
    next: 'Restore the backup of the state now, and let nobody install a rack of this name meanwhile.',
  };
}

/** Each move makes the new side before it deletes the old one. */
const WHILE_RUNNING = 'If the command still runs, this is on the way: look again when it has ended.';

function bothSides(move: RackMove, source: SideFacts, target: SideFacts): MoveStanding {
  const from = rackAddressText(move.from);
  const to = rackAddressText(move.to);
  const same = source.state && target.state && source.state.lineage === target.state.lineage;
  if (!source.state || !target.state) {
    const unread = source.state ? to : from;
    return {
      state: 'both',
      why: `Both ${from} and ${to} have the rack, and the state of ${unread} cannot be read: they cannot be compared.`,
      next: `${WHILE_RUNNING} Else keep the side whose state is that of the backup, and let nobody run anything before.`,
    };
  }
  if (!same || source.state.serial !== target.state.serial) {
    return {
      state: 'both-differ',
      why: same
        ? `Both sides have the rack, and one of them has written since (serial ${source.state.serial} at ${from}, ${target.state.serial} at ${to}).`
        : `Both ${from} and ${to} exist, but they are two different racks (lineage differs).`,
      next: same
        ? 'Let nobody run anything; keep the side with the higher serial and remove the other.'
        : 'Do not remove either of them before it is clear which one is which.',
    };
  }
  const keep =
    move.direction === 'local-to-console'
      ? `Else keep ${to}: move the folder of ${from} away.`
      : move.direction === 'console-to-local'
        ? `Else keep one: move the folder of ${to} away (the console stays the owner), or remove ${from} from the console.`
        : `Else keep one: remove ${from} or ${to} from the console.`;
  return {
    state: 'both',
    why: `Both ${from} and ${to} have the rack, with the same state: two writers are possible.`,
    next: `${WHILE_RUNNING} ${keep}`,
  };
}

/** What is compared before and after a move (convox-api.md 8.4); values of parameters never leave this file. */
export interface RackFingerprint {
  readonly state: TerraformStateFacts | undefined;
  readonly parameters: Readonly<Record<string, string>> | undefined;
  readonly version: string | undefined;
  /** Host of the rack's own API, from the output `api` of the state; undefined where that is not known. */
  readonly endpoint?: string | undefined;
}

/** Written by the CLI itself on the way to the console (convox-api.md 8.1). */
const ADDED: ReadonlySet<string> = new Set(['name', 'rack_name']);

/** Lineage, serial, parameters and version on both sides of a move, one check each. */
export function compareFingerprints(before: RackFingerprint, after: RackFingerprint): readonly GuideCheck[] {
  return [
    stateCheck(before.state, after.state),
    parameterCheck(before.parameters, after.parameters),
    versionCheck(before.version, after.version),
    ...(before.endpoint === undefined ? [] : [endpointCheck(before.endpoint, after.endpoint)]),
  ];
}

function endpointCheck(before: string, after: string | undefined): GuideCheck {
  const id = 'same-endpoint';
  if (after === undefined)
    return notKnown(id, 'The state does not name the address of the API any more.', 'Read it again.');
  const evidence = [`before: ${before}`, `after: ${after}`];
  if (before === after) return passed(id, 'The address of the API is the same.', evidence);
  return refusal(
    id,
    'The state names another address of the API than before: it is the state of another rack.',
    'Run nothing there; restore the backup.',
    evidence,
  );
}

function stateCheck(before: TerraformStateFacts | undefined, after: TerraformStateFacts | undefined): GuideCheck {
  const id = 'same-state';
  if (!before || !after) return notKnown(id, 'The state of one side could not be read.', 'Read it again.');
  const evidence = [
    `before: lineage ${before.lineage}, serial ${before.serial}`,
    `after: lineage ${after.lineage}, serial ${after.serial}`,
  ];
  if (before.lineage !== after.lineage) {
    return refusal(
      id,
      'The lineage differs: this is the state of another rack.',
      'Run nothing there; restore the backup.',
      evidence,
    );
  }
  if (after.serial < before.serial) {
    return refusal(
      id,
      'The serial is lower than before: an older state was taken for the truth.',
      'Run nothing there; restore the backup.',
      evidence,
    );
  }
  if (after.serial > before.serial) {
    return attention(
      id,
      'The serial is higher than before: somebody has applied since.',
      'Make sure that it was the new owner.',
      evidence,
    );
  }
  return passed(id, 'Lineage and serial are the same.', evidence);
}

function parameterCheck(before: RackFingerprint['parameters'], after: RackFingerprint['parameters']): GuideCheck {
  const id = 'same-parameters';
  if (!before || !after) return notKnown(id, 'The parameters of one side could not be read.', 'Read them again.');
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const different = names.filter((name) => valueIn(before, name) !== valueIn(after, name) && !isAddition(before, name));
  if (different.length === 0) return passed(id, 'All parameters are the same.', [`${names.length} parameters`]);
  return refusal(
    id,
    `${different.length} ${different.length === 1 ? 'parameter differs' : 'parameters differ'}: the next apply would change the rack.`,
    'Correct them on the new side before anything is applied.',
    different.map(
      (name) =>
        `${safeText(name, 80)}${isSecretParameter(name) ? ' (hidden)' : ''}: ${changeWord(before, after, name)}`,
    ),
  );
}

function isAddition(before: Readonly<Record<string, string>>, name: string): boolean {
  return ADDED.has(name) && !Object.hasOwn(before, name);
}

function valueIn(values: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function changeWord(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
  name: string,
): string {
  if (!Object.hasOwn(before, name)) return 'added';
  return Object.hasOwn(after, name) ? 'changed' : 'missing';
}

function versionCheck(before: string | undefined, after: string | undefined): GuideCheck {
  const id = 'same-version';
  if (before === undefined || after === undefined)
    return notKnown(id, 'The version of one side is not known.', 'Ask the rack again.');
  if (before !== after) {
    return refusal(
      id,
      `The rack answers with version ${safeText(after, 40)}, before the move it was ${safeText(before, 40)}.`,
      'Find out who has updated it.',
    );
  }
  return passed(id, `The rack answers with the same version, ${safeText(after, 40)}.`);
}

/** How to take a finished move back (convox-api.md 8.4): never leave both. */
export function undoLines(move: RackMove): readonly string[] {
  return [
    `Move it back: ${moveCommand(reverseMove(move))}, with the same checks as before.`,
    'Or restore the backup of the folder and remove the entry of the console; never leave both.',
  ];
}

/** Parameters may have moved; where `current`, `.convox/rack` and scripts name the old rack they break. */
export function switchCommand(move: RackMove): string {
  return `convox switch ${rackAddressText(move.to)}`;
}
