import { safeText } from './safe-text.ts';

/** One side of `convox rack mv`: `rack` is a local terraform rack, `org/rack` a rack of the console (convox-api.md 8). */
export interface RackAddress {
  readonly organization: string | undefined;
  readonly name: string;
}

export type MoveDirection = 'local-to-console' | 'console-to-local' | 'org-to-org';

export interface RackMove {
  readonly from: RackAddress;
  readonly to: RackAddress;
  readonly direction: MoveDirection;
}

export type ReadMove =
  | { readonly kind: 'move'; readonly move: RackMove }
  /** Names the hazard of 8.3 that it is; `why` and `next` are whole sentences. */
  | {
      readonly kind: 'refused';
      readonly id: 'wrong-name' | 'self-move' | 'rename';
      readonly why: string;
      readonly next: string;
    };

// The first character is no dash: a name may not be taken for an option.
const PART = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** `staging`, `acme/staging`; undefined for anything that no rack can be called. */
export function readRackAddress(text: string): RackAddress | undefined {
  const parts = text.trim().split('/');
  if (parts.length > 2 || !parts.every((part) => PART.test(part) && part !== '..' && part !== '.')) return undefined;
  const name = parts.at(-1) ?? '';
  return { organization: parts.length === 2 ? parts[0] : undefined, name };
}

export function rackAddressText({ organization, name }: RackAddress): string {
  return organization === undefined ? name : `${organization}/${name}`;
}

/**
 * Both names of a move. Refuses what the CLI would refuse late or not at all (convox-api.md 8, 8.3): a rack moved onto itself
 * (destroys its folder and state), another name (there is no rename), names that are none.
 */
export function readRackMove(from: string, to: string): ReadMove {
  const source = readRackAddress(from);
  const target = readRackAddress(to);
  if (!source || !target) {
    const wrong = safeText(source ? to : from, 100);
    return refused(
      'wrong-name',
      `"${wrong}" is no name of a rack.`,
      'Write rack for a local rack, organisation/rack for one of the console.',
    );
  }
  if (rackAddressText(source).toLowerCase() === rackAddressText(target).toLowerCase()) {
    const local = source.organization === undefined;
    return refused(
      'self-move',
      local
        ? 'Source and target are the same local rack: the CLI would delete its folder, state included.'
        : 'Source and target are the same rack.',
      local
        ? 'Name the organisation that shall own it: organisation/rack.'
        : 'Name another organisation, or only the rack for a local one.',
    );
  }
  if (source.name !== target.name) {
    return refused(
      'rename',
      'The name of a rack cannot change in a move (rack name must remain same).',
      `Use ${rackAddressText({ ...target, name: source.name })} as the target.`,
    );
  }
  if (source.organization === undefined && target.organization === undefined) {
    return refused('self-move', 'Both sides are local.', 'Name the organisation that shall own it: organisation/rack.');
  }
  const direction: MoveDirection =
    source.organization === undefined
      ? 'local-to-console'
      : target.organization === undefined
        ? 'console-to-local'
        : 'org-to-org';
  return { kind: 'move', move: { from: source, to: target, direction } };
}

/** The command that a person runs; its words need no quotes, whatever was typed. */
export function moveCommand(move: RackMove): string {
  return `convox rack mv ${rackAddressText(move.from)} ${rackAddressText(move.to)}`;
}

/** The move that takes it back. */
export function reverseMove({ from, to, direction }: RackMove): RackMove {
  const back: Record<MoveDirection, MoveDirection> = {
    'local-to-console': 'console-to-local',
    'console-to-local': 'local-to-console',
    'org-to-org': 'org-to-org',
  };
  return { from: to, to: from, direction: back[direction] };
}

function refused(id: 'wrong-name' | 'self-move' | 'rename', why: string, next: string): ReadMove {
  return { kind: 'refused', id, why, next };
}
