import type { AnyAction } from '../../actions/define-action.ts';
import type { Verdict } from '../../domain/verdict.ts';
import type { Destination } from '../navigation/location.ts';

export type PaletteKind = 'view' | 'rack' | 'app' | 'action' | 'guide' | 'command';

/** One line of the palette: somewhere to go or something to do, with the reason where it is not possible. */
export interface PaletteEntry {
  readonly kind: PaletteKind;
  /** What is typed and shown first: `processes`, `acme/prod`, `shop`. */
  readonly name: string;
  /** Other names that find it: `ps`, `pods`. */
  readonly aliases: readonly string[];
  readonly about: string;
  readonly verdict: Verdict;
  readonly target: { readonly go: Destination } | { readonly action: AnyAction } | { readonly command: string };
}
