import { Failure } from '../domain/failure.ts';
import type { GuideProgress } from '../domain/guide-progress.ts';
import type { StepResult } from '../domain/guide-step.ts';
import { type RackMove, rackAddressText } from '../domain/rack-move-address.ts';
import type { RackFingerprint } from '../domain/rack-move-outcome.ts';
import { readTerraformState, type TerraformStateFacts } from '../domain/terraform-state-facts.ts';
import type { ApplyContext, Continued, GuideContext, GuideRack, GuideStep, StepPlan } from './define-guide.ts';
import { copyCondition, shellPath } from './kept-copy.ts';
import { hasLanded, moveFacts, moveOf, standingOf } from './rack-move-facts.ts';
import { blocked, ok, seen, todo } from './step-results.ts';

const ID = 'backup';

/** State of the rack where it is now. */
async function sourceState(move: RackMove, context: GuideContext): Promise<TerraformStateFacts | undefined> {
  const { local, source } = await moveFacts(move, context);
  const state = move.from.organization === undefined ? local?.state : source?.state;
  return state?.kind === 'state' ? state.facts : undefined;
}

export const BACKUP_STEP: GuideStep = {
  id: ID,
  title: 'A copy of folder or state',
  why: 'The CLI deletes the old side without a backup: without a copy a failure half-way can lose the state of the rack.',
  danger: 'The copy holds every secret of the rack. It stays on this machine, readable by you alone.',
  needs: ['names'],
  check: async (context) => {
    const { move } = await moveOf(context);
    const kept = context.kept(ID);
    const copy = await copyCondition(kept ?? {}, context);
    if (kept && copy === 'damaged') return damagedCopy(kept, move, context);
    if (kept && copy === 'intact') {
      const evidence = backupEvidence(kept, move);
      if (hasLanded(await standingOf(move, context), context))
        return ok('The copy from before the move is there, and unchanged.', evidence);
      const state = await sourceState(move, context);
      if (state && kept.lineage === state.lineage && kept.serial === String(state.serial)) {
        return ok('The copy is there, of the state as it is now.', evidence);
      }
      return todo('The state has changed since the copy was made: make a new one.', evidence);
    }
    if (hasLanded(await standingOf(move, context), context)) {
      return blocked('The rack has been moved, and there is no copy from before.', [], {
        next: 'Take a copy of the new side now, by hand, before anything is applied.',
      });
    }
    return todo('There is no copy yet.');
  },
  apply: { title: 'Make the copy', tier: 2, permissions: [], plan: planBackup },
  verify: async (context, what) => {
    const kept = context.kept(ID);
    const copy = await copyCondition(kept ?? {}, context);
    const there = copy === 'intact';
    const words = there ? `The copy lies in ${kept?.path}.` : copy === 'damaged' ? DAMAGED : 'There is no copy.';
    return { state: there === (what === 'apply') ? 'done' : 'absent', words };
  },
  undo: {
    title: 'Remove the copy',
    tier: 3,
    permissions: [],
    plan: async (context) => {
      const files = filesOf(context.kept(ID) ?? {});
      return {
        preview: {
          headline: 'Remove the copy of the rack',
          effects: ['The secrets in it are gone from this machine; so is the way back.'],
          warnings: ['Keep it until one update has succeeded on the new side.'],
          blocked: files.length === 0 ? 'There is no copy.' : undefined,
        },
        changes: [],
        echo: `rm -r ${files.map(shellPath).join(' ')}`,
        keep: {},
        run: async ({ writes }) => {
          for (const file of files) await writes.keep.remove(file);
        },
      };
    },
  },
};

const DAMAGED = 'The copy is not what was written: its checksums differ.';

async function damagedCopy(
  kept: Readonly<Record<string, string>>,
  move: RackMove,
  context: GuideContext,
): Promise<StepResult> {
  const evidence = backupEvidence(kept, move);
  // Before the move another one can be made; afterwards there is nothing any more to make it of.
  if (!hasLanded(await standingOf(move, context), context)) return todo(DAMAGED, evidence);
  return blocked(DAMAGED, evidence, { next: 'Take a copy of the new side now, by hand, before anything is applied.' });
}

function backupEvidence(kept: Readonly<Record<string, string>>, move: RackMove) {
  const { path = '', sha256 = '', lineage = '', serial = '', endpoint = '', version = '' } = kept;
  return [
    seen('copy', path),
    seen('sha-256', sha256),
    seen('lineage', lineage),
    seen('serial', serial),
    ...(endpoint === '' ? [] : [seen('endpoint', endpoint)]),
    ...(version === '' ? [] : [seen('version', version)]),
    ...restoreLines(kept, move).map((line) => seen('restore', line)),
  ];
}

/** `.terraform` is not in the copy: terraform downloads it again. */
function restoreLines(kept: Readonly<Record<string, string>>, { from }: RackMove): readonly string[] {
  const { path = '', parameters = '', place = `~/.config/convox/racks/${from.name}` } = kept;
  const folder = shellPath(place);
  if (kept.kind === 'folder') return [`mkdir -p -m 700 ${folder} && cp -a ${shellPath(path)}/. ${folder}/`];
  return [
    `mkdir -p -m 700 ${folder}`,
    `cp ${shellPath(path)} ${folder}/terraform.tfstate`,
    `cp ${shellPath(parameters)} ${folder}/vars.json`,
    'main.tf: a module whose source ends in ?ref= and the release of vars.json',
  ];
}

/**
 * Everything that was copied, unfinished and outdated copies included: each holds secrets. Of a state there are two files, and the
 * parameters may be secret as well; the state goes last: by it one sees what is left.
 */
function filesOf({ earlier, parameters, path }: Readonly<Record<string, string>>): readonly string[] {
  const before = earlier === undefined ? [] : earlier.split('\n');
  return [...before, parameters ?? '', path ?? ''].filter((file) => file !== '');
}

async function planBackup(context: GuideContext): Promise<StepPlan> {
  const { move } = await moveOf(context);
  const from = rackAddressText(move.from);
  const [state, facts] = [await sourceState(move, context), await moveFacts(move, context)];
  const earlier = filesOf(context.kept(ID) ?? {});
  const folder =
    move.from.organization === undefined ? await context.reads.local.rackFolder(move.from.name) : undefined;
  return {
    preview: {
      headline: `Copy ${folder ? 'the folder' : 'the state'} of ${from}`,
      effects: [
        'The copy is made in the state folder of rackdeck, readable by you alone, with checksums.',
        'Nothing is changed on either side.',
      ],
      warnings: [],
      blocked: state ? undefined : 'There is no terraform state that could be copied.',
    },
    changes: [],
    echo: folder ? `cp -a ${folder.path} <state folder>` : `convox api get /racks/${from}   # .state, base64-decoded`,
    keep: {
      from,
      to: rackAddressText(move.to),
      kind: folder ? 'folder' : 'state',
      lineage: state?.lineage ?? '',
      serial: String(state?.serial ?? ''),
      endpoint: state?.apiHost ?? '',
      place: await context.reads.local.rackPath(move.from.name),
      version: facts.system?.version ?? '',
      ...(earlier.length === 0 ? {} : { earlier: earlier.join('\n') }),
    },
    run: (apply) => (folder ? copyFolder(move, apply) : copyState(move, apply)),
  };
}

async function copyFolder(move: RackMove, { writes, keep, note }: ApplyContext): Promise<void> {
  const copy = await writes.keep.rackFolder(move.from.name, (path) => keep({ path }));
  await keep({ ...copy });
  note(`Copied to ${copy.path}.`);
}

async function copyState(move: RackMove, context: ApplyContext): Promise<void> {
  const { organization = '', name } = move.from;
  const found = await context.reads.console.details(organization, name, context);
  if (found?.state === undefined) {
    throw new Failure({ kind: 'not-found', what: `The console has no state of ${organization}/${name}` });
  }
  const parameters = await context.writes.keep.text(`${name}-vars.json`, JSON.stringify(found.parameters ?? {}));
  await context.keep({ parameters: parameters.path });
  const copy = await context.writes.keep.text(`${name}.tfstate`, found.state);
  await context.keep({ ...copy });
  context.note(`Copied to ${copy.path}.`);
}

/** The rack is called differently after the move: whoever begins on the new one goes on with what was begun on the old one. */
export function movedHere({ steps }: GuideProgress, { name }: GuideRack): Continued | undefined {
  const { done } = steps[ID] ?? {};
  const { from, to } = done?.what === 'apply' ? done.kept : {};
  return from !== undefined && to === name ? { from, input: { from, to } } : undefined;
}

/** What was true before the move, from the copy: parameters stay in it and are only compared. */
export async function fingerprintBefore(context: GuideContext): Promise<RackFingerprint | undefined> {
  const kept = context.kept(ID);
  if (kept?.path === undefined) return undefined;
  const isFolder = kept.kind === 'folder';
  const { local } = context.reads;
  const [state, parameters] = await Promise.all([
    local.keptFile(isFolder ? `${kept.path}/terraform.tfstate` : kept.path),
    local.keptFile(isFolder ? `${kept.path}/vars.json` : (kept.parameters ?? '')),
  ]);
  const read = readTerraformState(json(state));
  return {
    state: read.kind === 'state' ? read.facts : undefined,
    parameters: textMap(json(parameters)),
    version: kept.version === '' ? undefined : kept.version,
    endpoint: kept.endpoint === '' ? undefined : kept.endpoint,
  };
}

function json(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function textMap(value: unknown): Readonly<Record<string, string>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, typeof each === 'string' ? each : JSON.stringify(each)]),
  );
}
