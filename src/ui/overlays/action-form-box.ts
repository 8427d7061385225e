import type { ActionField } from '../../actions/action-field.ts';
import type { ActionFormOverlay } from '../actions/action-form.ts';
import { placeOf } from '../actions/lines-input.ts';
import { subjectWords } from '../actions/selection.ts';
import { keyLabel } from '../keys/key-label.ts';
import type { Dashboard } from '../shell/dashboard.ts';
import { inputSpans } from '../shell/prompt.ts';
import { type TextInput, textInput } from '../shell/text-input.ts';
import type { Line, Span } from '../text/line.ts';
import { shownText } from '../text/shown-text.ts';
import { textWidth } from '../text/text-width.ts';
import { wrapWords } from '../text/wrap-words.ts';
import type { Role } from '../theme/role.ts';
import type { BoxContent } from './login-box.ts';

const WIDEST = 110;
const LONGEST_LABEL = 24;
/** Rows of a text of several lines, at least and at most. */
const LEAST_ROWS = 3;
const MOST_ROWS = 16;

interface Layout {
  readonly form: ActionFormOverlay;
  readonly width: number;
  readonly label: number;
  /** Rows for a text of several lines. */
  readonly rows: number;
  readonly unicode: boolean;
}

/** The fields of an action with what is wrong with them. The field at hand stays in sight in a low terminal. */
export function actionFormBox(dashboard: Dashboard, form: ActionFormOverlay): BoxContent {
  const { size } = dashboard.state;
  const { unicode } = dashboard.services.look;
  const width = (size.columns < 100 ? size.columns : Math.min(size.columns - 2, WIDEST)) - 4;
  const { fields, request, action } = form.subject;
  const label = Math.min(LONGEST_LABEL, Math.max(...fields.map((field) => textWidth(field.label)))) + 2;
  const rows = Math.max(LEAST_ROWS, Math.min(MOST_ROWS, size.rows - 12 - 2 * fields.length));
  const blocks = fields.map((field, at) => fieldLines(field, at, { form, width, label, rows, unicode }));
  const room = Math.max(4, size.rows - 9);
  const lines: Line[] = [
    ...words(`${capital(action.about)}.`, width, 'muted'),
    ...(form.isLoading ? words(`~ Asking ${request.rack} what is true now ...`, width, 'notice') : []),
    ...(form.complaint === undefined ? [] : words(`! ${form.complaint}`, width, 'warning')),
    [],
    ...inSight(blocks, form.at, room),
    [],
    keysLine(dashboard, form),
  ];
  const about = subjectWords(request.subjects, request.rack);
  return { title: `${action.title}: ${about}`, lines, least: width };
}

function fieldLines(field: ActionField, at: number, layout: Layout): readonly Line[] {
  const { form, width, label, rows, unicode } = layout;
  const isActive = at === form.at;
  const input = form.values[field.id] ?? textInput();
  const room = Math.max(8, width - label - 4);
  const head: Line = [
    { text: isActive ? '> ' : '  ', role: 'key' },
    { text: field.label.padEnd(label), role: isActive ? 'key' : 'muted' },
  ];
  const value = field.kind === 'lines' ? [] : valueSpans(field, input, isActive, room, unicode);
  const problem = form.problems[field.id];
  const indent = (line: Line): Line => [{ text: ' '.repeat(4) }, ...line];
  return [
    [...head, ...value],
    ...(field.kind === 'lines' ? textLines(input, isActive, rows, width - 4).map(indent) : []),
    ...(problem === undefined ? [] : words(`! ${problem}`, width - 4, 'warning').map(indent)),
    ...(isActive && field.help !== undefined ? words(field.help, width - 4, 'muted').map(indent) : []),
  ];
}

function valueSpans(field: ActionField, input: TextInput, isActive: boolean, room: number, unicode: boolean): Line {
  switch (field.kind) {
    case 'flag':
      return [{ text: input.text === 'yes' ? '[x] yes' : '[ ] no', ...active(isActive) }];
    case 'choice': {
      const chosen = field.choices?.find(({ value }) => value === input.text);
      const text = chosen?.label ?? 'not chosen';
      return isActive ? [{ text: '< ', role: 'key' }, { text }, { text: ' >', role: 'key' }] : [{ text }];
    }
    case 'secret':
      return editable({ ...input, text: dots(input.text, unicode) }, isActive, room);
    default:
      return editable({ ...input, text: shownText(input.text) }, isActive, room);
  }
}

function active(isActive: boolean): Partial<Span> {
  return isActive ? { role: 'accent' } : {};
}

function editable(input: TextInput, isActive: boolean, room: number): Line {
  return isActive ? inputSpans(input, room) : [{ text: [...input.text].slice(0, room).join('') }];
}

/** As many as there are characters: a slip of the paste shows. */
export function dots(text: string, unicode: boolean): string {
  return (unicode ? '\u2022' : '*').repeat([...text].length);
}

/** A window on a text of several lines, around its cursor, with the number of each line. */
function textLines(input: TextInput, isActive: boolean, rows: number, width: number): readonly Line[] {
  const { lines, row, column } = placeOf(input);
  const digits = String(lines.length).length;
  const top = Math.max(0, Math.min(row - Math.floor(rows / 2), lines.length - rows));
  return lines.slice(top, top + rows).map((line, offset): Line => {
    const at = top + offset;
    const text = shownText(line);
    const room = Math.max(8, width - digits - 2);
    const isHere = isActive && at === row;
    return [
      { text: `${String(at + 1).padStart(digits)}  `, role: isHere ? 'key' : 'muted' },
      ...(isHere ? inputSpans({ text, cursor: column }, room) : [{ text: [...text].slice(0, room).join('') }]),
    ];
  });
}

/** All blocks where they fit, else those around the one at hand. */
function inSight(blocks: readonly (readonly Line[])[], at: number, room: number): readonly Line[] {
  let from = 0;
  const height = (upTo: number): number => blocks.slice(from, upTo).reduce((sum, block) => sum + block.length, 0);
  while (from < at && height(at + 1) > room) from += 1;
  return blocks.slice(from).flat().slice(0, room);
}

function keysLine(dashboard: Dashboard, form: ActionFormOverlay): Line {
  const key = (id: string): string => keyLabel(dashboard.keys.get(id)?.keys[0] ?? '');
  const field = form.subject.fields[form.at];
  const moves = form.subject.fields.length > 1 ? [[key('dialog.next'), 'next field'] as const] : [];
  const special = field?.kind === 'choice' ? [['< >', 'choose'] as const] : [];
  const flag = field?.kind === 'flag' ? [['space', 'yes or no'] as const] : [];
  const go = field?.kind === 'lines' ? key('dialog.submit') : key('dialog.accept');
  const all = [
    [go, form.subject.go ?? 'preview'] as const,
    ...special,
    ...flag,
    ...moves,
    [key('dialog.cancel'), 'leave'] as const,
  ];
  return all.flatMap(
    ([name, label], index): Line => [{ text: `${index > 0 ? '   ' : ''}${name}`, role: 'key' }, { text: ` ${label}` }],
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function words(text: string, width: number, role: Role): readonly Line[] {
  return wrapWords(text, width).map((row) => [{ text: row, role }]);
}
