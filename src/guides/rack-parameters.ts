import { Failure } from '../domain/failure.ts';
import { rackAddressText, readRackAddress } from '../domain/rack-move-address.ts';
import type { ConsoleRackDetails } from '../protocol/console-moves.ts';
import type { GuideContext, GuideField } from './define-guide.ts';

/** Who keeps the parameters of the rack, and so who can set one (convox-api.md 7.6). */
export type ParameterKeeper =
  | { readonly kind: 'terraform'; readonly path: string; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: 'console'; readonly rack: ConsoleRackDetails; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: 'nobody'; readonly why: string };

export const MANAGED_FIELD: GuideField = {
  id: 'managed',
  label: 'managed as',
  about: 'org/rack of the console that manages the rack, where it is reached in another way; else its own name',
};

export async function parameterKeeper(context: GuideContext): Promise<ParameterKeeper> {
  const { rack, reads } = context;
  const [organization, name] = rack.name.split('/');
  if (rack.kind === 'console' && organization !== undefined && name !== undefined) {
    const found = await reads.console.details(organization, name, context);
    if (!found) return { kind: 'nobody', why: `The console does not show ${rack.name}.` };
    if (!found.parameters) return { kind: 'nobody', why: 'The console keeps no parameters of this rack.' };
    return { kind: 'console', rack: found, values: found.parameters };
  }
  const folder = await reads.local.rackFolder(rack.name);
  if (folder?.vars) return { kind: 'terraform', path: folder.path, values: folder.vars };
  const behind = await consoleBehind(context);
  if (behind) return behind;
  return {
    kind: 'nobody',
    why:
      rack.kind === 'gateway'
        ? 'A v3 rack does not keep its own parameters (it answers what a gateway passes on with 501), and behind a gateway nobody here sees who does.'
        : 'A v3 rack does not keep its own parameters, and its terraform folder is not on this machine.',
  };
}

/** A rack that is reached in another way may be managed in the console all the same: under the given name, else under its own. */
async function consoleBehind(context: GuideContext): Promise<ParameterKeeper | undefined> {
  const { rack, input, reads } = context;
  const given = input.managed;
  const address = readRackAddress(given ?? rack.name);
  if (address?.organization === undefined) {
    return given === undefined ? undefined : { kind: 'nobody', why: `"${given}" is no rack of a console (org/rack).` };
  }
  const name = rackAddressText(address);
  try {
    const found = await reads.console.details(address.organization, address.name, context);
    if (!found?.parameters) {
      return given === undefined ? undefined : { kind: 'nobody', why: `The console keeps no parameters of ${name}.` };
    }
    // Names are given twice; the domain of a rack is not.
    const there = await (await reads.at(name)).rack.system(context);
    const here = await reads.rack.system(context);
    if (here.domain === '' || here.domain !== there.domain) {
      return { kind: 'nobody', why: `${name} of the console is another rack than ${rack.name}: its domain differs.` };
    }
    return { kind: 'console', rack: found, values: found.parameters };
  } catch (error) {
    if (given !== undefined) throw error;
    return undefined;
  }
}

/** All that shall hold afterwards: whether a console keeps those that are not named is not documented. */
export function withParameter(
  keeper: Extract<ParameterKeeper, { kind: 'console' }>,
  name: string,
  value: string,
): Readonly<Record<string, string>> {
  return { ...keeper.values, [name]: value };
}

export function nobodyKeeps(why: string): Failure {
  return new Failure({
    kind: 'unsupported',
    what: 'The parameters of the rack are not within reach',
    why: why.replace(/\.$/, ''),
    next: 'Name its rack of the console (--set managed=org/rack), or go on where it is managed: there, or on the machine with its terraform folder.',
    nothingSent: true,
  });
}
