import { existsSync } from 'node:fs';
import type { Invocation } from '../cli/invocation.ts';
import { type DoctorPlace, runDoctor } from '../cli/run-doctor.ts';
import type { Run } from '../main.ts';
import type { Environment } from '../platform/environment.ts';
import { homePath } from '../platform/home-path.ts';
import { configFolder, stateFolder } from '../platform/state-folder.ts';
import { ConvoxSettings } from '../targets/convox-settings.ts';
import { gatewayConfigPath } from '../targets/gateway-config-file.ts';

export async function doctorCommand(
  invocation: Extract<Invocation, { command: 'doctor' }>,
  { world, output, signal, proc, version }: Run,
): Promise<number> {
  const { environment } = world;
  return runDoctor({
    listing: await world.list(),
    places: world.demo ? [] : await placesOf(environment),
    version,
    nodeVersion: proc.versions.node,
    terminal: `${environment.env.TERM ?? 'unknown'}${output.isTerminal ? '' : ' (not a terminal)'}`,
    json: invocation.json,
    output,
    now: environment.now,
    signal,
  });
}

const VARIABLES = [
  'RACK_URL',
  'RACK_GATEWAY_RACK',
  'RACK_GATEWAY_URL',
  'RACK_GATEWAY_API_TOKEN',
  'GATEWAY_CLI_CONFIG_DIR',
  'GATEWAY_RACK',
  'CONVOX_RACK',
  'CONVOX_HOST',
  'CONVOX_PASSWORD',
  'CONVOX_CONFIG',
  'NODE_EXTRA_CA_CERTS',
];

/** Names and paths only; a variable's value may be a secret and is never read here. */
async function placesOf(environment: Environment): Promise<readonly DoctorPlace[]> {
  const path = (what: string, where: string): DoctorPlace => ({
    what,
    where: homePath(where, environment.home),
    found: existsSync(where),
  });
  const variables = VARIABLES.filter((name) => environment.env[name] !== undefined).map((name) => ({
    what: 'variable',
    where: name,
    found: true,
  }));
  return [
    path('gateway config', gatewayConfigPath(environment)),
    path('convox settings', await new ConvoxSettings(environment).folder()),
    path('rackdeck settings', configFolder(environment)),
    path('rackdeck state', stateFolder(environment)),
    ...variables,
  ];
}
