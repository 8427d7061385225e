import { adminRoute } from '../domain/authentication-mode.ts';
import type { StepResult } from '../domain/guide-step.ts';
import { moveCommand, type RackMove, rackAddressText } from '../domain/rack-move-address.ts';
import { compareFingerprints, type RackFingerprint, switchCommand, undoLines } from '../domain/rack-move-outcome.ts';
import { moveChecks } from '../domain/rack-move-rules.ts';
import { accessFactsOf } from './access-facts.ts';
import { resultOf } from './check-results.ts';
import { CLUSTER_FIELDS } from './cluster-facts.ts';
import { consoleRoleOf, ORGANIZATION_FIELD, ROLE_FIELD } from './console-role-facts.ts';
import { defineGuide, type GuideContext, type GuideStep } from './define-guide.ts';
import { BACKUP_STEP, fingerprintBefore } from './rack-move-backup.ts';
import { consoleState, FROM_FIELD, hasLanded, moveFacts, moveOf, standingOf, TO_FIELD } from './rack-move-facts.ts';
import { blocked, notNeeded, ok, pending, seen, todo, unknown } from './step-results.ts';

const NAMES_STEP: GuideStep = {
  id: 'names',
  title: 'From where to where',
  why: 'Moving a rack onto itself, or onto a folder that exists, destroys the state: the names are checked before anything.',
  check: async (context) => {
    const { move, guessed } = await moveOf(context);
    return ok(`${rackAddressText(move.from)} -> ${rackAddressText(move.to)} (${move.direction}).`, [
      seen('from', rackAddressText(move.from)),
      seen('to', `${rackAddressText(move.to)}${guessed ? ' (assumed; --set to=... names another)' : ''}`),
      seen('command', moveCommand(move)),
    ]);
  },
};

interface Hazard {
  readonly id: string;
  readonly title: string;
  readonly why: string;
}

/** Each hazard of convox-api.md 8.3 by the id of its rule (domain/rack-move-rules.ts). */
const HAZARDS: readonly Hazard[] = [
  {
    id: 'source-rack',
    title: 'The rack can be moved',
    why: 'Direct racks, links and racks with dependencies cannot, and the CLI finds out too late.',
  },
  {
    id: 'remote-backend',
    title: 'The state is a local file',
    why: 'With a remote backend a stale file would be sent as the truth.',
  },
  {
    id: 'lock-file',
    title: 'Nobody runs terraform',
    why: 'The CLI does not look: the state would be moved in the middle of a write.',
  },
  {
    id: 'state',
    title: 'The state can be read',
    why: 'Without a state a rack without state is made, and the one with it deleted.',
  },
  {
    id: 'release',
    title: 'The release is known',
    why: 'Without it the rack is pinned to the newest release, and the next apply updates it.',
  },
  {
    id: 'busy-rack',
    title: 'The rack is not busy',
    why: 'An update that is under way would end on the old side, with a state nobody has any more.',
  },
  {
    id: 'target-folder-exists',
    title: 'No folder is in the way',
    why: 'The CLI fails on it and then deletes that folder, its state included.',
  },
  { id: 'target-rack-exists', title: 'No rack is in the way', why: 'Two owners of one state are two writers.' },
  {
    id: 'organization',
    title: 'The login reaches both sides',
    why: 'A move that can write but not delete leaves the rack in both places.',
  },
  {
    id: 'provider-credentials',
    title: 'Credentials of the provider',
    why: 'The CLI takes them from the environment only, and fails after it has begun.',
  },
  { id: 'terraform', title: 'Terraform is installed', why: 'The CLI runs it on this machine to make the local side.' },
];

function hazardStep({ id, title, why }: Hazard): GuideStep {
  return {
    id,
    title,
    why,
    needs: ['names'],
    check: async (context) => {
      const { move } = await moveOf(context);
      if (hasLanded(await standingOf(move, context), context)) return notNeeded('The move has been made.');
      const check = moveChecks(move, await moveFacts(move, context)).find((each) => each.id === id);
      return check ? resultOf([check]) : notNeeded('Does not apply in this direction.');
    },
  };
}

const ACCESS_STEP: GuideStep = {
  id: 'aws-access',
  title: 'The console can enter the cluster',
  why: 'After the move terraform runs as ConsoleRole: without a way in the next update of the rack fails half-way.',
  needs: ['names'],
  check: async (context) => {
    const { move } = await moveOf(context);
    if (move.to.organization === undefined) return notNeeded('On this machine terraform runs with your credentials.');
    try {
      return await accessOf(context);
    } catch (error) {
      if (!hasLanded(await standingOf(move, context), context)) throw error;
      // Between organisations the way to the rack goes with it: that is no trouble of the move.
      const to = rackAddressText(move.to);
      return unknown(`The rack can only be looked at as ${to} now.`, [], {
        command: `rackdeck guide console-role --check -r ${to}`,
        next: 'Look once more through the new side.',
      });
    }
  },
};

async function accessOf(context: GuideContext): Promise<StepResult> {
  const { provider } = await context.reads.rack.system(context);
  if (provider !== 'aws') return notNeeded(`On ${provider} the console needs no entry in the cluster.`);
  const role = await consoleRoleOf(context);
  const { route, why } = adminRoute(await accessFactsOf(context), role.arn);
  const evidence = [seen('role', role.arn), seen('access', why)];
  if (route === 'none-needed') return ok(`${role.principal.name} can enter the cluster.`, evidence);
  return todo(`${role.principal.name} cannot enter the cluster yet.`, evidence, {
    command: `rackdeck guide console-role --check -r ${context.rack.name}`,
    next: 'Do the guide console-role first.',
    byHand: true,
  });
}

const MOVE_STEP: GuideStep = {
  id: 'move',
  title: 'The move itself',
  why: 'The convox CLI does it, on this machine, in one go; this program watches both sides.',
  danger: 'While it runs nobody else may change or update the rack. It deletes the old side at its end.',
  needs: ['names'],
  check: async (context) => {
    const { move } = await moveOf(context);
    const { state, why, next } = await standingOf(move, context);
    const evidence = [seen('standing', state)];
    if (state === 'moved' || state === 'leftovers')
      return ok(why, evidence, { next: state === 'leftovers' ? next : undefined });
    if (state === 'unknown') return unknown(why, evidence, { next });
    if (state !== 'not-started') return blocked(why, evidence, { next });
    const open = await openBefore(move, context);
    if (open !== undefined) return { state: 'waiting', words: `Not yet: ${open}`, evidence };
    return todo(why, evidence, { command: moveCommand(move), next: 'Run the command, then look again.', byHand: true });
  },
};

/** The command is only shown where every hazard is refuted: it cannot be taken back once it runs. */
async function openBefore(move: RackMove, context: GuideContext): Promise<string | undefined> {
  const hazard = moveChecks(move, await moveFacts(move, context)).find(
    ({ state }) => state === 'refused' || state === 'unknown',
  );
  if (hazard) return hazard.why;
  for (const step of [ACCESS_STEP, BACKUP_STEP]) {
    const { state, words } = await step.check(context);
    if (state !== 'ok' && state !== 'not-needed') return words;
  }
  return undefined;
}

const PROOF_STEP: GuideStep = {
  id: 'proof',
  title: 'The same rack on the new side',
  why: 'Another lineage is another rack, a lower serial an older state, other parameters a surprise at the next apply.',
  needs: ['move'],
  check: async (context) => {
    const { move } = await moveOf(context);
    const before = await fingerprintBefore(context);
    const undo = undoLines(move).map((line) => seen('to take it back', line));
    if (!before) return unknown('There is no copy from before to compare with.', undo);
    const after = await fingerprintNow(move, context);
    const result = resultOf(compareFingerprints(before, after), undo);
    if (result.state !== 'unknown' || after.version !== undefined || move.to.organization !== undefined) return result;
    const next = 'The way through the console has gone with the rack: ask the rack itself with the command.';
    return { ...result, command: `convox rack -r ${move.to.name}`, next, byHand: true };
  },
};

async function fingerprintNow({ to }: RackMove, context: GuideContext): Promise<RackFingerprint> {
  const { reads, signal } = context;
  // Through the new side where that is a console, else with the address of the state: the rack itself is the same.
  const version = await reads.rack.system({ signal }).then(
    (system) => system.version,
    () => undefined,
  );
  if (to.organization === undefined) {
    const folder = await reads.local.rackFolder(to.name);
    const state = folder?.facts.state;
    return { state: state?.kind === 'state' ? state.facts : undefined, parameters: folder?.vars, version };
  }
  const found = await reads.console.details(to.organization, to.name, context);
  const state = found && consoleState(found);
  return {
    state: state?.kind === 'state' ? state.facts : undefined,
    parameters: found?.parameters,
    version: found?.version || version,
  };
}

const LISTED_STEP: GuideStep = {
  id: 'listed',
  title: 'Teammates see it',
  why: 'What the console lists as running is what everybody of the organisation can use.',
  needs: ['move'],
  check: async (context) => {
    const { move } = await moveOf(context);
    const { from, to } = move;
    const racks = await context.reads.console.racks(context);
    const side = to.organization === undefined ? from : to;
    const found = racks.find(({ organization, name }) => organization === side.organization && name === side.name);
    const text = rackAddressText(side);
    if (to.organization === undefined) {
      return found ? pending(`The console still lists ${text}.`) : ok(`The console does not list ${text} any more.`);
    }
    if (!found) return pending(`The console does not list ${text} yet.`);
    const evidence = [seen('status', found.status)];
    return found.status === 'running'
      ? ok(`The console lists ${text} as running.`, evidence)
      : pending(`${text} is ${found.status}.`, evidence);
  },
};

const RUNTIME_STEP: GuideStep = {
  id: 'runtime',
  title: 'Runtime integration',
  why: 'Without one attached the console has no credentials for the rack and cannot update it.',
  needs: ['move'],
  check: async (context): Promise<StepResult> => {
    const { organization, name } = (await moveOf(context)).move.to;
    if (organization === undefined) return notNeeded('A local rack needs none.');
    const runtimes = await context.reads.console.rackRuntimes(organization, name, context);
    if (runtimes.length === 0) {
      return blocked('The organisation has no runtime integration that could be attached.', [], {
        next: 'Add one in the console (Integrations), then attach it.',
      });
    }
    const [first] = runtimes;
    return todo(
      'The console does not say which one is attached: make sure that one is.',
      runtimes.map(({ id, title }) => seen(title, id)),
      { command: `convox rack runtime attach ${first?.id ?? ''} -r ${organization}/${name}`, byHand: true },
    );
  },
};

const CURRENT_STEP: GuideStep = {
  id: 'current',
  title: 'What names the old rack here',
  why: 'The convox CLI and scripts would look for a rack that is no longer there.',
  needs: ['move'],
  check: async (context) => {
    const { move } = await moveOf(context);
    const { name, from } = await context.reads.local.currentRack();
    const old = rackAddressText(move.from);
    const evidence = name === undefined ? [] : [seen(from ?? 'current', name)];
    if (name !== old) return ok(`Nothing here names ${old} as the current rack.`, evidence);
    return todo(`${from ?? 'The current rack'} still names ${old}.`, evidence, {
      command: switchCommand(move),
      next: 'Look for the old name in scripts and CI settings, too.',
      byHand: true,
    });
  },
};

export const rackMove = defineGuide({
  id: 'rack-move',
  title: 'Rack move',
  about: 'move a rack between this machine and the console, or between organisations, without losing its state',
  fields: [TO_FIELD, FROM_FIELD, ...CLUSTER_FIELDS, ROLE_FIELD, ORGANIZATION_FIELD],
  steps: [
    NAMES_STEP,
    ...HAZARDS.map(hazardStep),
    ACCESS_STEP,
    BACKUP_STEP,
    MOVE_STEP,
    PROOF_STEP,
    LISTED_STEP,
    RUNTIME_STEP,
    CURRENT_STEP,
  ],
});
