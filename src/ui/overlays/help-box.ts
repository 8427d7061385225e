import type { KeyBinding, KeyContext } from '../keys/key-binding.ts';
import { keyLabel } from '../keys/key-label.ts';
import type { Dashboard } from '../shell/dashboard.ts';
import { TableBody } from '../shell/table-body.ts';
import { ACTION_KEYS, isLinkOnly, LINK_KEYS, linkFor } from '../shell/table-commands.ts';
import { unavailableReason } from '../shell/unavailable.ts';
import { fitLine, type Line, lineWidth } from '../text/line.ts';

export interface HelpBox {
  readonly title: string;
  readonly lines: readonly Line[];
  /** Lines that fit on screen at a time. */
  readonly room: number;
}

interface Section {
  readonly title: string;
  readonly lines: readonly Line[];
}

const KEY_WIDTH = 9;
const COLUMN_GAP = 3;
const LEAST_COLUMN = 34;
const FILTER_EXAMPLES: readonly (readonly [string, string])[] = [
  ['web', 'rows with this text'],
  ['!web', 'rows without it'],
  ['/web-[0-9]/', 'regular expression'],
  ['cpu>500m', 'more than half a core'],
  ['memory>1Gi', 'more than 1 GiB'],
  ['age<2h', 'younger than two hours'],
  ['status:crashed', 'this word in a column'],
  ['"two words"', 'text with a space'],
];

/** Help for the view on screen, generated from the key table, the resource and its columns. */
export function helpBox(dashboard: Dashboard): HelpBox {
  const { size } = dashboard.state;
  const sections = helpSections(dashboard);
  const inner = size.columns < 100 ? size.columns - 4 : Math.min(size.columns, 150) - 6;
  const fitting = Math.max(1, Math.min(3, Math.floor((inner + COLUMN_GAP) / (LEAST_COLUMN + COLUMN_GAP))));
  // Read aloud, columns side by side are a muddle.
  const count = dashboard.services.look.screenReader ? 1 : fitting;
  const columnWidth = Math.floor((inner - (count - 1) * COLUMN_GAP) / count);
  const columns = spread(sections, count);
  const height = Math.max(...columns.map((column) => column.length));
  const lines = Array.from(
    { length: height },
    (_, at): Line =>
      columns.flatMap((column, index) => [
        ...(index > 0 ? [{ text: ' '.repeat(COLUMN_GAP) }] : []),
        ...fitLine(column[at] ?? [], columnWidth),
      ]),
  );
  return { title: `Help: ${dashboard.location().view}`, lines, room: Math.max(1, size.rows - 6) };
}

function helpSections(dashboard: Dashboard): readonly Section[] {
  const body = dashboard.body();
  const context: KeyContext = dashboard.sessions.length === 0 ? 'start' : (body?.context ?? 'table');
  const table = body instanceof TableBody ? body : undefined;
  const sections: Section[] = [];
  if (table) {
    sections.push(linkSection(table), ...actionSections(dashboard));
    sections.push(keySection('Table', tableBindings(dashboard, table)));
  } else {
    sections.push(keySection(CONTEXT_TITLE[context] ?? context, contextBindings(dashboard, context)));
  }
  sections.push(keySection('Everywhere', contextBindings(dashboard, 'global')));
  if (table) {
    sections.push({ title: 'Filter', lines: entries(FILTER_EXAMPLES.map(([key, text]) => ({ key, text }))) });
    sections.push(columnSection(table));
  }
  return sections;
}

const CONTEXT_TITLE: Readonly<Partial<Record<KeyContext, string>>> = {
  log: 'Log',
  text: 'Text',
  action: 'Action',
  guide: 'Guide',
  start: 'Start',
};

function linkSection(table: TableBody): Section {
  const links = Object.entries(table.resource.open).map(([key, link]): Entry => {
    const id = Object.keys(LINK_KEYS).find((each) => LINK_KEYS[each] === key);
    const bound = id === undefined ? [key] : (table.host.keys.get(id)?.keys ?? [key]);
    return { key: bound.map(keyLabel).join(' '), text: link.label };
  });
  return { title: table.resource.title, lines: entries(links) };
}

/** What can be done with what is chosen, and why the rest cannot: `a r` is the menu and a letter of it. */
function actionSections(dashboard: Dashboard): readonly Section[] {
  const { actions, keys } = dashboard;
  const menu = keyLabel(keys.get('table.actions')?.keys[0] ?? '');
  const offers = actions.offers(dashboard.selection()).map(({ action, letter, verdict }): Entry => {
    const key = action.key === undefined ? `${menu} ${letter ?? ''}` : keyOf(dashboard, action.key);
    const text = action.title.toLowerCase();
    return verdict.allowed ? { key, text } : { key, text: `${text} (${verdict.reason})`, off: true };
  });
  if (offers.length > 0) {
    const open: Entry = { key: menu, text: 'menu of all of them' };
    return [{ title: 'Actions', lines: entries([...offers, open]) }];
  }
  if (actions.closed === undefined) return [];
  return [{ title: `Actions (${actions.closed})`, lines: entries(closedKeys(dashboard)) }];
}

/** Keys stay where they are when nothing can be changed. */
function closedKeys({ keys }: Dashboard): readonly Entry[] {
  return [...Object.keys(ACTION_KEYS), 'table.actions'].flatMap((id): readonly Entry[] => {
    const binding = keys.get(id);
    if (binding === undefined || binding.keys.length === 0) return [];
    return [{ key: binding.keys.map(keyLabel).join(' '), text: binding.label, off: true }];
  });
}

/** A key of an action as it is mapped now. */
function keyOf({ keys }: Dashboard, key: string): string {
  const id = Object.keys(ACTION_KEYS).find((each) => ACTION_KEYS[each] === key);
  return keyLabel((id === undefined ? undefined : keys.get(id)?.keys[0]) ?? key);
}

/** The table's bindings without those that the resource gave a meaning of its own. */
function tableBindings(dashboard: Dashboard, table: TableBody): readonly KeyBinding[] {
  return contextBindings(dashboard, 'table').filter(
    (binding) => linkFor(table, binding.id) === undefined && !isLinkOnly(binding.id) && !isActing(binding.id),
  );
}

/** Listed with the actions of the view. */
function isActing(id: string): boolean {
  return id in ACTION_KEYS || id === 'table.actions';
}

function contextBindings(dashboard: Dashboard, context: KeyContext): readonly KeyBinding[] {
  return dashboard.keys.bindings.filter((binding) => binding.context === context && binding.keys.length > 0);
}

function keySection(title: string, bindings: readonly KeyBinding[]): Section {
  const working = bindings.filter((binding) => unavailableReason(binding.id) === undefined);
  const ordered = [...working, ...bindings.filter((binding) => !working.includes(binding))];
  const listed = ordered.map((binding): Entry => {
    const range = binding.keys.length > 3;
    const keys = range ? [binding.keys[0], binding.keys.at(-1)] : binding.keys.slice(0, 2);
    const label = keys.map((key) => keyLabel(key ?? '')).join(range ? '-' : ' ');
    const reason = unavailableReason(binding.id);
    return {
      key: label,
      text: reason === undefined ? binding.label : `${binding.label} (${reason})`,
      off: reason !== undefined,
    };
  });
  return { title, lines: entries(listed) };
}

/** Numbered as the number keys count: what is drawn now. A column that found no room has no number. */
function columnSection(table: TableBody): Section {
  const { layout } = table.frame();
  const drawn = layout.columns.map(
    ({ column }, at): Entry => ({
      key: at < 9 ? `${at + 1}` : '',
      text: column.header === '' ? column.id : column.header.toLowerCase(),
    }),
  );
  const hidden = layout.dropped.map(
    (header): Entry => ({ key: '', text: `${header.toLowerCase()} (no room)`, off: true }),
  );
  return { title: 'Columns (sort key)', lines: entries([...drawn, ...hidden]) };
}

interface Entry {
  readonly key: string;
  readonly text: string;
  /** Not possible now: greyed. */
  readonly off?: boolean;
}

/** Keys and what they do in two columns; the longest key of the section sets the first one's width. */
function entries(list: readonly Entry[]): readonly Line[] {
  const width = Math.max(KEY_WIDTH, ...list.map(({ key }) => key.length));
  return list.map(({ key, text, off }): Line => {
    const label = key.padEnd(width);
    return off ? [{ text: `${label} ${text}`, role: 'muted' }] : [{ text: label, role: 'key' }, { text: ` ${text}` }];
  });
}

/** Sections shared out over columns of about the same height; a section may go on in the next column. */
function spread(sections: readonly Section[], count: number): readonly (readonly Line[])[] {
  const all = sections.flatMap((section, at): readonly Line[] => [
    ...(at > 0 ? [[{ text: '' }]] : []),
    [{ text: section.title, role: 'title' as const }],
    ...section.lines,
  ]);
  const height = Math.ceil(all.length / count);
  return Array.from({ length: count }, (_, at) => {
    const part = all.slice(at * height, (at + 1) * height);
    return part[0] && lineWidth(part[0]) === 0 ? [...part.slice(1), []] : part;
  });
}
