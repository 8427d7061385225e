import type { Severity } from '../../domain/severity.ts';
import type { Tone } from '../../resources/column.ts';

/** Every non-letter the interface draws, so that an ASCII-only terminal gets a whole set of its own. */
export interface Glyphs {
  readonly cursor: string;
  readonly mark: string;
  readonly ellipsis: string;
  readonly separator: string;
  readonly ascending: string;
  readonly descending: string;
  readonly spark: readonly string[];
  /** Stands where a sparkline has no value yet. */
  readonly noSpark: string;
  readonly box: {
    readonly topLeft: string;
    readonly topRight: string;
    readonly bottomLeft: string;
    readonly bottomRight: string;
    readonly horizontal: string;
    readonly vertical: string;
  };
}

const UNICODE: Glyphs = {
  cursor: '>',
  mark: '*',
  ellipsis: '…',
  separator: '>',
  ascending: '↑',
  descending: '↓',
  spark: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  noSpark: '·',
  box: { topLeft: '╭', topRight: '╮', bottomLeft: '╰', bottomRight: '╯', horizontal: '─', vertical: '│' },
};

const ASCII: Glyphs = {
  cursor: '>',
  mark: '*',
  ellipsis: '~',
  separator: '>',
  ascending: '^',
  descending: 'v',
  spark: ['_', '.', ':', '-', '=', '+', '*', '#'],
  noSpark: ' ',
  box: { topLeft: '+', topRight: '+', bottomLeft: '+', bottomRight: '+', horizontal: '-', vertical: '|' },
};

export function glyphsFor(unicode: boolean): Glyphs {
  return unicode ? UNICODE : ASCII;
}

const STATE_GLYPH: Readonly<Record<Tone, string>> = {
  good: '+',
  notice: '~',
  warning: '!',
  critical: 'x',
  muted: '-',
  accent: '~',
  plain: ' ',
};

/** State is never colour alone: the sign in front of a status word. ASCII in both sets, it reads the same everywhere. */
export function stateGlyph(tone: Tone): string {
  return STATE_GLYPH[tone];
}

const SEVERITY_TONE: Readonly<Record<Severity, Tone>> = {
  ok: 'good',
  unknown: 'muted',
  info: 'notice',
  warning: 'warning',
  critical: 'critical',
};

export function severityTone(severity: Severity): Tone {
  return SEVERITY_TONE[severity];
}
