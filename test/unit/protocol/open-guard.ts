import type { Failure } from '../../../src/domain/failure.ts';
import type { MfaProof, MutationGuard } from '../../../src/protocol/mutation-guard.ts';

export interface OpenGuard extends MutationGuard {
  /** Routes as they were admitted, in order. */
  readonly admitted: string[];
  readonly challenges: Failure[];
  /** Routes whose request changed nothing. */
  readonly refusals: string[];
}

/** Lets everything through, and writes down what. `proofs`: handed out one after the other; `answers`: to challenges. */
export function openGuard(
  options: { readonly proofs?: readonly (MfaProof | undefined)[]; readonly answers?: readonly boolean[] } = {},
): OpenGuard {
  const admitted: string[] = [];
  const challenges: Failure[] = [];
  const refusals: string[] = [];
  return {
    admitted,
    challenges,
    refusals,
    refused: ({ route }) => void refusals.push(route),
    admit: async ({ route }) => {
      const nth = admitted.push(route) - 1;
      return options.proofs?.[nth];
    },
    challenged: async (_, failure) => {
      const nth = challenges.push(failure) - 1;
      return options.answers?.[nth] ?? false;
    },
  };
}
