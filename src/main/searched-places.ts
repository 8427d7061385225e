import { existsSync } from 'node:fs';
import type { DoctorPlace } from '../cli/run-doctor.ts';
import type { Environment } from '../platform/environment.ts';
import { homePath } from '../platform/home-path.ts';
import { configFolder, stateFolder } from '../platform/state-folder.ts';
import { ConvoxSettings } from '../targets/convox-settings.ts';
import { gatewayConfigPath } from '../targets/gateway-config-file.ts';
import type { SearchedPlace } from '../ui/dashboard-services.ts';

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

/** Every place that decides which racks there are. Names and paths only: a variable's value may be a secret. */
export async function placesOf(environment: Environment): Promise<readonly DoctorPlace[]> {
  const variables = VARIABLES.filter((name) => environment.env[name] !== undefined).map((name) => ({
    what: 'variable',
    where: name,
    found: true,
  }));
  return [...(await paths(environment)), ...variables];
}

/** The same for the first-run screen, which says of the usual variables that they are not set as well. */
export async function searchedPlaces(environment: Environment): Promise<readonly SearchedPlace[]> {
  const set = (name: string): boolean => environment.env[name] !== undefined && name !== 'NODE_EXTRA_CA_CERTS';
  const variables = VARIABLES.filter((name) => USUAL.has(name) || set(name));
  return [
    ...variables.map((name) => ({ place: name, outcome: environment.env[name] === undefined ? 'not set' : 'set' })),
    ...(await paths(environment))
      .filter(({ what }) => what !== 'rackdeck state')
      .map(({ what, where, found }) => ({
        place: where,
        outcome: `${what}, ${found ? 'no rack in it' : 'not there'}`,
      })),
  ];
}

/** Worth naming even when they are not set: one of them is all that somebody with an address needs. */
const USUAL: ReadonlySet<string> = new Set(['RACK_URL', 'RACK_GATEWAY_URL']);

async function paths(environment: Environment): Promise<readonly DoctorPlace[]> {
  const path = (what: string, where: string): DoctorPlace => ({
    what,
    where: homePath(where, environment.home),
    found: existsSync(where),
  });
  return [
    path('gateway config', gatewayConfigPath(environment)),
    path('convox settings', await new ConvoxSettings(environment).folder()),
    path('rackdeck settings', configFolder(environment)),
    path('rackdeck state', stateFolder(environment)),
  ];
}
