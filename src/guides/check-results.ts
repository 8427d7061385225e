import type { GuideCheck, GuideCheckState } from '../domain/guide-check.ts';
import type { StepEvidence, StepResult, StepState } from '../domain/guide-step.ts';

const STATES: Readonly<Record<GuideCheckState, StepState>> = {
  ok: 'ok',
  attention: 'ok',
  unknown: 'unknown',
  refused: 'blocked',
};

/** Worst first: what stops the guide, what is not known, what is worth reading. */
const RANK: Readonly<Record<GuideCheckState, number>> = { refused: 0, unknown: 1, attention: 2, ok: 3 };

/** Rules (domain/guide-check.ts) as the result of one step: the worst of them decides and speaks first. */
export function resultOf(checks: readonly GuideCheck[], evidence: readonly StepEvidence[] = []): StepResult {
  const sorted = [...checks].sort((one, other) => RANK[one.state] - RANK[other.state]);
  const [worst] = sorted;
  if (!worst) return { state: 'unknown', words: 'There was nothing to look at.', evidence };
  const others = sorted.slice(1).filter(({ state }) => state !== 'ok');
  return {
    state: STATES[worst.state],
    words: worst.why,
    evidence: [
      ...evidence,
      ...worst.evidence.map((text) => ({ label: worst.id, text })),
      ...sorted
        .slice(1)
        .flatMap((check) => [
          { label: `${check.id} (${check.state})`, text: check.why },
          ...check.evidence.map((text) => ({ label: check.id, text })),
        ]),
    ],
    ...(worst.next === '' ? nextOf(others) : { next: worst.next }),
  };
}

function nextOf(checks: readonly GuideCheck[]): { readonly next?: string } {
  const next = checks.find((check) => check.next !== '')?.next;
  return next === undefined ? {} : { next };
}
