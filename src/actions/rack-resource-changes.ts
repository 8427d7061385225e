import type { BackingResource, BackingResourceType } from '../domain/backing-resource.ts';
import { Failure } from '../domain/failure.ts';
import { maskUrl } from '../domain/mask-url.ts';
import { type ActionContext, defineAction } from './define-action.ts';
import { givenParameters, PARAMETER_LINES } from './parameter-field.ts';
import { shellWord } from './shell-word.ts';

const CREATE = 'POST /resources';
const DELETE = 'DELETE /resources/{name}';

interface NewFacts {
  readonly kind: string;
  readonly name: string;
  /** Values may be secret: the path of a webhook is. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Undefined where the rack does not tell. */
  readonly types: readonly BackingResourceType[] | undefined;
  readonly before: readonly BackingResource[];
}

async function gatherNew({ reads, input, signal }: ActionContext): Promise<NewFacts> {
  const [before, types] = await Promise.all([
    reads.rackResources({ signal }),
    reads.rackResourceTypes({ signal }).catch(() => undefined),
  ]);
  const [kind = '', name = ''] = [input.kind?.trim(), input.name?.trim()];
  return { kind, name, parameters: givenParameters(input), types, before };
}

function blocked({ kind, name, parameters, types, before }: NewFacts): string | undefined {
  if (name !== '' && before.some((resource) => resource.name === name)) return `There is a resource ${name} already.`;
  if (!types) return undefined;
  const type = types.find((each) => each.name === kind);
  if (!type) return `This rack has no resources of type ${kind}, only ${types.map((each) => each.name).join(', ')}.`;
  const unknown = Object.keys(parameters).find((key) => !type.parameters.some((each) => each.name === key));
  const names = type.parameters.map((each) => each.name).join(', ');
  if (unknown !== undefined) return `A ${kind} has no parameter ${unknown}, only ${names}.`;
  const missing = type.parameters.find((each) => each.default === '' && !parameters[each.name]);
  return kind === 'webhook' && missing ? `A webhook needs the parameter ${missing.name}.` : undefined;
}

function created(facts: NewFacts, result: BackingResource | undefined, now: readonly BackingResource[]) {
  const known = new Set(facts.before.map((resource) => resource.name));
  const name = result?.name ?? facts.name;
  return now.find((each) => (name === '' ? each.type === facts.kind && !known.has(each.name) : each.name === name));
}

export const createRackResource = defineAction<NewFacts, BackingResource>({
  id: 'resource.create',
  title: 'Create a rack resource',
  about: 'adds a webhook, on v2 racks also a bucket, topic and the like, to the rack',
  on: ['rack-resources'],
  tier: 2,
  subject: 'none',
  bulk: false,
  permissions: ['convox:resource:create'],
  routes: [CREATE],
  fields: [
    { id: 'kind', label: 'Type', kind: 'text', required: true, help: 'v3 racks know webhook only.' },
    {
      id: 'name',
      label: 'Name',
      kind: 'text',
      required: false,
      help: 'Empty: the rack makes one up.',
      check: (value) => (/^[a-z][a-z0-9-]*$/.test(value) ? undefined : 'Name is of small letters, digits and dashes'),
    },
    { ...PARAMETER_LINES, required: false, help: 'One key=value per line; a webhook needs Url=https://...' },
  ],
  initial: async () => ({ kind: 'webhook' }),
  gather: gatherNew,
  preview: (facts, { rack }) => ({
    headline: `Create the ${facts.kind} ${facts.name === '' ? '(name made up by the rack)' : facts.name} on ${rack.name}`,
    effects: facts.kind === 'webhook' ? ['Every event of the rack is sent there.'] : [],
    warnings: [],
    lines: Object.keys(facts.parameters)
      .sort()
      .map((name) => ({ kind: 'added', text: `${name}: ${maskUrl(facts.parameters[name] ?? '')}` })),
    blocked: blocked(facts),
  }),
  changes: () => [{ route: CREATE, times: 1 }],
  run: ({ kind, name, parameters }, { writes, signal }) =>
    writes.createRackResource({ kind, ...(name === '' ? {} : { name }), parameters }, { signal }),
  observe: async (facts, result, { reads, signal }) => {
    const found = created(facts, result, await reads.rackResources({ signal }));
    if (!found) return { state: result ? 'pending' : 'absent', words: 'There is no new resource yet.' };
    const status = found.status ?? '';
    return status === '' || status === 'running'
      ? { state: 'done', words: `${found.name} is there.` }
      : { state: status === 'failed' ? 'failed' : 'pending', words: `${found.name} is ${status}.` };
  },
  wait: { firstMs: 500, everyMs: 5_000, deadlineMs: 900_000, steady: 1 },
  undo: (_facts, result, { rack }) =>
    result && { actionId: 'resource.delete', rack: rack.name, subjects: [{ id: result.name }], input: {} },
  echo: ({ kind, name, parameters }) =>
    [
      'convox rack resources create',
      shellWord(kind),
      ...(name === '' ? [] : ['--name', shellWord(name)]),
      ...Object.keys(parameters).map((key) => `${shellWord(key)}=****`),
    ].join(' '),
});

export const deleteRackResource = defineAction<BackingResource, true>({
  id: 'resource.delete',
  title: 'Delete the rack resource',
  about: 'takes a webhook, bucket, topic and the like from the rack',
  on: ['rack-resources'],
  tier: 3,
  subject: 'rack-resource',
  bulk: false,
  permissions: ['convox:resource:delete'],
  routes: [DELETE],
  gather: async ({ reads, subjects, signal }) => {
    const name = subjects[0]?.id ?? '';
    const found = (await reads.rackResources({ signal })).find((resource) => resource.name === name);
    if (found) return found;
    throw new Failure({ kind: 'not-found', what: `There is no rack resource ${name}`, why: 'it may be gone already' });
  },
  preview: ({ name, type, url }, { rack }) => ({
    headline: `Delete the ${type} ${name} of ${rack.name}`,
    effects: [type === 'webhook' ? 'Events are not sent there any more.' : 'What it holds is gone.'],
    warnings: type === 'webhook' ? [] : ['Apps that are linked to it lose it.'],
    tables: [{ title: 'Resource', columns: ['name', 'type', 'URL'], rows: [[name, type, maskUrl(url)]] }],
  }),
  changes: () => [{ route: DELETE, times: 1 }],
  run: async ({ name }, { writes, signal }) => {
    await writes.deleteRackResource(name, { signal });
    return true;
  },
  observe: async ({ name }, sent, { reads, signal }) => {
    const there = (await reads.rackResources({ signal })).find((resource) => resource.name === name);
    if (!there) return { state: 'done', words: `${name} is gone.` };
    const leaving = sent || there.status === 'deleting';
    return { state: leaving ? 'pending' : 'absent', words: `${name} is still there.` };
  },
  wait: { firstMs: 500, everyMs: 5_000, deadlineMs: 900_000, steady: 1 },
  echo: ({ name }) => `convox rack resources delete ${shellWord(name)}`,
});
