import { fitLine, type Line, lineWidth, truncateLine } from '../text/line.ts';
import { fitText } from '../text/text-width.ts';
import type { Glyphs } from '../theme/glyphs.ts';

const WHOLE_WIDTH_BELOW = 100;

/** Something that stands over the body: painted lines at a place of the frame. */
export interface OverlayBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly lines: readonly Line[];
}

/** A frame with a title around lines; every line exactly `width` cells. */
export function boxed(title: string, lines: readonly Line[], width: number, glyphs: Glyphs): readonly Line[] {
  const { box } = glyphs;
  const inner = Math.max(0, width - 4);
  const name = title === '' ? '' : ` ${fitText(title, Math.min(inner - 2, title.length), 'left', glyphs.ellipsis)} `;
  const rest = box.horizontal.repeat(Math.max(0, width - 3 - name.length));
  const top: Line = [
    { text: `${box.topLeft}${box.horizontal}`, role: 'border' },
    { text: name, role: 'title' },
    { text: `${rest}${box.topRight}`, role: 'border' },
  ];
  const bottom: Line = [
    { text: `${box.bottomLeft}${box.horizontal.repeat(Math.max(0, width - 2))}${box.bottomRight}`, role: 'border' },
  ];
  const body = lines.map(
    (line): Line => [
      { text: `${box.vertical} `, role: 'border' },
      ...fitLine(truncateLine(line, inner, glyphs.ellipsis), inner),
      { text: ` ${box.vertical}`, role: 'border' },
    ],
  );
  return [fitLine(top, width, ''), ...body, bottom];
}

/** Centred from left to right; as wide as its content asks, within the terminal. */
export function placed(
  content: { readonly title: string; readonly lines: readonly Line[]; readonly least?: number },
  columns: number,
  top: number,
  glyphs: Glyphs,
): OverlayBox {
  const widest = Math.max(content.least ?? 0, content.title.length + 4, ...content.lines.map(lineWidth));
  // In a narrow terminal the box takes the whole width: leftovers of rows beside it would only confuse.
  const width = columns < WHOLE_WIDTH_BELOW || widest + 4 > columns - 2 ? columns : widest + 4;
  return {
    left: Math.max(0, Math.floor((columns - width) / 2)),
    top,
    width,
    lines: boxed(content.title, content.lines, width, glyphs),
  };
}

/**
 * A whole-width panel without sides: an address in it can be selected with the mouse as it stands. `lines` are laid out for
 * the whole width.
 */
export function panel(
  content: { readonly title: string; readonly lines: readonly Line[] },
  columns: number,
  top: number,
  glyphs: Glyphs,
): OverlayBox {
  const { horizontal } = glyphs.box;
  const title = fitText(` ${content.title} `, Math.min(columns - 2, content.title.length + 2), 'left', glyphs.ellipsis);
  const rule = (text: string): Line => [
    { text: horizontal.repeat(Math.max(0, columns - text.length)), role: 'border' },
  ];
  return {
    left: 0,
    top,
    width: columns,
    lines: [
      [{ text: horizontal, role: 'border' }, { text: title, role: 'title' }, ...rule(` ${title}`)],
      ...content.lines.map((line) => fitLine(truncateLine(line, columns, glyphs.ellipsis), columns)),
      rule(''),
    ],
  };
}
