import { shellWord } from '../actions/shell-word.ts';
import { asFailure } from '../domain/failure.ts';
import { type GuideCheck, notKnown, passed } from '../domain/guide-check.ts';
import type { StepEvidence, StepResult } from '../domain/guide-step.ts';
import { type RackMove, rackAddressText } from '../domain/rack-move-address.ts';
import { compareFingerprints, type RackFingerprint, switchCommand, undoLines } from '../domain/rack-move-outcome.ts';
import { resultOf } from './check-results.ts';
import type { GuideContext, GuideField, GuideStep } from './define-guide.ts';
import { shellPath } from './kept-copy.ts';
import { fingerprintBefore } from './rack-move-backup.ts';
import { consoleState, moveOf } from './rack-move-facts.ts';
import { blocked, notNeeded, ok, pending, seen, todo, unknown } from './step-results.ts';

/** What is looked at once the rack stands on the new side (convox-api.md 8.4). */

export const RUNTIME_FIELD: GuideField = {
  id: 'runtime',
  label: 'attached runtime',
  about: 'id or title of the runtime integration that the console shows for the rack after the move: your confirmation',
};

export const PROOF_STEP: GuideStep = {
  id: 'proof',
  title: 'The same rack on the new side',
  why: 'Another lineage is another rack, a lower serial an older state, other parameters a surprise at the next apply.',
  needs: ['move'],
  check: async (context) => {
    const { move } = await moveOf(context);
    const before = await fingerprintBefore(context);
    const undo = [...(await lastProof(move, context)), ...undoLines(move).map((line) => seen('to take it back', line))];
    if (!before) return unknown('There is no copy from before to compare with.', undo);
    const [kept, answer] = await Promise.all([keptThere(move, context), answerOf(move, context)]);
    const after = { ...kept, version: answer.version };
    return resultOf([answer.check, ...compareFingerprints(before, after)], undo);
  },
};

/** What no look can replace, and this program does not run (convox-api.md 8.4, 9.5). */
async function lastProof({ to }: RackMove, { reads }: GuideContext): Promise<readonly StepEvidence[]> {
  if (to.organization !== undefined) {
    const words = `let the console set a harmless parameter of ${rackAddressText(to)}; keep the copy until that has ended well`;
    return [seen('the last proof', words)];
  }
  const folder = shellPath(await reads.local.rackPath(to.name));
  return [seen('the last proof', `terraform -chdir=${folder} plan   # shows no changes; then the copy may go`)];
}

/** What whoever owns the rack now keeps of it: the folder here, or the console. */
async function keptThere({ to }: RackMove, context: GuideContext): Promise<Omit<RackFingerprint, 'version'>> {
  const { reads } = context;
  if (to.organization === undefined) {
    const folder = await reads.local.rackFolder(to.name);
    const state = folder?.facts.state;
    return fingerprint(state?.kind === 'state' ? state.facts : undefined, folder?.vars);
  }
  const found = await reads.console.details(to.organization, to.name, context);
  const state = found && consoleState(found);
  return fingerprint(state?.kind === 'state' ? state.facts : undefined, found?.parameters);
}

function fingerprint(
  state: RackFingerprint['state'],
  parameters: RackFingerprint['parameters'],
): Omit<RackFingerprint, 'version'> {
  return { state, parameters, endpoint: state?.apiHost };
}

/** The rack itself, asked on the new way and no other: by the address in the new folder, or through the new console entry. */
async function answerOf(
  { to }: RackMove,
  { reads, signal }: GuideContext,
): Promise<{ readonly version: string | undefined; readonly check: GuideCheck }> {
  const id = 'api-answers';
  const name = rackAddressText(to);
  try {
    const { origin, rack, kind } = await reads.at(name);
    const { version, status, provider } = await rack.system({ signal });
    const way = kind === 'console' ? `through the console ${origin}` : `at ${origin}, the address in the state`;
    const evidence = [`version ${version}`, `provider ${provider}`, `status ${status}`];
    return { version, check: passed(id, `${name} answers ${way}.`, evidence) };
  } catch (error) {
    const { message, next } = asFailure(error, 'It could not be asked');
    return {
      version: undefined,
      check: notKnown(id, `The API of ${name} has not answered on its new way: ${message}.`, next ?? 'Ask it again.'),
    };
  }
}

export const LISTED_STEP: GuideStep = {
  id: 'listed',
  title: 'Teammates see it',
  why: 'What the console lists as running is what everybody of the organisation can use.',
  needs: ['move'],
  check: async (context) => {
    const { move } = await moveOf(context);
    const { from, to } = move;
    const racks = await context.reads.console.racks(context);
    const has = ({ organization, name }: RackMove['from']) =>
      racks.find((rack) => rack.organization === organization && rack.name === name);
    const all = seen('the console lists', racks.map(rackAddressText).join(', ') || 'no rack');
    const old = from.organization === undefined ? undefined : has(from);
    if (old) return pending(`The console still lists ${rackAddressText(from)}.`, [all, seen('status', old.status)]);
    if (to.organization === undefined) {
      return ok(`The console does not list ${rackAddressText(from)} any more: it is yours alone now.`, [all]);
    }
    const text = rackAddressText(to);
    const found = has(to);
    if (!found) return pending(`The console does not list ${text} yet.`, [all]);
    const evidence = [all, seen('status', found.status), seen('they use it with', `convox switch ${text}`)];
    return found.status === 'running'
      ? ok(`The console lists ${text} as running: everybody of ${to.organization} sees it.`, evidence)
      : pending(`${text} is ${found.status}.`, evidence);
  },
};

export const RUNTIME_STEP: GuideStep = {
  id: 'runtime',
  title: 'Runtime integration',
  why: 'Without one attached the console has no credentials for the rack and cannot update it.',
  needs: ['move'],
  check: async (context): Promise<StepResult> => {
    const { organization, name } = (await moveOf(context)).move.to;
    if (organization === undefined) return notNeeded('A local rack needs none.');
    const runtimes = await context.reads.console.rackRuntimes(organization, name, context);
    const rack = `${organization}/${name}`;
    const evidence = runtimes.map(({ id, title }) => seen(title, id));
    if (runtimes.length === 0) {
      return blocked('The organisation has no runtime integration that could be attached.', [], {
        next: 'Add one in the console (Integrations), then attach it.',
      });
    }
    const said = context.input.runtime;
    const attached = runtimes.find(({ id, title }) => said === id || said?.toLowerCase() === title.toLowerCase());
    if (attached) {
      // The console lists what can be attached, not what is (convox-api.md 7.5): here a person is the witness.
      return ok(`${attached.title} is attached, as you say; the console itself does not tell.`, [
        seen('confirmed by you', `${attached.title} (${attached.id})`),
        ...evidence,
      ]);
    }
    const [first] = runtimes;
    // Of a console's making, and pasted into a shell.
    const attach = (runtime: string): string => `convox rack runtime attach ${shellWord(runtime)} -r ${rack}`;
    const lines: readonly StepEvidence[] = [
      ...evidence,
      ...runtimes.map(({ id, title }) => seen(`attach ${title}`, attach(id))),
    ];
    const words =
      said === undefined
        ? 'The console does not say which one is attached: attach one, look at it there, and say which it is.'
        : 'What you confirmed is no runtime integration of this organisation.';
    return todo(words, lines, {
      command: attach(first?.id ?? ''),
      next: `Look at the settings of ${rack} in the console, then confirm what stands there as "${RUNTIME_FIELD.label}" (--set runtime=<id or title>).`,
      byHand: true,
    });
  },
};

export const CURRENT_STEP: GuideStep = {
  id: 'current',
  title: 'What names the old rack here',
  why: 'The convox CLI and scripts would look for a rack that is no longer there.',
  needs: ['move'],
  check: async (context) => {
    const { move } = await moveOf(context);
    const named = await context.reads.local.namedRacks();
    const old = rackAddressText(move.from);
    const evidence = named.map(({ name, from }) => seen(from, name));
    const stale = named.filter(({ name }) => name === old);
    const [first] = stale;
    if (!first) return ok(`Nothing here names ${old} as the current rack.`, evidence);
    const places = stale.map(({ from }) => from);
    const isOnlyCurrent = places.every((place) => place.endsWith('/current'));
    return todo(`${places.join(' and ')} still ${places.length === 1 ? 'names' : 'name'} ${old}.`, evidence, {
      command: switchCommand(move),
      next: isOnlyCurrent
        ? 'Look for the old name in scripts and CI settings, too.'
        : 'The command changes the selected rack only: correct variables and .convox/rack by hand, scripts and CI settings, too.',
      byHand: true,
    });
  },
};
