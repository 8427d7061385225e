import type { Outcome, RunState } from '../../actions/run-state.ts';
import type { VerdictCause } from '../../domain/verdict.ts';
import type { Tone } from '../../resources/column.ts';

/** How something stands: sign, word and colour. */
export interface Standing {
  readonly glyph: string;
  readonly word: string;
  readonly tone: Tone;
}

const OUTCOME: Readonly<Record<Outcome, Standing>> = {
  verified: { glyph: '+', word: 'verified', tone: 'good' },
  unproven: { glyph: '!', word: 'not proven', tone: 'warning' },
  failed: { glyph: 'x', word: 'failed', tone: 'critical' },
  rejected: { glyph: 'x', word: 'refused, nothing changed', tone: 'critical' },
  'no-effect': { glyph: '!', word: 'no effect', tone: 'warning' },
  unclear: { glyph: '!', word: 'unclear', tone: 'warning' },
};

const REFUSED: Standing = { glyph: 'x', word: 'not allowed', tone: 'warning' };

/** One word for a run, for its panel, the list of runs and what is said of it elsewhere. */
export function standingOf(state: RunState): Standing {
  switch (state.step) {
    case 'planning':
      return { glyph: '~', word: 'planning', tone: 'notice' };
    case 'refused':
      return state.because === 'plan' || state.because === 'failure' ? { ...REFUSED, word: 'not possible' } : REFUSED;
    case 'confirm':
      return { glyph: '?', word: 'waits for you', tone: 'accent' };
    case 'checking':
      return { glyph: '~', word: 'checking once more', tone: 'notice' };
    case 'step-up':
      return { glyph: '?', word: 'waits for a code', tone: 'accent' };
    case 'running':
      return { glyph: '~', word: 'running', tone: 'notice' };
    case 'verifying':
      return { glyph: '~', word: 'verifying', tone: 'notice' };
    case 'watching':
      return { glyph: '+', word: 'verified, watching', tone: 'good' };
    case 'ended':
      return OUTCOME[state.ended.outcome];
    case 'cancelled':
      return { glyph: '-', word: 'left', tone: 'muted' };
  }
}

/** Which rule says no, for the line above its reason. */
const CAUSE: Readonly<Record<VerdictCause | 'plan' | 'failure', string>> = {
  role: 'Your role does not allow it',
  version: 'The rack is too old for it',
  route: 'It cannot be reached this way',
  target: 'It does not apply here',
  'read-only': 'Read-only',
  guardrail: 'A guardrail forbids it',
  unknown: 'It is not known whether you may',
  server: 'Only the server knows whether you may',
  plan: 'It would not do what was asked',
  failure: 'It could not be planned',
};

export function causeWords(because: VerdictCause | 'plan' | 'failure'): string {
  return CAUSE[because];
}

/** What a run that was left has to say when it is over. */
export function endWords(state: RunState): string {
  switch (state.step) {
    case 'ended':
      return state.ended.words;
    case 'refused':
      return state.reason;
    case 'cancelled':
      return state.words;
    default:
      return standingOf(state).word;
  }
}
