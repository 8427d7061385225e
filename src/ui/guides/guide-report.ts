import { isoText } from '../../domain/age.ts';
import type { GuideState, StepView } from '../../guides/guide-run.ts';
import { plainText } from '../text/styled-line.ts';
import type { GuideSession } from './guide-session.ts';
import { progressWords, stepStanding } from './step-words.ts';

/** What was found, as a file or for a chat: plain lines, no secret (evidence never holds one, secret values are left out). */
export function guideReport(guide: GuideSession, now: number): readonly string[] {
  const { state, run } = guide;
  if (!state || !run) return [];
  const secret = new Set(run.guide.fields.filter((field) => field.secret).map(({ id }) => id));
  const values = Object.entries(run.input).filter(([id, value]) => !secret.has(id) && value !== '');
  return [
    `${guide.entry.title} on ${guide.rack}`,
    `${isoText(now)}, ${progressWords(state)}`,
    ...values.map(([id, value]) => `${id}: ${value}`),
    ...state.notices,
    ...state.steps.flatMap((view) => ['', ...stepReport(view, state)]),
  ].map(plainText);
}

export function stepReport(view: StepView, state: GuideState): readonly string[] {
  const { step, result, checkedAt, done } = view;
  const { glyph, word } = stepStanding(view, state);
  const seen = checkedAt === undefined ? '' : ` (${isoText(checkedAt)})`;
  return [
    `${glyph} ${word}: ${step.title}${seen}`,
    ...indented(result?.words),
    ...indented(step.why, 'why: '),
    ...indented(result?.next, 'next: '),
    ...indented(result?.command, 'run: '),
    ...(done ? [`  ${done.what} on ${isoText(done.at)}: ${done.outcome}. ${done.words}`] : []),
    ...(result?.evidence ?? []).flatMap(({ label, text }) => indented(text, `${label}: `)),
  ].map(plainText);
}

function indented(text: string | undefined, label = ''): readonly string[] {
  if (text === undefined || text === '') return [];
  return text.split('\n').map((row, at) => (at === 0 ? `  ${label}${row}` : `    ${row}`));
}

/** `console-role-acme-prod-20260301-0300.txt`. */
export function reportName(guide: GuideSession, now: number): string {
  const rack = guide.rack.replace(/[^A-Za-z0-9.-]+/g, '-');
  const stamp = new Date(now).toISOString().slice(0, 16).replace(/[-:]/g, '').replace('T', '-');
  return `${guide.entry.id}-${rack}-${stamp}.txt`;
}
