import { asFailure, type Failure, withDetails } from '../domain/failure.ts';
import { outcomeUnclear } from '../domain/outcome-unclear.ts';
import { versionOf } from './app-state.ts';
import { type ActionContext, defineAction, type RunContext } from './define-action.ts';
import type { Observation } from './observation.ts';
import { hiddenParameters, type KeptRack, keeperChange, keptRack, sendParameters } from './rack-keeper.ts';
import { saveOnce } from './saved-secret.ts';

const KEYROLL = 'POST /instances/keyroll';
const PARAMETER = 'key_pair_name';

interface Facts {
  readonly generation: 'v2' | 'v3';
  /** Where the new key can be put to use at once: behind a console. */
  readonly kept: KeptRack | undefined;
  readonly hidden: readonly string[];
}

interface Result {
  readonly name: string;
  readonly path: string;
  /** `sent` includes a request whose answer got lost. */
  readonly parameter: 'sent' | 'by-hand';
}

async function gather(context: ActionContext): Promise<Facts> {
  const { generation } = versionOf(context);
  const kept = generation === 'v3' && context.rack.kind === 'console' ? await keptRack(context) : undefined;
  return { generation, kept, hidden: kept ? hiddenParameters(kept) : [] };
}

async function run({ kept }: Facts, context: RunContext): Promise<Result | undefined> {
  const { writes, interaction, note, signal, rack } = context;
  const pair = await writes.rollInstanceKeys({ signal });
  if (!pair) return { name: '', path: '', parameter: 'sent' };
  // Before anything else: it is given out once.
  const path = await saveOnce(interaction, {
    name: pair.name === '' ? `${rack.name}-key` : pair.name,
    extension: '.pem',
    secret: pair.privateKey,
    what: 'The new key pair',
    next: 'The instances still have the old key. Roll the keys again from a folder that can be written to.',
  });
  note(`private key of ${pair.name} saved to ${path}`);
  if (!kept) return { name: pair.name, path, parameter: 'by-hand' };
  try {
    await sendParameters(kept, { [PARAMETER]: pair.name }, { force: false }, context);
  } catch (error) {
    const failure = asFailure(error);
    // Whether a lost request was carried out is read back; the key is safe either way.
    if (!outcomeUnclear(failure)) throw notSet(failure, pair.name, path);
    note(`${PARAMETER}: ${failure.message}`);
  }
  return { name: pair.name, path, parameter: 'sent' };
}

function notSet(failure: Failure, name: string, path: string): Failure {
  return withDetails(failure, {
    what: `The key pair ${name} was made and its private key is in ${path}, but ${PARAMETER} could not be set`,
    why: failure.why ?? failure.what,
    next: `The instances still have the old key until ${PARAMETER} is ${name}.`,
    cause: failure,
  });
}

async function observe(facts: Facts, result: Result | undefined, context: ActionContext): Promise<Observation> {
  const { reads, signal } = context;
  if (facts.generation === 'v2') {
    const { status } = await reads.system({ signal });
    if (status !== 'running') return { state: 'pending', words: `The rack is ${status}: it replaces its instances.` };
    return result
      ? { state: 'done', words: 'The rack has taken it and is running.' }
      : { state: 'unknown', words: 'Whether the keys were rolled is not known: the rack does not tell.' };
  }
  if (!result) {
    return { state: 'unknown', words: 'A key pair may have been made whose private key reached nobody. Roll again.' };
  }
  const { name, path, parameter } = result;
  if (parameter === 'by-hand') {
    return {
      state: 'done',
      words: `The private key of ${name} is in ${path}. Now set the rack parameter ${PARAMETER}=${name} where the rack was installed from: until then the instances keep the old key.`,
    };
  }
  const now = (await reads.parameters({ signal }))?.[PARAMETER];
  return now === name
    ? { state: 'done', words: `${PARAMETER} is ${name}; its private key is in ${path}.` }
    : { state: 'pending', words: `The private key is in ${path}; ${PARAMETER} is still ${now || 'not set'}.` };
}

function effects({ generation, kept }: Facts): readonly string[] {
  if (generation === 'v2') return ['The rack makes a new SSH key and replaces its instances one by one.'];
  return [
    'The rack makes a new SSH key pair. The private key is given out once: it is saved to a file in this folder that only you can read.',
    kept
      ? `The console then sets ${PARAMETER}, which replaces the instances one by one.`
      : `The instances keep the old key until ${PARAMETER} is set where the rack was installed from.`,
  ];
}

export const rollInstanceKeys = defineAction<Facts, Result | undefined>({
  id: 'instance.keyroll',
  title: 'Roll the instance keys',
  about: 'makes a new SSH key for the instances of the rack',
  on: ['instances'],
  tier: 3,
  subject: 'none',
  bulk: false,
  permissions: ['convox:instance:terminate'],
  routes: [KEYROLL],
  gather,
  preview: (facts, { rack }) => ({
    headline: `Roll the SSH keys of the instances of ${rack.name}`,
    effects: effects(facts),
    warnings:
      facts.generation === 'v2' || facts.kept
        ? ['Every instance is replaced: its processes move, services with one process are down for a moment.']
        : [],
    ...(facts.hidden.length === 0
      ? {}
      : {
          blocked: `The console hides ${facts.hidden.join(', ')}: setting ${PARAMETER} would overwrite it. Roll the keys in the console.`,
        }),
  }),
  changes: ({ kept }) => [{ route: KEYROLL, times: 1 }, ...(kept ? [keeperChange(kept)] : [])],
  run,
  observe,
  wait: { firstMs: 1_000, everyMs: 10_000, deadlineMs: 1_800_000, steady: 1 },
  echo: () => 'convox instances keyroll',
});
