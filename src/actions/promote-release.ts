import { envDelta, parseEnv } from '../domain/env-text.ts';
import { lastHealthyRelease } from '../domain/last-healthy-release.ts';
import type { Release } from '../domain/release.ts';
import { diffReleases, type ReleaseDiff, releaseDiffText } from '../domain/release-diff.ts';
import type { ActionRequest } from '../domain/subject.ts';
import { type AppState, appOf, appState, releaseOf, sameId } from './app-state.ts';
import { type ActionContext, defineAction, type RunContext } from './define-action.ts';
import { deployWarnings, missingEnv, replicasTable, replicasText, servicesAfter } from './deploy-effects.ts';
import { busyReason } from './deploy-gate.ts';
import { keptDeploy, recalledDeploy } from './deploy-recall.ts';
import { DEPLOY_WAIT, WATCH_EVERY_MS, WATCH_MS } from './deploy-times.ts';
import { DeployBasis, goalOf, lookAtDeploy, lookForTrouble } from './deploy-verification.ts';
import type { Preview, PreviewLine } from './preview.ts';
import { line, releaseLines, stepsTable } from './release-lines.ts';
import { shellWord } from './shell-word.ts';

export const PROMOTE = 'POST /apps/{app}/releases/{id}/promote';

interface Facts {
  readonly state: AppState;
  readonly target: Release;
  /** Against what runs; undefined before the first promote. */
  readonly diff: ReleaseDiff | undefined;
  readonly basis: DeployBasis;
}

async function gather(context: ActionContext): Promise<Facts> {
  const name = appOf(context);
  const state = await appState(context, name);
  const id = context.subjects[0]?.id ?? '';
  const target = (await releaseOf(context, name, id, state.releases)) ?? notThere(id);
  return { state, target, diff: diffOf(state, target), basis: new DeployBasis(context.now(), state.processes) };
}

/** An empty id: the pipeline does not let it come so far. */
function notThere(id: string): never {
  throw new RangeError(`no release ${id}`);
}

export function diffOf({ active, releases, builds, known, app }: AppState, target: Release): ReleaseDiff | undefined {
  if (!active) return undefined;
  return diffReleases(active, target, { releases, builds, promotes: known.promotes, active: app.release });
}

function preview({ state, target, diff }: Facts, context: ActionContext): Preview {
  const { app } = state;
  return {
    headline: `Promote ${target.id} of ${app.name} on ${context.rack.name}`,
    effects: [
      diff === undefined
        ? `It is the first release of ${app.name} that runs.`
        : `Against ${app.release}: ${releaseDiffText(diff)}.`,
      replicasText(state, target.manifest),
      'If it does not come up, the rack goes back to what runs now by itself.',
    ],
    warnings: warningsOf(state, target, diff, context),
    lines: diff === undefined ? firstLines(target) : releaseLines(diff),
    tables: [replicasTable(state, target.manifest), ...betweenTables(target, diff)],
    blocked: blockedReason(state, target, diff, context),
  };
}

function firstLines({ build, env }: Release): readonly PreviewLine[] {
  return [
    line('added', `build ${build || 'none'}`),
    ...envDelta('', env).added.map((key) => line('added', `env ${key}`)),
  ];
}

/** Releases are built on one another: whatever lies between ships as well. */
function betweenTables(target: Release, diff: ReleaseDiff | undefined) {
  const others = (diff?.unpromoted ?? []).filter(({ id }) => !sameId(id, target.id));
  return others.length === 0 ? [] : [stepsTable('Never promoted, and part of it', others)];
}

function warningsOf(
  state: AppState,
  target: Release,
  diff: ReleaseDiff | undefined,
  { input }: ActionContext,
): readonly string[] {
  const missing = missingEnv(target.manifest, new Set(parseEnv(target.env).keys()));
  const others = (diff?.unpromoted ?? []).filter(({ id }) => !sameId(id, target.id)).length;
  return [
    ...deployWarnings(state, target.manifest),
    ...(missing.length === 0 ? [] : [`The manifest requires ${missing.join(', ')}, which the release does not set.`]),
    ...(target.manifest.trim() === ''
      ? [`The rack shows no manifest of ${target.id}: if it has none, the rack refuses.`]
      : []),
    ...(others === 0
      ? []
      : [
          `${others === 1 ? 'One release' : `${others} releases`} between that nobody has promoted yet ${others === 1 ? 'ships' : 'ship'} with it.`,
        ]),
    ...(state.known.rollbacks.some(({ release }) => sameId(release, target.id))
      ? [`${target.id} was promoted before and rolled back.`]
      : []),
    ...(input.force === 'yes' && state.app.status !== 'running' ? ['The deploy that hangs is cut short.'] : []),
  ];
}

function blockedReason(
  state: AppState,
  target: Release,
  diff: ReleaseDiff | undefined,
  { input, access, now }: ActionContext,
): string | undefined {
  const { app } = state;
  if (sameId(target.id, app.release)) {
    const restart = `To start its processes anew, restart the app (app.restart).`;
    return app.status === 'running'
      ? `${target.id} is what runs. ${restart}`
      : `${app.name} is ${app.status} to ${target.id}.`;
  }
  if (target.manifest.trim() === '' && target.build === '') {
    return `${target.id} has no manifest: it was made before the first build. Build the app, then promote what comes of it.`;
  }
  if (diff?.direction === 'back') {
    return `${target.id} is older than ${app.release}, which runs; a rack refuses that. Roll back to it instead (release.rollback).`;
  }
  const mayCancel = access.offers('POST /apps/{name}/cancel').allowed;
  return busyReason(state, { force: input.force === 'yes', mayCancel, now: now() });
}

interface Promoted {
  readonly release: string;
}

async function run({ state, target, basis }: Facts, context: RunContext): Promise<Promoted> {
  const { writes, signal } = context;
  basis.rememberLog(context, state.app.name);
  const force = state.app.status !== 'running';
  await writes.promoteRelease(state.app.name, target.id, force ? { force } : {}, { signal });
  return { release: target.id };
}

/** Back to what ran before, or what was healthy before that; nothing where the app went back by itself. */
function undo({ state, target, basis }: Facts, { rack, now }: ActionContext): ActionRequest | undefined {
  const { app, active, releases, known } = state;
  if (!active || basis.seen.cameBack) return undefined;
  // A deploy that was cut short by force is nothing to go back to.
  const served = app.status === 'running' ? active.id : undefined;
  const except = new Set(served === undefined ? [target.id, active.id] : [target.id]);
  const healthy = lastHealthyRelease({ releases, ...known, except, now: now() });
  const release = healthy.kind === 'known' ? healthy.release : (served ?? healthy.guess);
  if (release === undefined) return undefined;
  // What ran right before comes back exactly; going further back leaves alone what was set since.
  const input = { release, env: release === served ? 'old' : 'current' };
  return { actionId: 'release.rollback', rack: rack.name, subjects: [{ id: app.name, app: app.name }], input };
}

const goal = ({ state, target }: Facts) => goalOf(state, target.id, servicesAfter(state, target.manifest));

export const promoteRelease = defineAction<Facts, Promoted>({
  id: 'release.promote',
  title: 'Promote release',
  previewTells: true,
  about: 'deploys a release: its build, environment and manifest become what runs',
  on: ['releases'],
  key: 'p',
  tier: 2,
  subject: 'release',
  bulk: false,
  permissions: ['convox:release:promote'],
  routes: [PROMOTE],
  previewFirst: true,
  fields: [
    {
      id: 'force',
      label: 'Force',
      kind: 'flag',
      required: false,
      help: 'Only for an app whose deploy hangs: promotes although it is not running.',
    },
  ],
  gather,
  preview,
  changes: () => [{ route: PROMOTE, times: 1 }],
  run,
  observe: (facts, result, context) => lookAtDeploy(goal(facts), facts.basis.seen, context, result !== undefined),
  wait: DEPLOY_WAIT,
  after: {
    forMs: WATCH_MS,
    everyMs: WATCH_EVERY_MS,
    look: (facts, _result, context) => lookForTrouble(goal(facts), facts.basis, context),
  },
  recall: { keep: (facts) => keptDeploy(goal(facts)), look: recalledDeploy },
  undo: (facts, _result, context) => undo(facts, context),
  echo: ({ state, target }) =>
    `convox releases promote ${shellWord(target.id)} -a ${shellWord(state.app.name)}${state.app.status === 'running' ? '' : ' --force'}`,
});
