import type { Role } from './role.ts';

/** SGR parameters per role; `''` leaves the terminal's own colour. */
export interface Palette {
  readonly roles: Readonly<Record<Role, string>>;
  readonly selection: string;
  /** The selected line shows no colours of its own (inverse video would turn them into backgrounds). */
  readonly selectionIsFinal: boolean;
}

// Chosen after Okabe and Ito: bluish green, orange, vermillion and sky blue stay apart for every common kind of colour
// blindness; mid luminance, so that they read on dark and on light backgrounds.
const TRUECOLOR: Palette = {
  roles: {
    plain: '',
    muted: rgb(128, 135, 146),
    good: rgb(31, 166, 126),
    notice: rgb(70, 156, 222),
    warning: rgb(222, 150, 22),
    critical: `1;${rgb(226, 84, 54)}`,
    accent: rgb(62, 172, 190),
    title: '1',
    crumb: rgb(62, 172, 190),
    'column-header': `1;${rgb(128, 135, 146)}`,
    key: `1;${rgb(70, 156, 222)}`,
    match: `4;${rgb(222, 150, 22)}`,
    cursor: '7',
    border: rgb(98, 106, 118),
    'banner-warning': `38;2;20;20;20;48;2;222;150;22`,
    'banner-critical': `1;38;2;255;255;255;48;2;176;52;30`,
    badge: '1',
  },
  selection: '38;2;255;255;255;48;2;30;66;110',
  selectionIsFinal: false,
};

const INDEXED: Palette = {
  roles: {
    plain: '',
    muted: '38;5;245',
    good: '38;5;36',
    notice: '38;5;75',
    warning: '38;5;214',
    critical: '1;38;5;203',
    accent: '38;5;44',
    title: '1',
    crumb: '38;5;44',
    'column-header': '1;38;5;245',
    key: '1;38;5;75',
    match: '4;38;5;214',
    cursor: '7',
    border: '38;5;241',
    'banner-warning': '38;5;16;48;5;214',
    'banner-critical': '1;38;5;231;48;5;124',
    badge: '1',
  },
  selection: '38;5;231;48;5;24',
  selectionIsFinal: false,
};

// Sixteen colours are whatever the terminal's scheme says; cyan instead of green keeps good and critical apart for
// red-green blindness.
const BASIC: Palette = {
  roles: {
    plain: '',
    muted: '90',
    good: '36',
    notice: '94',
    warning: '33',
    critical: '1;91',
    accent: '96',
    title: '1',
    crumb: '96',
    'column-header': '1;90',
    key: '1;94',
    match: '4;33',
    cursor: '7',
    border: '90',
    'banner-warning': '30;43',
    'banner-critical': '1;97;41',
    badge: '1',
  },
  selection: '7',
  selectionIsFinal: true,
};

export function paletteFor(depth: 0 | 1 | 2 | 3): Palette {
  if (depth === 3) return TRUECOLOR;
  return depth === 2 ? INDEXED : BASIC;
}

function rgb(red: number, green: number, blue: number): string {
  return `38;2;${red};${green};${blue}`;
}
