import type { ActionField } from '../actions/action-field.ts';
import type { AnyAction } from '../actions/define-action.ts';
import { Failure } from '../domain/failure.ts';
import type { ActionRequest, Subject } from '../domain/subject.ts';
import type { DoRequest } from './invocation.ts';

/** Reads a file named on the command line; `-` is standard input. */
export type ReadInput = (path: string) => Promise<string>;

/** What a command line asks for, as the pipeline takes it. Throws `usage` Failures. */
export async function doRequestOf(
  action: AnyAction,
  { subjects, set, setFile }: Pick<DoRequest, 'subjects' | 'set' | 'setFile'>,
  where: { readonly rack: string; readonly app: string | undefined; readonly service: string | undefined },
  read: ReadInput,
): Promise<ActionRequest> {
  const input: Record<string, string> = {};
  for (const pair of set) {
    const [field, value] = fieldAndRest(action, pair, '--set');
    if (field.kind === 'secret' || field.sensitive === true) throw secretOnCommandLine(field);
    input[field.id] = value;
  }
  for (const pair of setFile) {
    const [field, path] = fieldAndRest(action, pair, '--set-file');
    const text = await read(path);
    input[field.id] = field.kind === 'lines' ? text : text.replace(/\r?\n$/, '');
  }
  return { actionId: action.id, rack: where.rack, subjects: subjectsOf(action, subjects, where), input };
}

function subjectsOf(
  action: AnyAction,
  ids: readonly string[],
  { app, service }: { readonly app: string | undefined; readonly service: string | undefined },
): readonly Subject[] {
  if (action.subject === 'none') {
    if (ids.length > 0) throw usage(`${action.id} concerns the rack as a whole`, 'Leave the names away.');
    return [];
  }
  if (action.subject === 'app') {
    const names = ids.length > 0 ? ids : app === undefined ? [] : [app];
    if (names.length === 0) throw usage(`${action.id} needs an app`, 'Name it: --app <name>.');
    return names.map((name) => ({ id: name, app: name }));
  }
  if (ids.length === 0)
    throw usage(`${action.id} needs a ${action.subject}`, `Name it: rackdeck do ${action.id} <${action.subject}>.`);
  const needsApp = !['instance', 'certificate', 'registry', 'rack-resource', 'approval'].includes(action.subject);
  if (needsApp && app === undefined) throw usage(`${action.id} needs an app`, 'Name it: --app <name>.');
  return ids.map((id) => ({ id, app, service: action.subject === 'service' ? id : service }));
}

function fieldAndRest(action: AnyAction, pair: string, flag: string): readonly [ActionField, string] {
  const at = pair.indexOf('=');
  const id = at < 0 ? pair : pair.slice(0, at);
  const field = action.fields?.find((each) => each.id === id);
  if (!field) {
    const known = (action.fields ?? []).map((each) => each.id).join(', ');
    throw usage(`${action.id} has no field '${id}'`, known === '' ? 'It takes none.' : `It has: ${known}.`);
  }
  if (at < 0) throw usage(`${flag} ${id} has no value`, `Write ${flag} ${id}=...`);
  return [field, pair.slice(at + 1)];
}

function secretOnCommandLine(field: ActionField): Failure {
  return usage(
    `${field.id} may be secret: it is not taken from the command line`,
    `Other people on this machine can read command lines: use --set-file ${field.id}=<file> or --set-file ${field.id}=- (standard input).`,
  );
}

function usage(what: string, next: string): Failure {
  return new Failure({ kind: 'usage', what, next });
}
