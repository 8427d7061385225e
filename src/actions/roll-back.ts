import { envKeyText } from '../domain/env-text.ts';
import { Failure } from '../domain/failure.ts';
import { type LastHealthy, lastHealthyRelease } from '../domain/last-healthy-release.ts';
import type { Release } from '../domain/release.ts';
import { type ReleaseDiff, releaseDiffText } from '../domain/release-diff.ts';
import { type RollbackEnv, rollbackEnv } from '../domain/rollback-env.ts';
import { type AppState, appOf, appState, releaseOf, sameId } from './app-state.ts';
import { type ActionContext, defineAction, type RunContext } from './define-action.ts';
import { deployWarnings, replicasTable, replicasText, servicesAfter } from './deploy-effects.ts';
import { busyReason, isStuck } from './deploy-gate.ts';
import { keptDeploy, recalledRollBack } from './deploy-recall.ts';
import { DEPLOY_WAIT, WATCH_EVERY_MS, WATCH_MS } from './deploy-times.ts';
import { DeployBasis, goalOf, lookAtDeploy, lookForTrouble } from './deploy-verification.ts';
import type { Observation } from './observation.ts';
import type { Preview, PreviewLine } from './preview.ts';
import { diffOf, PROMOTE } from './promote-release.ts';
import { line, releaseLines } from './release-lines.ts';
import { type EnvChoice, type RollbackPlan, rollbackPlan, wrongRelease } from './rollback-release.ts';
import { shellWord } from './shell-word.ts';

export const CREATE_RELEASE = 'POST /apps/{app}/releases';

interface Facts {
  readonly state: AppState;
  readonly healthy: LastHealthy;
  /** Undefined: there is nothing to go back to. */
  readonly target: Release | undefined;
  /** What runs against what will: `target` with the environment that was chosen. */
  readonly diff: ReleaseDiff | undefined;
  /** The person named it; otherwise it was found here. */
  readonly named: boolean;
  readonly choice: EnvChoice;
  readonly env: RollbackEnv | undefined;
  readonly plan: RollbackPlan | undefined;
  readonly basis: DeployBasis;
  /** What came of the first step, kept for the looks when the second one gets lost. */
  readonly made: { release: string | undefined };
}

async function gather(context: ActionContext): Promise<Facts> {
  const name = appOf(context);
  const state = await appState(context, name);
  const healthy = healthyOf(state, context.now());
  const wanted = namedRelease(context, state);
  const id = wanted ?? (healthy.kind === 'known' ? healthy.release : healthy.guess) ?? '';
  const target = await releaseOf(context, name, id, state.releases);
  const choice: EnvChoice = context.input.env === 'old' ? 'old' : 'current';
  const active = state.active ?? target;
  return {
    state,
    healthy,
    target,
    named: wanted !== undefined,
    choice,
    diff: target && diffOf(state, { ...target, env: choice === 'old' ? target.env : (active?.env ?? '') }),
    env: target && rollbackEnv(active?.env ?? '', target.env, target.manifest),
    plan: target && rollbackPlan(state, target, choice, context),
    basis: new DeployBasis(context.now(), state.processes),
    made: { release: undefined },
  };
}

/** The release of a row, or of the field. The row of what runs now means: away from here. */
function namedRelease({ subjects, input }: ActionContext, { app }: AppState): string | undefined {
  const [subject] = subjects;
  const row = subject?.id === app.name || sameId(subject?.id ?? '', app.release) ? undefined : subject?.id;
  return row ?? (input.release?.trim() || undefined);
}

export function healthyOf({ app, releases, known }: AppState, now: number): LastHealthy {
  return lastHealthyRelease({ releases, ...known, except: new Set([app.release]), now });
}

function preview(facts: Facts, context: ActionContext): Preview {
  const { state, target, healthy, named, diff } = facts;
  const { app } = state;
  const headline = `Roll ${app.name} back to ${target?.id ?? 'an older release'} on ${context.rack.name}`;
  if (!target) {
    const why = healthy.kind === 'unknown' ? healthy.why : '';
    return {
      headline,
      effects: [],
      warnings: [],
      blocked: `There is no older release of ${app.name} to go back to. ${why}`.trim(),
    };
  }
  const chosen = named ? [] : [`Chosen here: ${healthy.why}`];
  return {
    headline,
    effects: [
      `A new release is made (build ${target.build || 'none'} of ${target.id}, ${envText(facts)}) and promoted.`,
      ...(diff === undefined ? [] : [`Against ${app.release}: ${releaseDiffText(diff)}.`]),
      replicasText(state, target.manifest),
      ...(healthy.kind === 'known' ? chosen : []),
    ],
    warnings: [
      ...(healthy.kind === 'unknown' ? chosen : []),
      ...(app.status !== 'running' && isForced(state, context) ? [`The deploy of ${app.release} is cut short.`] : []),
      ...envWarnings(facts, context),
      ...deployWarnings(state, target.manifest),
    ],
    lines: linesOf(facts),
    tables: [replicasTable(state, target.manifest)],
    blocked: blockedReason(facts, target, context),
  };
}

function envText({ choice, state, target }: Facts): string {
  return choice === 'old' ? `the environment of ${target?.id}` : `the environment of ${state.app.release}, which runs`;
}

/** Build and manifest of the difference; the environment as it was chosen. */
function linesOf({ diff, env, choice }: Facts): readonly PreviewLine[] {
  const code = diff === undefined ? [] : releaseLines(diff).filter(({ text }) => !text.startsWith('env'));
  if (env === undefined) return code;
  return [...code, ...(choice === 'old' ? revertLines(env) : keepLines(env))];
}

function revertLines({ reverted, back, dropped, unseen }: RollbackEnv): readonly PreviewLine[] {
  const lines = [
    ...reverted.map((key) => line('changed', `env ${envKeyText(key)} gets its old value again`)),
    ...back.map((key) => line('added', `env ${envKeyText(key)}, which it had then`)),
    ...dropped.map((key) => line('removed', `env ${envKeyText(key)}, which came later`)),
  ];
  const hidden = unseen.map((key) => line('same', `env ${envKeyText(key)}: hidden, whether it differs cannot be seen`));
  return lines.length + hidden.length === 0 ? [line('same', 'env, as it is')] : [...lines, ...hidden];
}

function keepLines({ missing }: RollbackEnv): readonly PreviewLine[] {
  return [
    line('same', 'env, as it is'),
    ...missing.map((key) => line('heading', `env ${envKeyText(key)} was set for that release and is not any more`)),
  ];
}

function envWarnings({ env, plan, choice, target }: Facts, { rack }: ActionContext): readonly string[] {
  const warnings: string[] = [];
  if (choice === 'current' && env && env.required.length > 0) {
    warnings.push(
      `${target?.id} requires ${env.required.join(', ')}, which is not set today: use the old environment or set it first.`,
    );
  }
  if (choice === 'old' && env && env.dropped.length > 0) {
    warnings.push(`What was set since then is gone: ${env.dropped.map(envKeyText).join(', ')}.`);
  }
  if (plan?.env === 'sent' && rack.kind === 'gateway' && env && env.unseen.length > 0) {
    warnings.push(`Hidden values stay those of the newest release: ${env.unseen.map(envKeyText).join(', ')}.`);
  }
  return warnings;
}

/** Going back is what one does about a deploy that hangs: there, nobody has to ask for it twice. */
function isForced(state: AppState, { input, now }: ActionContext): boolean {
  return input.force === 'yes' || isStuck(state, now());
}

function blockedReason(facts: Facts, target: Release, context: ActionContext): string | undefined {
  const { state, plan, diff } = facts;
  const { access, now } = context;
  if (sameId(target.id, state.app.release)) return `${target.id} is what runs already.`;
  if (target.manifest.trim() === '' || target.build === '') {
    return `${target.id} has no build: there is nothing to go back to. Choose another release.`;
  }
  if (diff && changesNothing(diff)) {
    return facts.choice === 'current'
      ? `${target.id} has the build that runs; only its environment may differ. Choose the environment as it was then (field env: old).`
      : `${target.id} does not differ from what runs.`;
  }
  if (plan && plan.emptied.length > 0) {
    return `Through the gateway these would come out empty, as their old values are hidden: ${plan.emptied.join(', ')}. Use the current environment.`;
  }
  const mayCancel = access.offers('POST /apps/{name}/cancel').allowed;
  return busyReason(state, { force: isForced(state, context), mayCancel, now: now() });
}

function changesNothing({ build, manifest, env }: ReleaseDiff): boolean {
  const keys = env.added.length + env.changed.length + env.removed.length + env.unseen.length;
  return !build.changed && manifest.kind === 'same' && keys === 0;
}

interface RolledBack {
  readonly release: string;
}

async function run(facts: Facts, context: RunContext): Promise<RolledBack> {
  const { state, target, plan } = facts;
  if (!target || !plan) throw new Failure({ kind: 'usage', what: 'There is no release to go back to' });
  const { writes, signal, note } = context;
  facts.basis.rememberLog(context, state.app.name);
  const made = await writes.createRelease(state.app.name, plan.release, { signal });
  facts.made.release = made.id;
  const source = facts.choice === 'old' ? target : (state.active ?? target);
  const wrong = wrongRelease(made, target, source.env);
  if (wrong !== undefined) throw notPromoted(made.id, wrong);
  note(`Release ${made.id} made`);
  const force = state.app.status !== 'running';
  await writes.promoteRelease(state.app.name, made.id, force ? { force } : {}, { signal });
  return { release: made.id };
}

function notPromoted(id: string, why: string): Failure {
  return new Failure({
    kind: 'conflict',
    what: `The rack made ${id}, but not as asked; it was not promoted`,
    why,
    next: `Nothing that runs has changed. Look at ${id} among the releases.`,
  });
}

async function observe(facts: Facts, result: RolledBack | undefined, context: ActionContext): Promise<Observation> {
  const { state, target, basis } = facts;
  const id = result?.release ?? facts.made.release ?? (await lostRelease(facts, context));
  if (id === undefined) {
    return { state: 'absent', words: `No new release was made; ${state.app.name} runs what it ran.` };
  }
  const goal = goalOf(state, id, servicesAfter(state, target?.manifest ?? ''));
  const seen = await lookAtDeploy(goal, basis.seen, context, result !== undefined);
  if (seen.state !== 'absent') return seen;
  return { ...seen, words: `Release ${id} was made, but not promoted. ${seen.words}` };
}

/** The release of a first step whose answer got lost: made since, with that build. */
async function lostRelease({ state, target }: Facts, { reads, signal }: ActionContext): Promise<string | undefined> {
  const listed = await reads.releases(state.app.name, { limit: 10 }, { signal });
  const known = new Set(state.releases.map(({ id }) => id));
  return listed.find(({ id, build }) => !known.has(id) && build === target?.build)?.id;
}

export const rollBack = defineAction<Facts, RolledBack>({
  id: 'release.rollback',
  title: 'Roll back',
  about: 'makes a release of an older build and promotes it',
  on: ['releases', 'apps'],
  tier: 2,
  subject: 'app',
  bulk: false,
  permissions: ['convox:release:create', 'convox:release:promote'],
  routes: [CREATE_RELEASE, PROMOTE],
  previewFirst: true,
  fields: [
    {
      id: 'release',
      label: 'Release',
      kind: 'text',
      required: false,
      help: 'Empty: the last one that stayed healthy.',
      check: (value) =>
        /^\s*[A-Za-z0-9]{1,40}\s*$/.test(value) ? undefined : 'A release id consists of letters and digits',
    },
    {
      id: 'env',
      label: 'Environment',
      kind: 'choice',
      required: false,
      choices: [
        { value: 'current', label: 'as it is now' },
        { value: 'old', label: 'as it was then' },
      ],
      help: 'As it is now, unless the trouble came with a variable.',
    },
    {
      id: 'force',
      label: 'Force',
      kind: 'flag',
      required: false,
      help: 'Only for a deploy that cannot be cancelled; one that hangs for long is cut short anyway.',
    },
  ],
  initial: async () => ({ env: 'current' }),
  gather,
  preview,
  changes: () => [
    { route: CREATE_RELEASE, times: 1 },
    { route: PROMOTE, times: 1 },
  ],
  run,
  observe,
  wait: DEPLOY_WAIT,
  after: {
    forMs: WATCH_MS,
    everyMs: WATCH_EVERY_MS,
    look: ({ state, basis, made }, result, context) =>
      lookForTrouble({ app: state.app.name, target: result?.release ?? made.release ?? '' }, basis, context),
  },
  recall: {
    keep: ({ state, target }) => ({
      ...keptDeploy(goalOf(state, target?.id ?? '', servicesAfter(state, target?.manifest ?? ''))),
      releases: state.releases.map(({ id }) => id),
      build: [target?.build ?? ''],
    }),
    look: recalledRollBack,
  },
  undo: ({ state, basis }, _result, { rack }) =>
    // A deploy that was cut short is nothing to return to.
    state.active && state.app.status === 'running' && !basis.seen.cameBack
      ? {
          actionId: 'release.rollback',
          rack: rack.name,
          subjects: [{ id: state.app.name, app: state.app.name }],
          input: { release: state.active.id, env: 'old' },
        }
      : undefined,
  echo: ({ state, target, choice }) => {
    const app = state.app.name;
    const force = state.app.status === 'running' ? '' : ' --force';
    return choice === 'old'
      ? `convox releases rollback ${shellWord(target?.id ?? '')} -a ${shellWord(app)}${force}`
      : `convox releases create-from --build-from ${shellWord(target?.id ?? '')} --env-from ${shellWord(state.app.release)} -a ${shellWord(app)} --promote`;
  },
});
