import type { Options } from '../wire/options.ts';
import { RackError } from '../wire/rack-error.ts';
import { json, ok, type Reply } from '../wire/reply.ts';
import { hexText } from '../world/names.ts';
import type { ConsoleRack, ConsoleWorld } from './console-world.ts';

export interface ConsoleCall {
  readonly world: ConsoleWorld;
  readonly options: Options;
  readonly params: Readonly<Record<string, string>>;
}

export interface ConsoleRoute {
  readonly method: string;
  readonly path: RegExp;
  readonly handle: (call: ConsoleCall) => Reply;
}

const RACK = '/racks/(?<org>[^/]+)/(?<rack>[^/]+)';

/** The console's own routes; everything else goes to the rack that the `Rack` header names. */
export const consoleRoutes: readonly ConsoleRoute[] = [
  { method: 'GET', path: /^\/auth$/, handle: ({ world }) => json({ id: world.accountId }) },
  { method: 'GET', path: /^\/racks$/, handle: listRacks },
  { method: 'POST', path: /^\/racks$/, handle: createRack },
  { method: 'GET', path: new RegExp(`^${RACK}$`), handle: (call) => json(rackShape(rackOf(call))) },
  { method: 'PUT', path: new RegExp(`^${RACK}$`), handle: updateRack },
  { method: 'DELETE', path: new RegExp(`^${RACK}$`), handle: deleteRack },
  { method: 'POST', path: new RegExp(`^${RACK}/install$`), handle: installRack },
  { method: 'POST', path: new RegExp(`^${RACK}/sync$`), handle: syncRack },
  { method: 'GET', path: new RegExp(`^${RACK}/host$`), handle: rackHost },
  { method: 'GET', path: new RegExp(`^${RACK}/runtimes$`), handle: rackRuntimes },
  { method: 'PUT', path: new RegExp(`^${RACK}/runtimes$`), handle: attachRuntime },
  { method: 'GET', path: new RegExp(`^${RACK}/workflows$`), handle: listWorkflows },
  { method: 'POST', path: new RegExp(`^${RACK}/workflows/(?<workflow>[^/]+)/run$`), handle: runWorkflow },
  { method: 'GET', path: /^\/organizations\/[^/]+\/runtimes$/, handle: ({ world }) => json(world.runtimes) },
  { method: 'GET', path: /^\/machines$/, handle: () => json([]) },
];

function rackOf({ world, params }: ConsoleCall): ConsoleRack {
  const name = `${params.org}/${params.rack}`;
  const entry = world.racks.get(name);
  if (entry === undefined) throw new RackError(404, `no such console rack: ${name}`);
  return entry;
}

const summary = ({ name, organization, provider, status, version }: ConsoleRack): Record<string, unknown> => ({
  name,
  organization: { name: organization },
  provider,
  status,
  version,
});

const rackShape = (entry: ConsoleRack): object => ({
  ...summary(entry),
  deletable: entry.deletable,
  parameters: entry.parameters,
  state: entry.state,
});

function listRacks({ world }: ConsoleCall): Reply {
  return json([...world.racks.values()].map(summary));
}

function parametersOf(options: Options): Record<string, string> | null {
  const text = options.text('form', 'params');
  if (text === undefined || text === '' || text === 'null') return null;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('not a map');
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, String(item)]));
  } catch {
    throw new RackError(400, 'invalid params');
  }
}

/** Takes over a rack with its terraform state, as `rack mv` sends it. */
function createRack({ world, options }: ConsoleCall): Reply {
  const full = options.required('form', 'name');
  const [organization, name, ...rest] = full.split('/');
  if (!organization || !name || rest.length > 0) throw new RackError(400, `invalid rack name: ${full}`);
  if (world.racks.has(full)) throw new RackError(409, `rack name in use: ${full}`);
  const parameters = parametersOf(options);
  const entry: ConsoleRack = {
    organization,
    name,
    provider: options.required('form', 'provider'),
    status: 'running',
    version: parameters?.release ?? '',
    parameters,
    state: Buffer.from(options.text('form', 'state') ?? '').toString('base64'),
    deletable: true,
    runtime: '',
    rack: undefined,
  };
  world.racks.set(full, entry);
  return json(rackShape(entry));
}

function updateRack(call: ConsoleCall): Reply {
  const entry = rackOf(call);
  const parameters = parametersOf(call.options);
  const version = call.options.text('form', 'version');
  if (parameters !== null) entry.parameters = { ...entry.parameters, ...parameters };
  if (version) {
    entry.version = version;
    if (entry.parameters !== null && entry.state !== null) entry.parameters.release = version;
    if (entry.rack !== undefined) entry.rack.version = version;
  }
  call.world.onUpdate?.(entry);
  return ok();
}

function deleteRack(call: ConsoleCall): Reply {
  const entry = rackOf(call);
  if (call.world.deleteFails) throw new RackError(500, 'could not delete rack');
  call.world.racks.delete(`${entry.organization}/${entry.name}`);
  return ok();
}

function installRack({ world, options, params }: ConsoleCall): Reply {
  const full = `${params.org}/${params.rack}`;
  if (world.racks.has(full)) throw new RackError(409, `rack name in use: ${full}`);
  world.racks.set(full, {
    organization: params.org ?? '',
    name: params.rack ?? '',
    provider: options.required('form', 'provider'),
    status: 'installing',
    version: options.text('form', 'version') ?? '',
    parameters: parametersOf(options),
    state: null,
    deletable: true,
    runtime: options.text('form', 'runtime') ?? '',
    rack: undefined,
  });
  return ok();
}

function syncRack(call: ConsoleCall): Reply {
  rackOf(call);
  return ok();
}

function rackHost(call: ConsoleCall): Reply {
  const state = JSON.parse(Buffer.from(rackOf(call).state ?? '', 'base64').toString('utf8') || '{}') as {
    outputs?: { api?: { value?: string } };
  };
  const url = state.outputs?.api?.value;
  if (url === undefined) throw new RackError(404, 'rack has no host');
  return json({ host: new URL(url).host });
}

function rackRuntimes(call: ConsoleCall): Reply {
  rackOf(call);
  return json(call.world.runtimes);
}

function attachRuntime(call: ConsoleCall): Reply {
  const entry = rackOf(call);
  const id = call.options.required('form', 'runtime');
  if (!call.world.runtimes.some((runtime) => runtime.id === id)) throw new RackError(404, `no such runtime: ${id}`);
  entry.runtime = id;
  return ok();
}

function listWorkflows(call: ConsoleCall): Reply {
  rackOf(call);
  return json({ oid: hexText(call.world.random, 8), workflows: call.world.workflows });
}

function runWorkflow(call: ConsoleCall): Reply {
  rackOf(call);
  const { workflow } = call.params;
  if (!call.world.workflows.some(({ id }) => id === workflow))
    throw new RackError(404, `no such workflow: ${workflow}`);
  return json({ jod_id: hexText(call.world.random, 12) });
}
