import { shownParameters } from '../domain/parameter.ts';
import { parameterProblems, parameterWarnings } from '../domain/rack-parameter-rules.ts';
import { HIDDEN } from '../domain/secret-parameter.ts';
import { parseVersion } from '../domain/version.ts';
import { type ActionContext, defineAction } from './define-action.ts';
import type { Observation } from './observation.ts';
import { givenParameters, PARAMETER_LINES } from './parameter-field.ts';
import type { PreviewLine } from './preview.ts';
import {
  hiddenParameters,
  KEEPER_ROUTE,
  type KeptRack,
  keeperChange,
  keptRackOrThrow,
  sendParameters,
} from './rack-keeper.ts';
import { shellWord } from './shell-word.ts';

interface Facts {
  readonly kept: KeptRack;
  /** What really changes. Values may be secret. */
  readonly changes: Readonly<Record<string, string>>;
  readonly force: boolean;
}

async function gather(context: ActionContext): Promise<Facts> {
  const kept = await keptRackOrThrow(context);
  const wanted = givenParameters(context.input);
  const changes = Object.fromEntries(
    Object.entries(wanted)
      .filter(([name, value]) => kept.parameters[name] !== value)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  return { kept, changes, force: context.input.force === 'yes' };
}

/** Scripts for instances: whatever they need to log in somewhere stands in them. */
const HIDDEN_WHOLE: ReadonlySet<string> = new Set(['user_data', 'UserData']);

function shownValue(name: string, value: string): string {
  if (value === '') return '(empty)';
  if (HIDDEN_WHOLE.has(name)) return HIDDEN;
  return shownParameters({ [name]: value })[0]?.value ?? HIDDEN;
}

function lineOf(name: string, before: string | undefined, after: string): PreviewLine {
  const shown = shownValue(name, after);
  if (before === undefined) return { kind: 'added', text: `${name}: ${shown}` };
  const old = shownValue(name, before);
  // Two hidden values look alike.
  return { kind: 'changed', text: `${name}: ${old} -> ${shown}${old === shown ? ' (another value)' : ''}` };
}

function blocked({ kept, changes, force }: Facts): string | undefined {
  if (Object.keys(changes).length === 0) return 'Nothing would change: these parameters have these values already.';
  const problems = parameterProblems({
    current: kept.parameters,
    changes,
    version: parseVersion(kept.version),
    force,
  });
  if (problems.length > 0) return problems.join(' ');
  const hidden = hiddenParameters(kept).filter((name) => !Object.hasOwn(changes, name));
  if (hidden.length > 0) {
    return `The console hides ${hidden.join(', ')}, and wants every parameter: what it hides would be overwritten. Use the console itself.`;
  }
  return kept.status === 'running' || kept.status === ''
    ? undefined
    : `The rack is ${kept.status}: wait until it is running.`;
}

async function observe({ kept, changes }: Facts, sent: true | undefined, context: ActionContext): Promise<Observation> {
  const { reads, signal } = context;
  const [system, now = {}] = await Promise.all([reads.system({ signal }), reads.parameters({ signal })]);
  const names = Object.keys(changes);
  const missing = names.filter((name) => (now[name] ?? '') !== changes[name]);
  if (system.status === 'failed') return { state: 'failed', words: 'The rack says that its update failed.' };
  const busy = system.status !== 'running' && system.status !== '';
  if (missing.length === 0) {
    return busy
      ? { state: 'pending', words: `Taken; the rack is ${system.status}.` }
      : { state: 'done', words: `${names.join(', ')} read back as wanted.` };
  }
  const words = `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not as wanted yet.`;
  if (busy || missing.length < names.length || sent) return { state: 'pending', words };
  // A console may show the new values only when its update is through.
  return kept.keeper === 'rack' ? { state: 'absent', words } : { state: 'unknown', words };
}

export const setRackParams = defineAction<Facts, true>({
  id: 'rack.params',
  title: 'Set rack parameters',
  about: 'changes parameters of the rack itself',
  on: ['rack-params'],
  tier: 3,
  subject: 'none',
  bulk: false,
  permissions: ['convox:rack:update'],
  routes: [KEEPER_ROUTE],
  fields: [
    { ...PARAMETER_LINES, required: true, help: 'One key=value per line; what is not named stays.' },
    {
      id: 'force',
      label: 'Force',
      kind: 'flag',
      required: false,
      help: 'yes: also managed, unknown and emptied parameters.',
    },
  ],
  gather,
  preview: (facts, { rack }) => {
    const { kept, changes, force } = facts;
    const names = Object.keys(changes);
    const question = { current: kept.parameters, changes, version: parseVersion(kept.version), force };
    return {
      headline: `Set ${names.length === 1 ? names[0] : `${names.length} parameters`} of ${rack.name}`,
      effects: [
        kept.keeper === 'console'
          ? 'The console runs an update of the rack; depending on the parameter it replaces instances or restarts the API.'
          : 'The rack updates itself; depending on the parameter it replaces instances or restarts the API.',
      ],
      warnings: parameterWarnings(question),
      lines: names.map((name) => lineOf(name, kept.parameters[name], changes[name] ?? '')),
      blocked: blocked(facts),
    };
  },
  changes: ({ kept }) => [keeperChange(kept)],
  run: async ({ kept, changes, force }, context) => {
    await sendParameters(kept, changes, { force }, context);
    return true;
  },
  observe,
  wait: { firstMs: 5_000, everyMs: 15_000, deadlineMs: 3_600_000, steady: 2 },
  echo: ({ changes, force }) =>
    [
      'convox rack params set',
      ...Object.entries(changes).map(
        ([name, value]) => `${shellWord(name)}=${value === '' ? '' : shellWord(shownValue(name, value))}`,
      ),
      ...(force ? ['--force'] : []),
    ].join(' '),
});
