import { isoText } from '../../domain/age.ts';
import { isGreen } from '../../domain/guide-step.ts';
import type { GuideState, StepView } from '../../guides/guide-run.ts';
import type { What } from '../../guides/step-run.ts';
import { BLANK, heading, INDENT, paragraph } from '../actions/panel-text.ts';
import type { Line } from '../text/line.ts';
import { shownText } from '../text/shown-text.ts';
import { fitText, textWidth } from '../text/text-width.ts';
import type { GuideSession } from './guide-session.ts';
import { STANDING_WIDTH, stepStanding } from './step-words.ts';

const LONGEST_LABEL = 28;

export interface StepFacts {
  readonly view: StepView;
  readonly state: GuideState;
  readonly guide: GuideSession;
  readonly width: number;
  /** Names of the keys that apply and take back. */
  readonly keys: Readonly<Record<What, string>>;
}

/** Everything about one step, what matters most first: it may be cut off below. */
export function stepLines(facts: StepFacts): readonly Line[] {
  const { view, state, width } = facts;
  const { step, result } = view;
  const standing = stepStanding(view, state);
  return [
    ...paragraph(step.title, width, 'title'),
    ...paragraph(foundWords(view, state, standing.word), width, standing.tone, standing.glyph),
    ...(result?.next === undefined ? [] : paragraph(`Next: ${shownText(result.next)}`, width, 'accent', '>')),
    ...(result?.command === undefined ? [] : commandLines(result.command)),
    ...offerLines(facts),
    ...doneLines(view, width),
    ...paragraph(`Why: ${step.why}`, width),
    ...(step.danger === undefined ? [] : paragraph(`Danger: ${step.danger}`, width, 'warning', '!')),
    ...evidenceLines(view, width),
  ];
}

function foundWords({ result }: StepView, { checking }: GuideState, word: string): string {
  if (result) return `${capital(word)}. ${shownText(result.words)}`;
  return checking === undefined ? 'Not looked at yet.' : 'Not looked at yet: one step after the other.';
}

/** Exactly as it stands, on one line, so that it can be selected: never wrapped. */
function commandLines(command: string): readonly Line[] {
  return command.split('\n').map(
    (row): Line => [
      { text: `${' '.repeat(INDENT)}$ `, role: 'muted' },
      { text: shownText(row), role: 'key' },
    ],
  );
}

function offerLines({ view, guide, width, keys }: StepFacts): readonly Line[] {
  const lines: Line[] = [];
  for (const what of ['apply', 'undo'] as const) {
    const change = view.step[what];
    const offer = view[what];
    // Nothing to do and nothing to take back is no news.
    const isIdle = what === 'undo' ? !offer?.offered : isGreen(view.result?.state ?? 'waiting');
    if (!change || !offer || isIdle) continue;
    const verdict = guide.verdict(view, what);
    const text = verdict.allowed
      ? `${keys[what]} ${change.title} (shows first what it would do)`
      : `${change.title}: ${verdict.reason}`;
    lines.push(...paragraph(text, width, verdict.allowed ? 'key' : 'muted', verdict.allowed ? '>' : 'x'));
    if (what === 'apply' && view.step.undo === undefined) {
      lines.push(...paragraph('There is no way back from this step.', width, 'warning', '!'));
    }
  }
  return lines;
}

function doneLines({ done }: StepView, width: number): readonly Line[] {
  if (!done) return [];
  const verb = done.what === 'undo' ? 'Taken back' : 'Applied';
  return paragraph(
    `${verb} here on ${isoText(done.at)}: ${done.outcome}. ${shownText(done.words)}`,
    width,
    'muted',
    '-',
  );
}

function evidenceLines({ result }: StepView, width: number): readonly Line[] {
  const evidence = result?.evidence ?? [];
  if (evidence.length === 0) return [];
  const label = Math.min(LONGEST_LABEL, Math.max(...evidence.map((each) => textWidth(each.label))));
  return [
    BLANK,
    heading('Evidence'),
    ...evidence.flatMap((each) => {
      const rows = each.text.split('\n');
      return rows.map((row, at): Line => {
        const name = at === 0 ? fitText(shownText(each.label), Math.min(label, width - 20)) : ' '.repeat(label);
        return [{ text: `${' '.repeat(INDENT)}${name}  `, role: 'muted' }, { text: shownText(row) }];
      });
    }),
  ];
}

export interface RowLook {
  readonly isSelected: boolean;
  /** It is what may be done next. */
  readonly isNext: boolean;
  readonly width: number;
  /** Cells of the titles. */
  readonly titles: number;
  readonly cursor: string;
  readonly ellipsis: string;
}

/** One step in the checklist: where it stands, what it is, what was found. */
export function stepRow(view: StepView, state: GuideState, look: RowLook): Line {
  const { glyph, word, tone } = stepStanding(view, state);
  const words = view.result?.words ?? '';
  const title = fitText(view.step.title, look.titles, 'left', look.ellipsis);
  return [
    { text: look.isSelected ? `${look.cursor} ` : '  ', role: 'key' },
    { text: fitText(`${glyph} ${word}`, STANDING_WIDTH + 2, 'left', look.ellipsis), role: tone },
    { text: ` ${look.isNext ? 'next ' : '     '}`, role: 'key' },
    { text: title, ...(look.isNext || look.isSelected ? { role: 'title' as const } : {}) },
    { text: `  ${shownText(words)}`, role: 'muted' },
  ];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
