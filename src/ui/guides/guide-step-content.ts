import { isGreen } from '../../domain/guide-step.ts';
import type { Hint } from '../keys/hint.ts';
import { keyLabel } from '../keys/key-label.ts';
import type { TextContent } from '../shell/text-body.ts';
import type { Line } from '../text/line.ts';
import { screenStyles } from '../text/screen-styles.ts';
import { joinStyled, parseStyled, type StyledLine } from '../text/styled-line.ts';
import type { GuideHost } from './guide-body.ts';
import { beginChange, saveGuide } from './guide-commands.ts';
import type { GuideSession } from './guide-session.ts';
import { stepLines } from './step-lines.ts';

export interface StepContentOptions {
  readonly guide: GuideSession;
  /** Step id. */
  readonly step: string;
  readonly host: GuideHost;
  readonly look: Parameters<typeof screenStyles>[0];
  readonly columns: () => number;
}

/** Sentences are easier to read in lines that are not too long. */
const WIDEST = 120;
/** The cursor of a text stands beside it. */
const GUTTER = 2;

/** One step in full: scrolled, searched and copied as every text. */
export function guideStepContent({ guide, step, host, look, columns }: StepContentOptions): TextContent {
  const styles = screenStyles(look);
  const key = (id: string): string => keyLabel(host.keys.get(id)?.keys[0] ?? '');
  const keys = { apply: key('guide.apply'), undo: key('guide.undo') };
  const begin = (what: 'apply' | 'undo'): void => {
    const view = guide.step(step);
    if (view) beginChange(host, guide, view, what);
  };
  return {
    lines: () => {
      const { state } = guide;
      const view = guide.step(step);
      if (!state || !view) return [guide.failure ? `! ${guide.failure.message}` : 'Opening the guide ...'];
      const facts = { view, state, guide, width: Math.min(columns() - GUTTER, WIDEST), keys };
      return stepLines(facts).map((line) => styled(line, styles));
    },
    subscribe: (listener) => guide.subscribe(listener),
    refresh: () => guide.look(),
    show: (visible) => {
      if (visible) guide.arrive();
    },
    key: (pressed) => {
      if (host.keys.get('guide.apply')?.keys.includes(pressed)) begin('apply');
      else if (host.keys.get('guide.save')?.keys.includes(pressed)) saveGuide(host, guide);
      else return false;
      return true;
    },
    command: (_id, pressed) => {
      if (!host.keys.get('guide.undo')?.keys.includes(pressed)) return false;
      begin('undo');
      return true;
    },
    hints: () => hints(guide, step, keys, key('guide.save')),
  };
}

function hints(
  guide: GuideSession,
  step: string,
  keys: { readonly apply: string; readonly undo: string },
  save: string,
): readonly Hint[] {
  const view = guide.step(step);
  if (!view) return [];
  const apply = guide.verdict(view, 'apply');
  const offered: Hint[] = [];
  if (view.step.apply && !isGreen(view.result?.state ?? 'waiting')) {
    offered.push({ key: keys.apply, label: 'apply', ...(apply.allowed ? {} : { disabled: apply.reason }) });
  }
  if (guide.verdict(view, 'undo').allowed) offered.push({ key: keys.undo, label: 'take back' });
  return [...offered, { key: save, label: 'save evidence' }];
}

function styled(line: Line, styles: ReturnType<typeof screenStyles>): StyledLine {
  return joinStyled(
    line.map((part) => {
      const { text } = parseStyled(part.text, 0);
      return [text, part.role === undefined ? '' : styles.role(part.role)] as const;
    }),
  );
}
