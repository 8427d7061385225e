import type { Tone } from '../../resources/column.ts';

/** What a piece of text means on screen. Tones say how good or bad a value is, the others what part of the frame it is. */
export type Role =
  | Tone
  | 'title'
  | 'crumb'
  | 'column-header'
  | 'key'
  | 'match'
  | 'cursor'
  | 'border'
  | 'banner-warning'
  | 'banner-critical'
  | 'badge';
