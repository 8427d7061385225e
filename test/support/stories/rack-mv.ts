import type { ConsoleRack } from '../../../src/simulator/console/console-world.ts';
import type { GuideStage } from './guide-stage.ts';

/**
 * What the convox CLI does to both sides in `convox rack mv` (convox-api.md 8.1, 8.2), each half for itself: where only one of them
 * is done, the command has died in between.
 */

/** `mv staging acme/staging`, first half: the console takes the state and the parameters. */
export function stageToConsole(stage: GuideStage, organization = 'acme'): ConsoleRack {
  const files = stage.folder('staging');
  const parameters = JSON.parse(files?.['vars.json'] ?? '{}') as Record<string, string>;
  const entry: ConsoleRack = {
    organization,
    name: 'staging',
    provider: 'aws',
    status: 'running',
    version: parameters.release ?? '',
    parameters,
    state: Buffer.from(files?.['terraform.tfstate'] ?? '').toString('base64'),
    deletable: true,
    runtime: '',
    rack: undefined,
  };
  stage.console.racks.set(`${organization}/staging`, entry);
  return entry;
}

export const stateOf = ({ state }: ConsoleRack): string => Buffer.from(state ?? '', 'base64').toString('utf8');

export const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

/** A terraform state with other facts in it. */
export const changed = (state: string, change: object): string =>
  JSON.stringify({ ...(JSON.parse(state) as object), ...change });

/** `mv acme/eu eu`, first half: the folder is made. */
export function euToLocal(stage: GuideStage, state = stateOf(stage.entry())): void {
  stage.setFolder('eu', {
    'main.tf': 'module "system" {}\n',
    'vars.json': JSON.stringify(stage.entry().parameters),
    'terraform.tfstate': state,
    '.terraform.lock.hcl': '',
  });
}

/** `mv acme/eu beta/eu`, first half: the other organisation has it, too. */
export function euToBeta(stage: GuideStage): ConsoleRack {
  const entry = { ...stage.entry(), organization: 'beta' };
  stage.console.racks.set('beta/eu', entry);
  return entry;
}
