import type { Offer } from '../actions/action-door.ts';
import { type ActionMenuOverlay, menuSelection } from '../actions/action-menu.ts';
import { type Selection, subjectWords } from '../actions/selection.ts';
import { TIER_WIDTH, tierSpan } from '../actions/tier-words.ts';
import type { Dashboard } from '../shell/dashboard.ts';
import { moveCursor } from '../table/table-window.ts';
import { fitLine, type Line } from '../text/line.ts';
import { fitText, textWidth } from '../text/text-width.ts';
import type { Glyphs } from '../theme/glyphs.ts';
import type { BoxContent } from './login-box.ts';

const WIDEST = 140;
const NAME_WIDTH = 24;

/** Letter, name, risk, and what it does; greyed with the reason where it is refused. */
export function actionMenuBox(dashboard: Dashboard, menu: ActionMenuOverlay): BoxContent {
  const selection = menuSelection(dashboard, menu);
  const { size } = dashboard.state;
  const { glyphs } = dashboard.theme;
  const width = (size.columns < 100 ? size.columns : Math.min(size.columns - 2, WIDEST)) - 4;
  const offers = dashboard.actions.offers(selection);
  const selected = Math.min(menu.selected, Math.max(0, offers.length - 1));
  const room = Math.max(3, Math.min(offers.length, size.rows - 7));
  const { top } = moveCursor({ cursor: 0, top: 0 }, selected, offers.length, room);
  const names = Math.max(NAME_WIDTH, ...offers.map(({ action }) => Math.min(32, textWidth(action.title))));
  const lines = offers
    .slice(top, top + room)
    .map((offer, at) => offerLine(offer, { isSelected: top + at === selected, names, width, glyphs }));
  const more = offers.length > room ? ` (${selected + 1}/${offers.length})` : '';
  return { title: `Actions on ${chosen(selection)}${more}`, lines, least: width };
}

function chosen({ racks, subjects, hidden: left }: Selection): string {
  const [rack] = racks;
  const words = subjectWords(subjects, rack);
  const hidden = left > 0 ? ` (${left} marked rows hidden by the filter are left out)` : '';
  return `${words}${hidden}`;
}

interface Drawing {
  readonly isSelected: boolean;
  readonly names: number;
  readonly width: number;
  readonly glyphs: Glyphs;
}

function offerLine({ action, letter, tier, verdict }: Offer, drawing: Drawing): Line {
  const { isSelected, names, width, glyphs } = drawing;
  const marker = isSelected ? `${glyphs.cursor} ` : '  ';
  const name = fitText(action.title, names, 'left', glyphs.ellipsis);
  const key = (letter ?? '').padEnd(2);
  if (!verdict.allowed) {
    return fitLine([{ text: `${marker}${key} ${name}  x ${verdict.reason}`, role: 'muted' }], width, glyphs.ellipsis);
  }
  const risk = tierSpan(tier);
  return fitLine(
    [
      { text: marker, role: 'key' },
      { text: key, role: 'key' },
      { text: ` ${name}  `, ...(isSelected ? { role: 'key' as const } : {}) },
      { ...risk, text: risk.text.padEnd(TIER_WIDTH) },
      { text: `  ${action.about}`, role: isSelected ? 'plain' : 'muted' },
    ],
    width,
    glyphs.ellipsis,
  );
}
