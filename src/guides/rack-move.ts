import { shellWord } from '../actions/shell-word.ts';
import { adminRoute } from '../domain/authentication-mode.ts';
import type { StepResult } from '../domain/guide-step.ts';
import { moveCommand, type RackMove, rackAddressText } from '../domain/rack-move-address.ts';
import { moveChecks } from '../domain/rack-move-rules.ts';
import { accessFactsOf } from './access-facts.ts';
import { resultOf } from './check-results.ts';
import { CLUSTER_FIELDS } from './cluster-facts.ts';
import { consoleRoleOf, ORGANIZATION_FIELD, ROLE_FIELD } from './console-role-facts.ts';
import { defineGuide, type GuideContext, type GuideStep } from './define-guide.ts';
import { BACKUP_STEP, movedHere } from './rack-move-backup.ts';
import { FROM_FIELD, hasLanded, moveFacts, moveOf, standingOf, TO_FIELD } from './rack-move-facts.ts';
import { CURRENT_STEP, LISTED_STEP, PROOF_STEP, RUNTIME_FIELD, RUNTIME_STEP } from './rack-move-proof.ts';
import { blocked, notNeeded, ok, seen, todo, unknown } from './step-results.ts';

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
    // Between organisations the way to the rack goes with it.
    if (hasLanded(await standingOf(move, context), context)) return accessOf(await atNewSide(move, context));
    return accessOf(context);
  },
};

async function atNewSide({ to }: RackMove, context: GuideContext): Promise<GuideContext> {
  const name = rackAddressText(to);
  const { rack, kubernetes, kind } = await context.reads.at(name);
  return { ...context, rack: { ...context.rack, name, kind }, reads: { ...context.reads, rack, kubernetes } };
}

async function accessOf(context: GuideContext): Promise<StepResult> {
  const { provider } = await context.reads.rack.system(context);
  if (provider !== 'aws') return notNeeded(`On ${provider} the console needs no entry in the cluster.`);
  const role = await consoleRoleOf(context);
  const { route, why } = adminRoute(await accessFactsOf(context), role.arn);
  const evidence = [seen('role', role.arn), seen('access', why)];
  if (route === 'none-needed') return ok(`${role.principal.name} can enter the cluster.`, evidence);
  if (route === 'unknown') return unknown(`Whether ${role.principal.name} can enter is not known: ${why}`, evidence);
  return todo(`${role.principal.name} cannot enter the cluster yet.`, evidence, {
    command: `rackdeck guide console-role --check -r ${shellWord(context.rack.name)}`,
    next: 'Do the guide console-role first.',
    byHand: true,
  });
}

const WATCHED =
  'Run the command in another terminal; both sides are looked at every ten seconds here until it has landed.';

/** convox-api.md 8.1. */
const UNCHECKED = seen(
  'careful',
  'the CLI sends the state, with every secret of the rack, without checking the certificate of the console: only on a network you trust',
);

const MOVE_STEP: GuideStep = {
  id: 'move',
  title: 'The move itself',
  why: 'The convox CLI does it, on this machine, in one go; this program watches both sides.',
  danger: 'While it runs nobody else may change or update the rack. It deletes the old side at its end.',
  needs: ['names'],
  watchMs: 10_000,
  check: async (context) => {
    const { move } = await moveOf(context);
    const standing = await standingOf(move, context);
    const { state, why, next } = standing;
    const evidence = [seen('standing', state)];
    if (state === 'moved' || (state === 'leftovers' && hasLanded(standing, context)))
      return ok(why, evidence, { next: state === 'leftovers' ? next : undefined });
    if (state === 'unknown') return unknown(why, evidence, { next });
    if (state !== 'not-started') return blocked(why, evidence, { next });
    const open = await openBefore(move, context);
    if (open !== undefined) return { state: 'waiting', words: `Not yet: ${open}`, evidence };
    const warned = move.to.organization === undefined ? evidence : [...evidence, UNCHECKED];
    return todo(why, warned, { command: moveCommand(move), next: WATCHED, byHand: true });
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

export const rackMove = defineGuide({
  id: 'rack-move',
  title: 'Rack move',
  about: 'move a rack between this machine and the console, or between organisations, without losing its state',
  continues: movedHere,
  fields: [TO_FIELD, FROM_FIELD, RUNTIME_FIELD, ...CLUSTER_FIELDS, ROLE_FIELD, ORGANIZATION_FIELD],
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
