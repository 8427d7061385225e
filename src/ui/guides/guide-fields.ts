import type { ActionField } from '../../actions/action-field.ts';
import type { GuideField } from '../../guides/define-guide.ts';
import type { FormSubject } from '../actions/action-form.ts';
import type { Overlay } from '../shell/dashboard-state.ts';
import { textInput } from '../shell/text-input.ts';
import type { GuideSession } from './guide-session.ts';

export interface FieldsHost {
  overlay(overlay: Overlay | undefined): void;
  toast(text: string): void;
}

/** The values that a guide is about, in the form of an action; submitted, every step is looked at anew. */
export function openGuideFields(host: FieldsHost, guide: GuideSession): void {
  const { run, entry, rack } = guide;
  const problem = fieldsProblem(guide);
  if (!run || problem !== undefined) {
    host.toast(problem ?? 'It is not open yet');
    return;
  }
  const fields = run.guide.fields.map(fieldOf);
  const values = Object.fromEntries(fields.map(({ id }) => [id, run.input[id] ?? '']));
  const subject: FormSubject = {
    action: { title: entry.title, about: entry.about },
    fields,
    request: { actionId: `guide.${entry.id}`, rack, subjects: [], input: values },
    instead: undefined,
    abort: new AbortController(),
    go: 'look',
    // One that was emptied must not come back out of the notes.
    onSubmit: (input) => void guide.open({ ...Object.fromEntries(fields.map(({ id }) => [id, ''])), ...input }),
  };
  host.overlay({
    kind: 'action-form',
    subject,
    values: Object.fromEntries(fields.map(({ id }) => [id, textInput(values[id])])),
    at: 0,
    problems: {},
    isLoading: false,
    complaint: undefined,
  });
}

/** Why the values cannot be changed now. */
export function fieldsProblem({ run, change }: GuideSession): string | undefined {
  if (change) return 'A step is being done: finish or leave it first';
  if (run && run.guide.fields.length === 0) return 'This guide finds everything by itself: there are no values';
  return undefined;
}

function fieldOf({ id, label, about, secret, choices }: GuideField): ActionField {
  return {
    id,
    label,
    kind: secret ? 'secret' : choices ? 'choice' : 'text',
    required: false,
    help: about,
    ...(choices ? { choices: choices.map((value) => ({ value, label: value })) } : {}),
  };
}
