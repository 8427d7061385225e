import { asFailure } from '../../domain/failure.ts';
import type { StepView } from '../../guides/guide-run.ts';
import type { StepRun } from '../../guides/runner.ts';
import type { What } from '../../guides/step-run.ts';
import type { Tone } from '../../resources/column.ts';
import type { Destination } from '../navigation/location.ts';
import type { GuideDesk } from './guide-desk.ts';
import { guideReport, reportName, stepReport } from './guide-report.ts';
import type { GuideSession } from './guide-session.ts';

export interface GuideCommandHost {
  readonly guides: GuideDesk | undefined;
  clock(): number;
  open(destination: Destination): void;
  toast(text: string, tone?: Tone): void;
  copy(text: string, what: string): void;
  save(suggestedName: string, lines: Iterable<string>): Promise<string>;
}

/** Shows what a change would do, as a panel with its question; a refusal is said instead. */
export function beginChange(host: GuideCommandHost, guide: GuideSession, view: StepView, what: What): void {
  const { change } = guide;
  if (change) {
    // One at a time; this one waits for an answer or is being proven.
    showChange(host, guide, change);
    if (change.step.id !== view.step.id) host.toast(`"${change.step.title}" comes first: it is not over yet`, 'notice');
    return;
  }
  const verdict = guide.verdict(view, what);
  if (!verdict.allowed) {
    const title = view.step[what]?.title ?? view.step.title;
    host.toast(`${title}: ${verdict.reason}`, verdict.because === 'target' ? 'notice' : 'warning');
    return;
  }
  try {
    const run = guide.begin(view.step.id, what);
    if (run) showChange(host, guide, run);
  } catch (error) {
    host.toast(asFailure(error, 'The step could not be begun').message, 'warning');
  }
}

export function showChange(host: GuideCommandHost, guide: GuideSession, run: StepRun): void {
  const known = host.guides?.change(guide, run);
  if (!known) return;
  const { rack, entry } = guide;
  const name = `${entry.id} > ${run.what === 'undo' ? 'take back' : 'apply'}`;
  host.open({ view: 'guide-change', rack, subject: { resource: 'guides', rack, rowKey: known.id, name } });
}

export function copyStep(host: GuideCommandHost, guide: GuideSession, view: StepView): void {
  if (guide.state) host.copy(stepReport(view, guide.state).join('\n'), 'the step');
}

export function copyGuide(host: GuideCommandHost, guide: GuideSession): void {
  host.copy(guideReport(guide, host.clock()).join('\n'), 'the checklist');
}

/** Never over a file that is there. */
export function saveGuide(host: GuideCommandHost, guide: GuideSession): void {
  const lines = guideReport(guide, host.clock());
  if (lines.length === 0) {
    host.toast('There is nothing to save yet', 'muted');
    return;
  }
  host.save(reportName(guide, host.clock()), lines).then(
    (path) => host.toast(`Saved the evidence in ${path}`, 'good'),
    (error: unknown) => host.toast(asFailure(error, 'The evidence could not be saved').message, 'critical'),
  );
}
