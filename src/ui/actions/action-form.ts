import { type ActionField, fieldProblems } from '../../actions/action-field.ts';
import type { AnyAction } from '../../actions/define-action.ts';
import { asFailure } from '../../domain/failure.ts';
import type { ActionRequest } from '../../domain/subject.ts';
import type { Overlay } from '../shell/dashboard-state.ts';
import { selectedInput, type TextInput, textInput } from '../shell/text-input.ts';
import type { ActionDoor, ActionHost } from './action-door.ts';
import type { RunView } from './action-services.ts';

/** What a form was opened for; the same object as long as it is open. */
export interface FormSubject {
  readonly action: Pick<AnyAction, 'title' | 'about'>;
  readonly fields: readonly ActionField[];
  /** Its input is what the fields start with. */
  readonly request: ActionRequest;
  /** The run whose values are changed: it ends when other ones are submitted. */
  readonly instead: RunView | undefined;
  /** Ends the reading of what the fields start with. */
  readonly abort: AbortController;
  /** What submitting it does, in a word; default: `preview`. */
  readonly go?: string;
  /** Default: the action is started with the values. */
  readonly onSubmit?: (input: Readonly<Record<string, string>>) => void;
}

/** Values of the fields of an action while they are edited. Some may be secret: nothing of it is ever written anywhere. */
export interface ActionFormOverlay {
  readonly kind: 'action-form';
  readonly subject: FormSubject;
  readonly values: Readonly<Record<string, TextInput>>;
  /** Index of the field at hand. */
  readonly at: number;
  /** Whole sentences, by field id. */
  readonly problems: Readonly<Record<string, string>>;
  /** Still asking what is true now. */
  readonly isLoading: boolean;
  /** Why the fields do not start with what is true now. */
  readonly complaint: string | undefined;
}

export function openActionForm(
  host: ActionHost,
  door: ActionDoor,
  { action, request, instead }: Pick<FormSubject, 'request' | 'instead'> & { readonly action: AnyAction },
): void {
  const fields = action.fields ?? [];
  const subject: FormSubject = { action, fields, request, instead, abort: new AbortController() };
  const { input } = request;
  const values = Object.fromEntries(
    fields.map((field) => [field.id, startOf(field, input[field.id] ?? firstValue(field))]),
  );
  // What was typed already counts for more than what is true now.
  const isLoading = action.initial !== undefined && Object.keys(input).length === 0;
  const form: ActionFormOverlay = {
    kind: 'action-form',
    subject,
    values,
    at: 0,
    problems: {},
    isLoading,
    complaint: undefined,
  };
  host.overlay(form);
  if (isLoading) void fillIn(host, door, subject);
}

/** A choice that is needed starts with its first one: that is the default. */
function firstValue(field: ActionField): string {
  return field.kind === 'choice' && field.required ? (field.choices?.[0]?.value ?? '') : '';
}

/** A number that is changed is written anew. */
function startOf({ kind }: ActionField, value: string): TextInput {
  return kind === 'number' ? selectedInput(value) : textInput(value);
}

async function fillIn(host: ActionHost, door: ActionDoor, subject: FormSubject): Promise<void> {
  try {
    const initial = await door.services?.desk.initial(subject.request, subject.abort.signal);
    change(host, subject, (form) => ({
      ...form,
      isLoading: false,
      values: Object.fromEntries(
        subject.fields.map((field) => {
          const value = initial?.[field.id];
          return [field.id, value === undefined ? (form.values[field.id] ?? textInput()) : startOf(field, value)];
        }),
      ),
    }));
  } catch (error) {
    const failure = asFailure(error, 'What is true now could not be read');
    change(host, subject, (form) => ({ ...form, isLoading: false, complaint: failure.message }));
  }
}

/** Of this very form, if it is still open. */
function change(host: ActionHost, subject: FormSubject, next: (form: ActionFormOverlay) => ActionFormOverlay): void {
  const current: Overlay | undefined = host.state.overlay;
  if (current?.kind === 'action-form' && current.subject === subject) host.overlay(next(current));
}

/** What the fields say, without those left empty. */
export function formInput({ subject, values }: ActionFormOverlay): Readonly<Record<string, string>> {
  const filled = subject.fields
    .map(({ id, kind }) => [id, trimmed(values[id]?.text ?? '', kind)] as const)
    .filter(([, value]) => value !== '');
  return Object.fromEntries(filled);
}

/** Blanks around a word are slips; in several lines and in secrets they may be meant. */
function trimmed(value: string, kind: ActionField['kind']): string {
  return kind === 'lines' || kind === 'secret' ? value : value.trim();
}

export function formProblems(form: ActionFormOverlay): Readonly<Record<string, string>> {
  return fieldProblems(form.subject.fields, formInput(form));
}
