import type { PaletteEntry } from '../palette/palette-entry.ts';
import type { Dashboard } from '../shell/dashboard.ts';
import { type PaletteOverlay, paletteRows } from '../shell/palette-keys.ts';
import { inputSpans } from '../shell/prompt.ts';
import { moveCursor } from '../table/table-window.ts';
import { fitLine, type Line, spreadLine } from '../text/line.ts';
import { fitText, textWidth } from '../text/text-width.ts';

const WIDEST = 110;
const NAME_WIDTH = 22;

/** Input line, then entries: name, what it is, and the reason where it is not possible. */
export function paletteBox(
  dashboard: Dashboard,
  overlay: PaletteOverlay,
): { readonly title: string; readonly lines: readonly Line[]; readonly least: number } {
  const { size } = dashboard.state;
  const inner = (size.columns < 100 ? size.columns : Math.min(size.columns - 2, WIDEST)) - 4;
  const rows = paletteRows(dashboard, overlay);
  const room = Math.max(3, Math.min(rows.length, size.rows - 8, 18));
  const selected = Math.min(overlay.selected, Math.max(0, rows.length - 1));
  const { top } = moveCursor({ cursor: 0, top: 0 }, selected, rows.length, room);
  const count = rows.length === 0 ? 'nothing found' : `${selected + 1}/${rows.length}`;
  const input = spreadLine(
    [{ text: ': ', role: 'key' }, ...inputSpans(overlay.input, inner - 20)],
    [{ text: count, role: 'muted' }],
    inner,
  );
  const shown = rows
    .slice(top, top + room)
    .map((entry, at) => entryLine(entry, top + at === selected, inner, dashboard));
  return { title: 'Go to', lines: [input, [], ...shown], least: inner };
}

function entryLine(entry: PaletteEntry, selected: boolean, width: number, dashboard: Dashboard): Line {
  const { glyphs } = dashboard.theme;
  const allowed = entry.verdict.allowed;
  const name = fitText(entry.name, Math.max(NAME_WIDTH, Math.min(textWidth(entry.name), 40)), 'left', glyphs.ellipsis);
  const marker = selected ? `${glyphs.cursor} ` : '  ';
  if (!entry.verdict.allowed) {
    const text = `${marker}${name}  x ${entry.verdict.reason}`;
    return fitLine([{ text, role: 'muted' }], width, glyphs.ellipsis);
  }
  return fitLine(
    [
      { text: marker, role: 'key' },
      {
        text: name,
        ...(selected ? { role: 'key' as const } : allowed && entry.kind !== 'view' ? { role: 'accent' as const } : {}),
      },
      { text: `  ${entry.about}`, role: selected ? 'plain' : 'muted' },
    ],
    width,
    glyphs.ellipsis,
  );
}
