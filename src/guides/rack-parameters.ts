import { Failure } from '../domain/failure.ts';
import type { ConsoleRackDetails } from '../protocol/console-moves.ts';
import type { GuideContext } from './define-guide.ts';

/** Who keeps the parameters of the rack, and so who can set one (convox-api.md 7.6). */
export type ParameterKeeper =
  | { readonly kind: 'terraform'; readonly path: string; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: 'console'; readonly rack: ConsoleRackDetails; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: 'nobody'; readonly why: string };

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
  return {
    kind: 'nobody',
    why:
      rack.kind === 'gateway'
        ? 'A v3 rack does not keep its own parameters (it answers what a gateway passes on with 501), and behind a gateway nobody here sees who does.'
        : 'A v3 rack does not keep its own parameters, and its terraform folder is not on this machine.',
  };
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
    next: 'Go on where the rack is managed: as a rack of its console, or on the machine with its terraform folder.',
    nothingSent: true,
  });
}
