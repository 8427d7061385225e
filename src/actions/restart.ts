import type { Process } from '../domain/process.ts';
import { isReplaced, isUntouched, replacementOf, replacementText } from '../domain/process-replacement.ts';
import type { Service } from '../domain/service.ts';
import { busyText, isServing } from './app-state.ts';
import { CrashPatience } from './crash-patience.ts';
import type { ActionContext, Kept, RunContext } from './define-action.ts';
import { forEachSubject } from './each-subject.ts';
import type { Observation, ObservedCheck } from './observation.ts';
import type { Preview } from './preview.ts';

export const RESTART = 'POST /apps/{app}/services/{service}/restart';

/** One service that is restarted, as it was before. */
export interface Restarted {
  readonly app: string;
  readonly service: Service;
  readonly processes: readonly Process[];
  /** The app is not `running`, in words. */
  readonly busy: string | undefined;
  readonly patience: CrashPatience;
}

/** `names`: which services of the app; undefined: all. In order of their names. */
export async function gatherRestart(
  { reads, signal }: ActionContext,
  app: string,
  names: ReadonlySet<string> | undefined,
): Promise<readonly Restarted[]> {
  const [state, services, processes] = await Promise.all([
    reads.app(app, { signal }),
    reads.services(app, { signal }),
    reads.processes(app, undefined, { signal }),
  ]);
  return services
    .filter(({ name }) => names === undefined || names.has(name))
    .map((service) => ({
      app,
      service,
      processes: processes.filter((process) => process.service === service.name && isServing(process)),
      busy: busyText(state),
      patience: new CrashPatience(),
    }));
}

export function restartPreview(facts: readonly Restarted[], headline: string): Preview {
  const several = new Set(facts.map(({ app }) => app)).size > 1;
  const alone = facts.filter(({ service }) => service.count === 1 && !service.agent);
  const busy = facts.find((one) => one.busy !== undefined)?.busy;
  const idle =
    facts.length > 0 && facts.every(({ service, processes }) => service.count === 0 && processes.length === 0);
  return {
    headline,
    effects: [
      'Every process is replaced by a new one of the same release, a few at a time; an old one goes when a new one runs.',
      ...(facts.length > 1 ? ['One service after the other is told to, in order of their names.'] : []),
    ],
    warnings: [
      ...(busy === undefined ? [] : [`${busy}: the new processes may be of either release.`]),
      ...alone.map(({ service }) => `${service.name} has one process only: it may be gone for a moment.`),
    ],
    tables: [
      {
        title: 'Services',
        columns: [...(several ? ['app'] : []), 'service', 'processes', 'release'],
        rows: facts.map(({ app, service, processes }) => [
          ...(several ? [app] : []),
          service.name,
          String(service.agent ? processes.length : service.count),
          [...new Set(processes.map(({ release }) => release))].sort().join(', '),
        ]),
      },
    ],
    blocked: blockedReason(facts, idle),
  };
}

function blockedReason(facts: readonly Restarted[], idle: boolean): string | undefined {
  if (facts.length === 0) return 'There is no service to restart: nothing of the app is deployed.';
  return idle ? 'It is scaled to 0: there is no process to restart. Scale it up instead (service.scale).' : undefined;
}

export async function runRestart(facts: readonly Restarted[], context: RunContext): Promise<{ readonly sent: true }> {
  const { writes, signal } = context;
  await forEachSubject(facts, context, ({ app, service }) => writes.restartService(app, service.name, { signal }));
  return { sent: true };
}

/** What a look needs of before. */
type RestartedFrom = Pick<Restarted, 'app' | 'patience'> & {
  readonly service: Pick<Service, 'name' | 'agent' | 'count'>;
  readonly processes: readonly Pick<Process, 'id'>[];
};

/** By `app/service`: how many are wanted, and the processes that were there. */
export function keptRestart(facts: readonly Restarted[]): Kept {
  return Object.fromEntries(
    facts.map(({ app, service, processes }) => [
      `${app}/${service.name}`,
      [String(service.agent ? processes.length : service.count), ...processes.map(({ id }) => id)],
    ]),
  );
}

export function recalledRestart(kept: Kept, context: ActionContext): Promise<Observation> {
  const facts = Object.entries(kept).map(([name, [count, ...processes]]): RestartedFrom => {
    const [app = '', service = ''] = name.split('/');
    return {
      app,
      service: { name: service, agent: false, count: Number(count ?? 0) },
      processes: processes.map((id) => ({ id })),
      patience: new CrashPatience(),
    };
  });
  return observeRestart(facts, undefined, context);
}

export async function observeRestart(
  facts: readonly RestartedFrom[],
  _result: unknown,
  { reads, signal }: ActionContext,
): Promise<Observation> {
  const apps = [...new Set(facts.map(({ app }) => app))];
  const now = new Map(
    await Promise.all(apps.map(async (app) => [app, await reads.processes(app, undefined, { signal })] as const)),
  );
  let untouched = 0;
  let lost = false;
  const checks = facts.map(({ app, service, processes, patience }): ObservedCheck => {
    const before = new Set(processes.map(({ id }) => id));
    const left = (now.get(app) ?? []).filter(isServing);
    const wanted = service.agent ? processes.length : service.count;
    const state = replacementOf(service.name, wanted, before, left);
    if (isUntouched(state, before.size)) untouched += 1;
    const done = isReplaced(state);
    if (patience.isOver(state.crashed > 0) && !done) lost = true;
    return {
      label: apps.length > 1 ? `${app}/${service.name}` : service.name,
      state: done ? 'ok' : state.crashed > 0 ? 'bad' : 'pending',
      words: replacementText(state),
    };
  });
  if (checks.every(({ state }) => state === 'ok')) {
    return { state: 'done', words: 'Every process was replaced and runs.', checks };
  }
  if (untouched === facts.length) return { state: 'absent', words: 'No process was replaced.', checks };
  const missing = checks.filter(({ state }) => state !== 'ok');
  const words = missing.map(({ label, words: text }) => `${label}: ${text}`).join('; ');
  if (lost) return { state: 'failed', words: `New processes crash again and again. ${words}.`, checks };
  return { state: 'pending', words: `${words}.`, checks };
}
