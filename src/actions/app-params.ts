import {
  type ParameterEffect,
  parameterEffect,
  readParameterLines,
  V3_APP_PARAMETERS,
} from '../domain/parameter-lines.ts';
import { HIDDEN, isSecretParameter } from '../domain/secret-parameter.ts';
import { appOf } from './app-state.ts';
import { type ActionContext, defineAction } from './define-action.ts';
import { REAPPLY_WAIT } from './deploy-times.ts';
import type { Observation } from './observation.ts';
import type { Preview, PreviewLine } from './preview.ts';
import { line } from './release-lines.ts';
import { shellWord } from './shell-word.ts';
import {
  type AppUpdateFacts,
  gatherUpdate,
  UPDATE_APP,
  updateApp,
  updateBlocked,
  updateEffects,
  updateWarnings,
} from './update-app.ts';

interface Facts extends AppUpdateFacts {
  readonly wanted: ReadonlyMap<string, string>;
  readonly effect: ParameterEffect;
}

async function gather(context: ActionContext): Promise<Facts> {
  const facts = await gatherUpdate(context, appOf(context));
  const read = readParameterLines(context.input.parameters ?? '');
  const wanted = 'parameters' in read ? read.parameters : new Map<string, string>();
  return { ...facts, wanted, effect: parameterEffect(facts.app.parameters, wanted, facts.v3 ? 'v3' : 'v2') };
}

function preview(facts: Facts, { rack }: ActionContext): Preview {
  const { app, effect, v3 } = facts;
  const { unknown } = effect;
  return {
    headline: `Set parameters of ${app.name} on ${rack.name}`,
    effects: v3 ? updateEffects(facts) : ['The rack updates the stack of the app.'],
    warnings: [
      ...(unknown.length === 0
        ? []
        : [
            `${unknown.join(', ')}: the rack does not know ${unknown.length === 1 ? 'it' : 'them'} and will skip ${unknown.length === 1 ? 'it' : 'them'}.`,
          ]),
      ...updateWarnings(facts),
    ],
    lines: linesOf(facts),
    blocked: blockedReason(facts),
  };
}

function linesOf({ app, wanted, effect }: Facts): readonly PreviewLine[] {
  const { changed, same, unknown } = effect;
  return [
    ...changed.map((key) => {
      const old = Object.hasOwn(app.parameters, key) ? shown(key, app.parameters[key] ?? '') : undefined;
      const fresh = shown(key, wanted.get(key) ?? '');
      return old === undefined ? line('added', `${key}: ${fresh}`) : line('changed', `${key}: ${old} -> ${fresh}`);
    }),
    ...same.map((key) => line('same', `${key} is that already`)),
    ...unknown.map((key) => line('same', `${key} is skipped: the rack knows no such parameter`)),
  ];
}

function shown(key: string, value: string): string {
  if (isSecretParameter(key)) return HIDDEN;
  return value === '' ? '(empty)' : value;
}

function blockedReason(facts: Facts): string | undefined {
  const { app, effect, v3 } = facts;
  if (effect.changed.length > 0) return updateBlocked(facts);
  if (effect.unknown.length === 0) return `${app.name} has these parameters already: there is nothing to change.`;
  const known = v3 ? V3_APP_PARAMETERS : Object.keys(app.parameters).sort();
  return `The rack knows none of these parameters and would skip them in silence; it has: ${known.join(', ')}.`;
}

/** Only what the rack takes: what it would skip is not sent. */
function taken({ wanted, effect }: Facts): Readonly<Record<string, string>> {
  return Object.fromEntries(effect.changed.map((key) => [key, wanted.get(key) ?? '']));
}

async function observe(facts: Facts, _result: unknown, { reads, signal }: ActionContext): Promise<Observation> {
  const app = await reads.app(facts.app.name, { signal });
  const { changed } = facts.effect;
  const unset = changed.filter((key) => app.parameters[key] !== facts.wanted.get(key));
  const checks = [
    {
      label: 'parameters',
      state: unset.length === 0 ? ('ok' as const) : ('pending' as const),
      words: unset.length === 0 ? 'read back' : `not yet: ${unset.join(', ')}`,
    },
    { label: 'app', state: app.status === 'running' ? ('ok' as const) : ('pending' as const), words: app.status },
  ];
  if (app.status !== 'running') return { state: 'pending', words: `${app.name} is ${app.status}.`, checks };
  if (unset.length === changed.length)
    return { state: 'absent', words: `The parameters of ${app.name} are as before.`, checks };
  if (unset.length > 0) return { state: 'pending', words: `Not set yet: ${unset.join(', ')}.`, checks };
  return { state: 'done', words: `Read back: ${changed.join(', ')} of ${app.name}.`, checks };
}

export const appParams = defineAction<Facts, { readonly sent: true }>({
  id: 'app.params',
  title: 'Set app parameters',
  about: 'changes parameters of an app, such as what its builds may use',
  on: ['apps'],
  tier: 2,
  subject: 'app',
  bulk: false,
  permissions: ['convox:app:update'],
  routes: [UPDATE_APP],
  fields: [
    {
      id: 'parameters',
      label: 'Parameters',
      kind: 'lines',
      required: true,
      sensitive: true,
      help: 'One Key=Value a line; only what differs is sent.',
      check: (text) => {
        const read = readParameterLines(text);
        if ('problem' in read) return read.problem;
        return read.parameters.size === 0 ? 'Write at least one line Key=Value' : undefined;
      },
    },
  ],
  initial: async (context) => {
    const { parameters } = await context.reads.app(appOf(context), { signal: context.signal });
    const open = Object.entries(parameters).filter(([key]) => !isSecretParameter(key));
    return open.length === 0
      ? {}
      : {
          parameters: open
            .sort()
            .map(([key, value]) => `${key}=${value}`)
            .join('\n'),
        };
  },
  gather,
  preview,
  changes: () => [{ route: UPDATE_APP, times: 1 }],
  run: (facts, context) => updateApp(facts, { parameters: taken(facts) }, context),
  observe,
  wait: REAPPLY_WAIT,
  undo: ({ app, effect }, _result, { rack }) => {
    const old = effect.changed.filter((key) => Object.hasOwn(app.parameters, key));
    if (old.length === 0) return undefined;
    const parameters = old.map((key) => `${key}=${app.parameters[key]}`).join('\n');
    return {
      actionId: 'app.params',
      rack: rack.name,
      subjects: [{ id: app.name, app: app.name }],
      input: { parameters },
    };
  },
  echo: ({ app, wanted, effect }) =>
    `convox apps params set ${effect.changed.map((key) => shellWord(`${key}=${shown(key, wanted.get(key) ?? '')}`)).join(' ')} -a ${shellWord(app.name)}`,
});
