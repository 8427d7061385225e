import type { Failure } from '../domain/failure.ts';

/** Health of the way to one rack, for the header and the banner. Times in epoch ms. */
export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live'; readonly lastAnswerAt: number }
  | {
      readonly kind: 'offline';
      readonly since: number;
      readonly lastAnswerAt: number | undefined;
      /** `Infinity`: nothing is tried by itself, the target has to change first (a broken config file). */
      readonly retryAt: number;
      readonly failure: Failure;
    }
  | { readonly kind: 'logged-out'; readonly failure: Failure };
