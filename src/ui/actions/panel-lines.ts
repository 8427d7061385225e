import type { Proposal, RunState } from '../../actions/run-state.ts';
import type { ActionRequest } from '../../domain/subject.ts';
import { keyLabel } from '../keys/key-label.ts';
import type { KeyMap } from '../keys/key-map.ts';
import type { Line } from '../text/line.ts';
import { keyLine, paragraph } from './panel-text.ts';
import { progressLines, refusedLines } from './progress-lines.ts';
import { type DrawnTables, proposalLines } from './proposal-lines.ts';

/** Everything that a panel is drawn from. */
export interface PanelFacts {
  readonly state: RunState;
  readonly rack: string;
  readonly width: number;
  readonly now: number;
  readonly tables: DrawnTables;
  /** Where text is typed to confirm. */
  readonly answer: readonly Line[] | undefined;
  /** Where a one-time code is asked. */
  readonly stepUp: readonly Line[] | undefined;
  /** Lines below the ones on screen. */
  readonly below: number;
  readonly undo: ActionRequest | undefined;
  /** Title of the action that usually comes next. */
  readonly next: string | undefined;
  /** It has values that can be changed still. */
  readonly hasFields: boolean;
  readonly keys: KeyMap;
}

/** What scrolls: the preview before, the progress after it was confirmed. */
export function panelLines({ state, rack, width, now, tables }: PanelFacts): readonly Line[] {
  switch (state.step) {
    case 'planning':
      return paragraph(`Looking at ${rack} before anything is proposed ...`, width, 'notice', '~');
    case 'refused':
      return refusedLines(state, tables, width);
    case 'confirm':
    case 'checking':
    case 'step-up':
      return proposalLines(state.proposal, tables, width);
    case 'running':
    case 'verifying':
    case 'watching':
    case 'ended':
      return progressLines(state, now, width);
    case 'cancelled':
      return paragraph(state.words, width, 'muted', '-');
  }
}

/** What stays in sight below it: the question, or what can be done now. */
export function footLines(facts: PanelFacts): readonly Line[] {
  const { state, width, stepUp } = facts;
  switch (state.step) {
    case 'planning':
      return [keyLine([[key(facts, 'app.back'), 'leave']])];
    case 'confirm':
      return [...moreBelow(facts), ...questionLines(facts, state.proposal, state.problem)];
    case 'checking':
      return paragraph('Looking once more before it leaves ...', width, 'notice', '~');
    case 'step-up':
      return stepUp ?? paragraph('Getting ready ...', width, 'notice', '~');
    default:
      return afterLines(facts);
  }
}

function questionLines(facts: PanelFacts, proposal: Proposal, problem: string | undefined): readonly Line[] {
  const { width, answer } = facts;
  const leave = [key(facts, 'app.back'), 'leave, nothing is changed'] as const;
  const fields = facts.hasFields ? [[fieldsKey(facts, proposal), 'change the values'] as const] : [];
  const isTyped = proposal.confirmation.kind === 'type' && proposal.confirmation.reason;
  const other = isTyped ? [['tab', 'other field'] as const] : [];
  const complaint = problem === undefined ? [] : paragraph(problem, width, 'warning', '!');
  switch (proposal.confirmation.kind) {
    case 'key':
      return [...complaint, keyLine([[key(facts, 'action.yes'), 'do it'], ...fields, leave])];
    case 'enter':
      return [...complaint, keyLine([[key(facts, 'action.accept'), 'do it'], ...fields, leave])];
    case 'type':
      return [...complaint, ...(answer ?? []), keyLine([['enter', 'do it'], ...other, ...fields, leave])];
  }
}

function afterLines(facts: PanelFacts): readonly Line[] {
  const { state, undo, width } = facts;
  const keys: (readonly [string, string])[] = [];
  if (facts.hasFields) keys.push([key(facts, 'action.fields'), 'change the values']);
  if (facts.next !== undefined) keys.push([key(facts, 'action.next'), `${facts.next.toLowerCase()}: shows it first`]);
  if (undo) keys.push([key(facts, 'action.undo'), 'undo: shows what that would do first']);
  if (state.step === 'verifying' || state.step === 'watching') {
    keys.push([key(facts, 'action.stop-watching'), 'end watching']);
  }
  const isRunning = state.step === 'running' || state.step === 'verifying' || state.step === 'watching';
  keys.push([key(facts, 'app.back'), isRunning ? 'leave; it goes on' : 'back']);
  const next = state.step === 'refused' && state.because === 'read-only' ? readOnlyHint(facts) : [];
  return [...next.flatMap((text) => paragraph(text, width, 'muted')), ...moreBelow(facts), keyLine(keys)];
}

function readOnlyHint(facts: PanelFacts): readonly string[] {
  return [`${key(facts, 'app.read-only')} switches read-only off, unless the settings or the command line ask for it.`];
}

function moreBelow(facts: PanelFacts): readonly Line[] {
  const { below, width } = facts;
  if (below === 0) return [];
  const lines = below === 1 ? '1 more line' : `${below} more lines`;
  return paragraph(`${lines} below: ${keyLabel('pagedown')}`, width, 'notice', '~');
}

/** Where text is typed, a letter is text: the key with a modifier is meant then. */
function fieldsKey({ keys }: PanelFacts, { confirmation }: Proposal): string {
  const all = keys.get('action.fields')?.keys ?? [];
  const wanted = confirmation.kind === 'type' ? all.find((name) => name.length > 1) : all[0];
  return keyLabel(wanted ?? '');
}

function key({ keys }: PanelFacts, id: string): string {
  return keyLabel(keys.get(id)?.keys[0] ?? '');
}
