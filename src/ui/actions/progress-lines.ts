import type { Observation, ObservedCheck } from '../../actions/observation.ts';
import type { RunState } from '../../actions/run-state.ts';
import { spanText } from '../../domain/age.ts';
import type { Line } from '../text/line.ts';
import { fitText, textWidth } from '../text/text-width.ts';
import type { Role } from '../theme/role.ts';
import { causeWords, standingOf } from './outcome-words.ts';
import { BLANK, failureLines, INDENT, paragraph } from './panel-text.ts';
import { type DrawnTables, previewLines } from './proposal-lines.ts';

type Step<Name extends RunState['step']> = Extract<RunState, { step: Name }>;
type Sent = Step<'running' | 'verifying' | 'watching' | 'ended'>;

/** Refused before anything left: which rule, why, what then. */
export function refusedLines(state: Step<'refused'>, tables: DrawnTables, width: number): readonly Line[] {
  const { because, reason, failure, preview } = state;
  const { glyph, tone } = standingOf(state);
  return [
    ...paragraph(causeWords(because), width, tone, glyph),
    ...(failure ? failureLines(failure, width) : paragraph(reason, width)),
    ...paragraph('Nothing was changed.', width, 'muted'),
    ...(preview ? [BLANK, ...paragraph(preview.headline, width, 'title')] : []),
    ...(preview ? previewLines(preview, tables, width) : []),
  ];
}

/** What left, what was seen of it so far, and how it stands. */
export function progressLines(state: Sent, now: number, width: number): readonly Line[] {
  return [
    ...paragraph(state.proposal.preview.headline, width, 'title'),
    BLANK,
    ...state.notes.flatMap((note) => paragraph(note, width, 'muted', '-')),
    ...standingLines(state, now, width),
    ...checkLines(observationOf(state), width),
    ...endLines(state, width),
  ];
}

function observationOf(state: Sent): Observation | undefined {
  return state.step === 'running' ? undefined : state.observation;
}

function standingLines(state: Sent, now: number, width: number): readonly Line[] {
  const { glyph, word, tone } = standingOf(state);
  const say = (text: string): readonly Line[] => paragraph(text, width, tone, glyph);
  switch (state.step) {
    case 'running':
      return say(`Sent, waiting for the answer (${since(now, state.since)}) ...`);
    case 'verifying':
      return [
        ...say(
          state.observation
            ? `Verifying (${since(now, state.since)}): ${state.observation.words}`
            : `Verifying (${since(now, state.since)}) ...`,
        ),
        ...paragraph(`Gives up ${inTime(state.deadline, now)}; the change itself stays.`, width, 'muted'),
      ];
    case 'watching':
      return [
        ...say(state.words),
        ...paragraph(`Watching for trouble, ends ${inTime(state.until, now)}.`, width, 'muted'),
      ];
    case 'ended':
      return say(`${capital(word)}. ${state.ended.words}`);
  }
}

function endLines(state: Sent, width: number): readonly Line[] {
  if (state.step !== 'ended') return [];
  const { failure } = state.ended;
  return failure ? [BLANK, ...failureLines(failure, width)] : [];
}

const CHECK: Readonly<Record<ObservedCheck['state'], readonly [glyph: string, role: Role]>> = {
  ok: ['+', 'good'],
  pending: ['~', 'notice'],
  bad: ['x', 'critical'],
  unknown: ['?', 'muted'],
};

function checkLines(observation: Observation | undefined, width: number): readonly Line[] {
  const { checks = [] } = observation ?? {};
  if (checks.length === 0) return [];
  const label = Math.min(40, Math.max(...checks.map((check) => textWidth(check.label))));
  return [
    BLANK,
    ...checks.map((check): Line => {
      const [glyph, role] = CHECK[check.state];
      return [
        { text: `${' '.repeat(INDENT)}${glyph} `, role },
        { text: `${fitText(check.label, Math.min(label, width - 20))}  ` },
        { text: check.words, role },
      ];
    }),
  ];
}

function since(now: number, from: number): string {
  return now - from < 1_000 ? '0s' : spanText(now - from);
}

function inTime(end: number, now: number): string {
  return end <= now ? 'now' : `in ${spanText(end - now)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
