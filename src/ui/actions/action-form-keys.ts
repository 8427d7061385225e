import type { ActionField } from '../../actions/action-field.ts';
import type { KeyPress } from '../keys/key-press.ts';
import type { Dashboard } from '../shell/dashboard.ts';
import { editInput, insertText, type TextInput, textInput } from '../shell/text-input.ts';
import { type ActionFormOverlay, formInput, formProblems } from './action-form.ts';
import { editLines, MOST_CHARACTERS, pasteLines } from './lines-input.ts';

export function pressActionForm(dashboard: Dashboard, form: ActionFormOverlay, press: KeyPress): void {
  const { keys } = dashboard;
  const id = keys.find('dialog', press.name)?.id;
  if (id === 'dialog.cancel') {
    closeForm(dashboard, form);
    return;
  }
  // What is typed before the first values are there would be overwritten by them.
  if (form.isLoading) return;
  const field = form.subject.fields[form.at];
  // In several lines enter and the arrows belong to the text; tab and the key that submits still lead out of it.
  const isText = field?.kind === 'lines' && /^(?:enter|up|down)$/.test(press.name);
  if (id === 'dialog.submit' || (id === 'dialog.accept' && !isText)) submit(dashboard, form);
  else if (id === 'dialog.next' && !isText) step(dashboard, form, 1);
  else if (id === 'dialog.previous' && !isText) step(dashboard, form, -1);
  else if (field) edit(dashboard, form, field, press);
}

export function pasteActionForm(dashboard: Dashboard, form: ActionFormOverlay, text: string): void {
  const field = form.subject.fields[form.at];
  if (form.isLoading || field === undefined || field.kind === 'choice' || field.kind === 'flag') return;
  const before = form.values[field.id] ?? textInput();
  const isLines = field.kind === 'lines';
  const pasted = isLines ? pasteLines(before, text) : pasteLine(before, text.trim());
  if (pasted) put(dashboard, form, field, pasted);
  else complain(dashboard, form, field, `That is too long: at most ${MOST_CHARACTERS} characters fit here`);
}

/** Refused rather than cut: half a token or certificate is worse than none. */
function pasteLine(before: TextInput, text: string): TextInput | undefined {
  return before.text.length + text.length > MOST_CHARACTERS ? undefined : insertText(before, text, MOST_CHARACTERS);
}

function closeForm(dashboard: Dashboard, form: ActionFormOverlay): void {
  form.subject.abort.abort();
  dashboard.overlay(undefined);
  if (form.subject.instead === undefined) dashboard.toast('Nothing was changed', 'muted');
}

function submit(dashboard: Dashboard, form: ActionFormOverlay): void {
  const problems = formProblems(form);
  const first = form.subject.fields.findIndex(({ id }) => problems[id] !== undefined);
  if (first >= 0) {
    dashboard.overlay({ ...form, problems, at: first });
    return;
  }
  dashboard.overlay(undefined);
  const { request, instead, onSubmit } = form.subject;
  if (onSubmit) {
    onSubmit(formInput(form));
    return;
  }
  if (instead) {
    instead.cancel();
    dashboard.back();
  }
  dashboard.actions.start({ ...request, input: formInput(form) });
}

function step(dashboard: Dashboard, form: ActionFormOverlay, by: 1 | -1): void {
  const { length } = form.subject.fields;
  dashboard.overlay({ ...form, at: (form.at + by + length) % length });
}

function edit(dashboard: Dashboard, form: ActionFormOverlay, field: ActionField, press: KeyPress): void {
  const before = form.values[field.id] ?? textInput();
  const after = edited(field, before, press);
  if (after) put(dashboard, form, field, after);
}

function edited(field: ActionField, before: TextInput, press: KeyPress): TextInput | undefined {
  switch (field.kind) {
    case 'choice':
      return chosen(field, before, press.name);
    case 'flag':
      return press.name === 'space' || press.name === 'left' || press.name === 'right'
        ? textInput(before.text === 'yes' ? '' : 'yes')
        : undefined;
    case 'lines':
      return editLines(before, press);
    case 'number':
      return press.text === '' || /^\d$/.test(press.text) ? editInput(before, press) : undefined;
    default:
      return editInput(before, press);
  }
}

function chosen(field: ActionField, before: TextInput, key: string): TextInput | undefined {
  const by = key === 'left' ? -1 : key === 'right' || key === 'space' ? 1 : 0;
  // What may be left out has an empty choice of its own.
  const values = [...(field.required ? [] : ['']), ...(field.choices ?? []).map(({ value }) => value)];
  if (by === 0 || values.length === 0) return undefined;
  const at = values.indexOf(before.text);
  return textInput(values[(at + by + values.length) % values.length]);
}

function put(dashboard: Dashboard, form: ActionFormOverlay, field: ActionField, input: TextInput): void {
  const { [field.id]: _gone, ...problems } = form.problems;
  dashboard.overlay({ ...form, values: { ...form.values, [field.id]: input }, problems });
}

function complain(dashboard: Dashboard, form: ActionFormOverlay, field: ActionField, problem: string): void {
  dashboard.overlay({ ...form, problems: { ...form.problems, [field.id]: problem } });
}
