import type { ActionField } from '../actions/action-field.ts';
import type { AnyAction } from '../actions/define-action.ts';

/** One line for each action: `rackdeck do list`. */
export function actionList(actions: readonly AnyAction[]): string {
  const width = Math.max(...actions.map((action) => action.id.length));
  return actions
    .map(({ id, about, tier, fields = [] }) => {
      const names = fields.map((field) => (field.required ? field.id : `[${field.id}]`)).join(' ');
      return `${id.padEnd(width)}  tier ${tier}  ${about}${names === '' ? '' : ` (${names})`}\n`;
    })
    .join('');
}

/** How one action is called, and what its values mean: `rackdeck do list process.run`. */
export function actionUsage(action: AnyAction): string {
  const { id, title, about, tier, fields = [] } = action;
  const scripted =
    tier < 3 ? '' : '\nIt cannot be taken back, so it is only done in the dashboard; --dry-run shows its preview.';
  const values = fields.map((field) => [flagOf(field), meaningOf(field)] as const);
  const width = Math.max(0, ...values.map(([flag]) => flag.length));
  return [
    `${title}: ${about} (tier ${tier}).${scripted}`,
    '',
    `rackdeck do ${[id, subjectOf(action), ...fields.filter(({ required }) => required).map(flagOf)].filter((part) => part !== '').join(' ')} --dry-run`,
    ...(values.length === 0 ? [] : ['', ...values.map(([flag, meaning]) => `  ${flag.padEnd(width)}  ${meaning}`)]),
    '',
  ].join('\n');
}

const OF_AN_APP: ReadonlySet<AnyAction['subject']> = new Set(['process', 'service', 'release', 'resource']);

function subjectOf({ subject, bulk }: AnyAction): string {
  if (subject === 'none') return '';
  if (subject === 'app') return '--app <app>';
  const name = `<${subject}>${bulk ? ' ...' : ''}`;
  return OF_AN_APP.has(subject) ? `${name} --app <app>` : name;
}

/** What may be secret comes from a file or standard input alone. */
function flagOf({ id, kind, sensitive }: ActionField): string {
  return kind === 'secret' || sensitive === true ? `--set-file ${id}=<file>` : `--set ${id}=<${kindWord(kind)}>`;
}

function kindWord(kind: ActionField['kind']): string {
  return kind === 'flag' ? 'yes' : kind === 'lines' ? 'text' : kind;
}

function meaningOf({ label, help, choices = [], required }: ActionField): string {
  const among = choices.length === 0 ? '' : ` One of ${choices.map(({ value }) => value).join(', ')}.`;
  return `${label}${required ? '' : ' (may be left out)'}.${help === undefined ? '' : ` ${help}`}${among}`;
}
