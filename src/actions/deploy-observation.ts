import type { App } from '../domain/app.ts';
import type { Process } from '../domain/process.ts';
import { isFinished, isOneOff, statusSeverity } from '../domain/process-health.ts';
import type { Observation, ObservedCheck } from './observation.ts';

/** What a deploy is to bring about. */
export interface DeployGoal {
  readonly app: string;
  readonly target: string;
  /** The release that was active before; `''`: none. */
  readonly before: string;
  /** Services and how many processes of each the rack wants, where that could not be read later. */
  readonly services: readonly WantedService[];
  /** Services that crashed before it already. */
  readonly crashedBefore: ReadonlySet<string>;
}

export interface WantedService {
  readonly name: string;
  readonly count: number;
}

/** What earlier looks saw: one look alone cannot tell "not yet" from "no more". */
export class DeploySightings {
  /** The target was what the app is being brought to. */
  target = false;
  rollback = false;
  /** It ended with another release than the target. */
  cameBack = false;
  /** Looks in a row that still saw the app as it was. */
  untouched = 0;
  /** Looks in a row at which the rack was content, but processes were missing. */
  incomplete = 0;
}

export interface DeployLook {
  readonly app: App;
  readonly processes: readonly Process[];
  /** Undefined where they could not be read. */
  readonly services: readonly WantedService[] | undefined;
}

/** Accepted, but nothing happened for so many looks: a rack that answers `ok` begins within seconds. */
const MAX_UNTOUCHED = 12;
/** The rack says `running`, the processes do not: half a minute is normal, minutes are not. */
const MAX_INCOMPLETE = 36;

/**
 * One look at a deploy, by the rules of convox-api.md 6.2: `app.release` is the target as soon as the deploy starts and flips
 * back when it is given up; a rollback is followed to its end; `running` alone proves nothing. `accepted`: the rack answered
 * that it will do it.
 */
export function observeDeploy(
  goal: DeployGoal,
  seen: DeploySightings,
  look: DeployLook,
  accepted: boolean,
): Observation {
  const { app } = look;
  if (same(app.release, goal.target)) seen.target = true;
  if (app.status === 'rollback') seen.rollback = true;
  const checks = checksOf(goal, look);
  const tell = (state: Observation['state'], words: string): Observation => ({ state, words, checks });
  if (app.status === 'deleting') return tell('failed', `${app.name} is being deleted.`);
  if (app.status === 'rollback') {
    return tell('pending', `${goal.target} did not come up: ${app.name} goes back to ${app.release || 'nothing'}.`);
  }
  if (same(app.release, goal.target)) return onTarget(goal, seen, look, checks);
  if (seen.target || seen.rollback) {
    seen.cameBack = true;
    return tell('failed', `${goal.target} was given up; ${app.name} runs ${app.release || 'no release'} again.`);
  }
  if (!same(app.release, goal.before)) {
    return tell('failed', `Meanwhile ${app.release} was promoted by somebody else; ${goal.target} does not run.`);
  }
  seen.untouched += 1;
  const still = `${app.name} still runs ${app.release || 'no release'}.`;
  if (!accepted) return tell(app.status === 'updating' ? 'pending' : 'absent', still);
  if (seen.untouched >= MAX_UNTOUCHED) return tell('failed', `The rack accepted it, but nothing happened: ${still}`);
  return tell('pending', `Accepted; ${still}`);
}

function onTarget(
  { target }: DeployGoal,
  seen: DeploySightings,
  { app }: DeployLook,
  checks: readonly ObservedCheck[],
): Observation {
  if (app.status !== 'running') {
    return { state: 'pending', words: `${app.name} is ${app.status} to ${target}.`, checks };
  }
  const missing = checks.filter((check) => check.state !== 'ok');
  if (missing.length === 0) {
    seen.incomplete = 0;
    return { state: 'done', words: `${app.name} runs ${target}: every process is on it.`, checks };
  }
  seen.incomplete += 1;
  const words = missing.map(({ label, words: text }) => `${label}: ${text}`).join('; ');
  if (seen.incomplete >= MAX_INCOMPLETE) {
    return { state: 'failed', words: `${target} is active, but its processes do not all run. ${words}.`, checks };
  }
  return { state: 'pending', words: `${target} is active; not all processes run yet. ${words}.`, checks };
}

function checksOf(goal: DeployGoal, { app, processes, services }: DeployLook): readonly ObservedCheck[] {
  const serving = processes.filter((process) => !isOneOff(process) && !isFinished(process));
  const target = same(app.release, goal.target);
  const status: ObservedCheck = {
    label: 'app',
    state: target && app.status === 'running' ? 'ok' : app.status === 'rollback' ? 'bad' : 'pending',
    words: `${app.status}, release ${app.release || 'none'}`,
  };
  const wanted = [...(services ?? goal.services)].sort((a, b) => (a.name < b.name ? -1 : 1));
  return [status, ...wanted.map((service) => serviceCheck(service, goal, serving))];
}

function serviceCheck(
  { name, count }: WantedService,
  { target, crashedBefore }: DeployGoal,
  serving: readonly Process[],
): ObservedCheck {
  const own = serving.filter((process) => process.service === name && same(process.release, target));
  const running = own.filter((process) => process.status === 'running').length;
  const crashed = own.filter((process) => statusSeverity(process.status) === 'critical').length;
  const old = serving.filter((process) => process.service === name && !same(process.release, target)).length;
  const parts = [`${running} of ${count} running on ${target}`];
  if (crashed > 0) parts.push(`${crashed} crashed${crashedBefore.has(name) ? ' (as before)' : ''}`);
  if (old > 0) parts.push(`${old} of another release`);
  return {
    label: name,
    state: crashed > 0 ? 'bad' : running >= count ? 'ok' : 'pending',
    words: parts.join(', '),
  };
}

/** Racks compare ids without regard to case. */
function same(a: string, b: string): boolean {
  return a.toUpperCase() === b.toUpperCase();
}
