import type { Preview, PreviewLine } from '../../actions/preview.ts';
import type { Proposal } from '../../actions/run-state.ts';
import type { Line } from '../text/line.ts';
import type { Role } from '../theme/role.ts';
import { BLANK, heading, INDENT, paragraph } from './panel-text.ts';
import { tierSpan } from './tier-words.ts';

/** Lines of a table once it is drawn; undefined until then. */
export type DrawnTables = readonly (readonly string[])[] | undefined;

/** What will change, the part that a tired person would overlook first. */
export function proposalLines(proposal: Proposal, tables: DrawnTables, width: number): readonly Line[] {
  const { preview, tier, isProtected, echo, moved } = proposal;
  const risk: Line = [
    { text: ' '.repeat(INDENT) },
    tierSpan(tier),
    ...(isProtected ? [{ text: '   PROTECTED', role: 'warning' as const, bold: true }] : []),
  ];
  return [
    ...paragraph(preview.headline, width, 'title'),
    risk,
    ...(moved
      ? paragraph(
          'The rack has changed since the preview before: this is what would happen now.',
          width,
          'warning',
          '!',
        )
      : []),
    ...previewLines(preview, tables, width),
    BLANK,
    ...paragraph(`${echoLabel(echo)}: ${echo}`, width, 'muted'),
  ];
}

/** A step of a guide may be another program's command. */
function echoLabel(echo: string): string {
  return echo.startsWith('convox ') ? 'With the convox CLI' : 'On the command line';
}

/** Without its headline. */
export function previewLines(preview: Preview, tables: DrawnTables, width: number): readonly Line[] {
  const { effects, warnings, lines = [] } = preview;
  return [
    ...(warnings.length > 0 ? [BLANK] : []),
    ...warnings.flatMap((text) => paragraph(text, width, 'warning', '!')),
    ...(effects.length > 0 ? [BLANK] : []),
    ...effects.flatMap((text) => paragraph(text, width, 'plain', '-')),
    ...tableLines(preview, tables),
    ...(lines.length > 0 ? [BLANK] : []),
    ...lines.map(changeLine),
  ];
}

function tableLines({ tables = [] }: Preview, drawn: DrawnTables): readonly Line[] {
  return tables.flatMap(({ title }, at): readonly Line[] => {
    const rows = drawn?.[at] ?? ['...'];
    return [
      BLANK,
      heading(title),
      ...rows.map(
        (text, row): Line => [{ text: ' '.repeat(INDENT) + text, ...(row < 2 ? { role: 'muted' as const } : {}) }],
      ),
    ];
  });
}

const CHANGE: Readonly<Record<PreviewLine['kind'], readonly [sign: string, role: Role]>> = {
  added: ['+ ', 'good'],
  removed: ['- ', 'critical'],
  changed: ['~ ', 'notice'],
  same: ['  ', 'muted'],
  heading: ['', 'column-header'],
};

/** State is glyph and colour; the sign alone says it where there is no colour. */
function changeLine({ kind, text }: PreviewLine): Line {
  const [sign, role] = CHANGE[kind];
  return [{ text: ' '.repeat(INDENT) + sign + text, role }];
}
