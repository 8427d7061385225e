import { millicoresText } from '../domain/cpu.ts';
import { mebibytesText } from '../domain/memory.ts';
import type { Process } from '../domain/process.ts';
import { statusSeverity } from '../domain/process-health.ts';
import { type ScaleFit, scaleFit } from '../domain/scale-fit.ts';
import {
  replacesAll,
  SCALE_KEYS,
  type ScaleWish,
  scaledRequests,
  scaleProblem,
  scaleWish,
} from '../domain/scale-wish.ts';
import type { Service } from '../domain/service.ts';
import { atLeast } from '../domain/version.ts';
import type { ActionField } from './action-field.ts';
import { BUDGET_WARNING, busyText, isServing, isStopped, versionOf } from './app-state.ts';
import { CrashPatience } from './crash-patience.ts';
import { type ActionContext, defineAction } from './define-action.ts';
import { ROLL_WAIT } from './deploy-times.ts';
import type { Observation, ObservedCheck } from './observation.ts';
import type { Preview } from './preview.ts';
import { shellWord } from './shell-word.ts';

const SCALE = 'PUT /apps/{app}/services/{name}';

interface Facts {
  readonly app: string;
  readonly id: string;
  /** Undefined: the app has no such service. */
  readonly service: Service | undefined;
  readonly processes: readonly Process[];
  readonly wish: ScaleWish;
  /** Undefined where the rack does not tell its capacity. */
  readonly fit: ScaleFit | undefined;
  readonly busy: string | undefined;
  readonly budgetStops: boolean;
  readonly patience: CrashPatience;
}

async function serviceOf({ reads, subjects, signal }: ActionContext): Promise<Service | undefined> {
  const [subject] = subjects;
  const services = await reads.services(subject?.app ?? '', { signal });
  return services.find(({ name }) => name === subject?.id);
}

async function gather(context: ActionContext): Promise<Facts> {
  const { reads, subjects, input, signal } = context;
  const app = subjects[0]?.app ?? '';
  const [state, service, processes, capacity, instances, budgetStops] = await Promise.all([
    reads.app(app, { signal }),
    serviceOf(context),
    reads.processes(app, undefined, { signal }),
    reads.capacity({ signal }).catch(() => undefined),
    reads.instances({ signal }).catch(() => []),
    isStopped(context, app),
  ]);
  const wish = service ? scaleWish(service, input) : {};
  return {
    app,
    id: subjects[0]?.id ?? '',
    service,
    processes: processes.filter((process) => process.service === service?.name && isServing(process)),
    wish,
    fit: service && capacity ? scaleFit(service, scaledRequests(service, wish), capacity, instances) : undefined,
    busy: busyText(state),
    budgetStops,
    patience: new CrashPatience(),
  };
}

function preview(facts: Facts, context: ActionContext): Preview {
  const { app, id, service, wish } = facts;
  const headline = `Scale ${id} of ${app} on ${context.rack.name}`;
  if (!service) return { headline, effects: [], warnings: [], blocked: `${app} has no service ${id}.` };
  const after = scaledRequests(service, wish);
  return {
    headline,
    effects: effectsOf(service, wish),
    warnings: warningsOf(facts, after.count, context),
    tables: [
      {
        title: 'Scale',
        columns: ['', 'now', 'then'],
        rows: SCALE_KEYS.filter((key) => key === 'count' || service[key] !== undefined || wish[key] !== undefined).map(
          (key) => [
            LABELS[key],
            amount(key, service[key]),
            amount(key, key in after ? after[key as keyof typeof after] : (wish[key] ?? service[key])),
          ],
        ),
      },
    ],
    blocked: blockedReason(facts, service, context),
  };
}

const LABELS = { count: 'processes', cpu: 'cpu each', memory: 'memory each', min: 'at least', max: 'at most' } as const;

function amount(key: keyof ScaleWish, value: number | undefined): string {
  if (value === undefined) return '-';
  if (key === 'cpu') return millicoresText(value);
  return key === 'memory' ? mebibytesText(value) : String(value);
}

function effectsOf({ count, name }: Service, wish: ScaleWish): readonly string[] {
  const effects: string[] = [];
  if (replacesAll(wish))
    effects.push(
      'Every process is replaced, as its size changes; the next promote brings the size of the manifest back.',
    );
  const after = wish.count;
  if (after !== undefined && after > count) effects.push(`${processes(after - count, 'more ')} of ${name} started.`);
  if (after !== undefined && after < count) {
    effects.push(`${processes(count - after, '')} of ${name} stopped, the youngest first.`);
  }
  if (wish.count !== undefined && wish.count > 0) effects.push('The count stays over later promotes.');
  if (wish.min !== undefined || wish.max !== undefined)
    effects.push('The number of processes moves within the new bounds by itself.');
  return effects;
}

function processes(count: number, more: string): string {
  return count === 1 ? `1 ${more}process` : `${count} ${more}processes`;
}

function warningsOf(facts: Facts, count: number, { rack }: ActionContext): readonly string[] {
  const { service, fit, busy, budgetStops } = facts;
  const warnings: string[] = [];
  if (count === 0 && (service?.count ?? 0) > 0) warnings.push(`Nothing of ${service?.name} will run any more.`);
  if (busy !== undefined) warnings.push(`${busy}: scaling meanwhile may be undone by it.`);
  if (fit && !fit.cpu.fits) {
    warnings.push(
      `${rack.name} has ${millicoresText(Math.max(0, fit.cpu.free))} of cpu left to reserve, this takes ${millicoresText(fit.cpu.more)} more: processes wait until nodes are added.`,
    );
  }
  if (fit && !fit.memory.fits) {
    warnings.push(
      `${rack.name} has ${Math.max(0, fit.memory.free)} MB of memory left to reserve, this takes ${fit.memory.more} MB more: processes wait until nodes are added.`,
    );
  }
  if (budgetStops) warnings.push(BUDGET_WARNING);
  return warnings;
}

function blockedReason({ wish, fit }: Facts, service: Service, context: ActionContext): string | undefined {
  const problem = scaleProblem(service, wish, { bounds: atLeast(versionOf(context), '3.24.6') });
  if (problem !== undefined) return problem;
  return fit?.tooLarge === undefined
    ? undefined
    : `No node has so much ${fit.tooLarge} for one process, however empty it is: it would never start.`;
}

type ScaledFrom = Pick<Facts, 'app' | 'id' | 'wish' | 'patience'> & {
  readonly processes: readonly Pick<Process, 'id'>[];
};

async function observe(facts: ScaledFrom, _result: unknown, context: ActionContext): Promise<Observation> {
  const { app, id, processes, wish } = facts;
  const { reads, signal } = context;
  const [now, all] = await Promise.all([serviceOf(context), reads.processes(app, { service: id }, { signal })]);
  if (!now) return { state: 'unknown', words: `${app} does not list the service ${id} at the moment.` };
  const unset = SCALE_KEYS.filter((key) => wish[key] !== undefined && now[key] !== wish[key]);
  const own = all.filter((process) => process.service === id && isServing(process));
  const before = new Set(processes.map((process) => process.id));
  const counting = replacesAll(wish) ? own.filter((process) => !before.has(process.id)) : own;
  const running = counting.filter(({ status }) => status === 'running').length;
  const wanted = now.agent ? processes.length : now.count;
  const surplus = own.length - wanted;
  const crashed = own.filter(({ status }) => statusSeverity(status) === 'critical').length;
  const settled = running >= wanted && surplus <= 0;
  const checks: ObservedCheck[] = [
    {
      label: 'set',
      state: unset.length === 0 ? 'ok' : 'pending',
      words: unset.length === 0 ? 'read back' : `not yet: ${unset.join(', ')}`,
    },
    {
      label: id,
      state: settled ? 'ok' : crashed > 0 ? 'bad' : 'pending',
      words: `${running} of ${wanted} running${surplus > 0 ? `, ${surplus} too many` : ''}${crashed > 0 ? `, ${crashed} crashed` : ''}`,
    },
  ];
  if (unset.length > 0) return { state: 'absent', words: `${id} is scaled as before.`, checks };
  if (settled) return { state: 'done', words: `${id} is scaled: ${running} of ${wanted} running.`, checks };
  if (facts.patience.isOver(crashed > 0)) {
    return { state: 'failed', words: `Processes of ${id} crash again and again: ${checks[1]?.words ?? ''}.`, checks };
  }
  const waiting = own.filter(({ status }) => status === 'pending').length;
  const room = waiting > 0 ? ` ${waiting} ${waiting === 1 ? 'waits' : 'wait'} for a place on a node.` : '';
  return { state: 'pending', words: `${id}: ${checks[1]?.words ?? ''}.${room}`, checks };
}

function numberField(id: keyof ScaleWish, label: string, help: string): ActionField {
  return { id, label, kind: 'number', required: false, help };
}

export const scaleService = defineAction<Facts, { readonly sent: true }>({
  id: 'service.scale',
  title: 'Scale service',
  previewTells: true,
  about: 'changes how many processes of a service run and how large each is',
  on: ['services'],
  tier: 2,
  subject: 'service',
  bulk: false,
  permissions: ['convox:app:update'],
  routes: [SCALE],
  fields: [
    numberField('count', 'Processes', 'How many run.'),
    numberField('cpu', 'CPU', 'Thousandths of a core that each reserves.'),
    numberField('memory', 'Memory', 'MiB that each reserves.'),
    numberField('min', 'At least', 'Where it scales itself; since rack version 3.24.6.'),
    numberField('max', 'At most', 'Where it scales itself; since rack version 3.24.6.'),
  ],
  initial: async (context) => {
    const service = await serviceOf(context);
    if (!service) return {};
    return Object.fromEntries(
      SCALE_KEYS.flatMap((key) => (service[key] === undefined ? [] : [[key, String(service[key])]])),
    );
  },
  gather,
  preview,
  changes: () => [{ route: SCALE, times: 1 }],
  run: async ({ app, id, wish }, { writes, signal }) => {
    await writes.updateService(app, id, wish, { signal });
    return { sent: true };
  },
  observe,
  wait: ROLL_WAIT,
  recall: {
    keep: ({ app, id, processes, wish }) => ({
      app: [app],
      service: [id],
      processes: processes.map((process) => process.id),
      wish: SCALE_KEYS.flatMap((key) => (wish[key] === undefined ? [] : [`${key}=${wish[key]}`])),
    }),
    look: ({ app, service, processes: before = [], wish = [] }, context) =>
      observe(
        {
          app: app?.[0] ?? '',
          id: service?.[0] ?? '',
          processes: before.map((id) => ({ id })),
          wish: Object.fromEntries(wish.map((text) => text.split('=')).map(([key, value]) => [key, Number(value)])),
          patience: new CrashPatience(),
        },
        undefined,
        context,
      ),
  },
  undo: ({ app, id, service, wish }, _result, { rack }) => {
    if (!service) return undefined;
    const input = SCALE_KEYS.flatMap((key) =>
      wish[key] === undefined || service[key] === undefined ? [] : [[key, String(service[key])]],
    );
    return {
      actionId: 'service.scale',
      rack: rack.name,
      subjects: [{ id, app, service: id }],
      input: Object.fromEntries(input),
    };
  },
  echo: ({ app, id, wish }) =>
    `convox scale ${shellWord(id)} ${SCALE_KEYS.filter((key) => wish[key] !== undefined)
      .map((key) => `--${key}=${wish[key]}`)
      .join(' ')} -a ${shellWord(app)}`,
});
