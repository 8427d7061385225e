import { ageText } from '../../domain/age.ts';
import { isGreen } from '../../domain/guide-step.ts';
import type { GuideState, StepView } from '../../guides/guide-run.ts';
import type { What } from '../../guides/step-run.ts';
import { failureLines, paragraph } from '../actions/panel-text.ts';
import { ScrollWindow } from '../actions/scroll-window.ts';
import type { Hint } from '../keys/hint.ts';
import { keyLabel } from '../keys/key-label.ts';
import type { BodyView, Message } from '../shell/body-view.ts';
import { contextHints } from '../shell/context-hints.ts';
import type { TableHost } from '../shell/table-host.ts';
import type { RackShare } from '../table/row-feed.ts';
import { moveCursor } from '../table/table-window.ts';
import { type Line, lineText, truncateLine } from '../text/line.ts';
import { shownText } from '../text/shown-text.ts';
import { textWidth } from '../text/text-width.ts';
import type { Theme } from '../theme/theme.ts';
import { beginChange, copyGuide, copyStep, type GuideCommandHost, saveGuide, showChange } from './guide-commands.ts';
import { type FieldsHost, fieldsProblem, openGuideFields } from './guide-fields.ts';
import { stepDestination } from './guide-places.ts';
import type { GuideSession } from './guide-session.ts';
import { StepCursor } from './step-cursor.ts';
import { type StepFacts, stepLines, stepRow } from './step-lines.ts';
import { progressWords } from './step-words.ts';

export interface GuideHost extends TableHost, GuideCommandHost, FieldsHost {
  open: TableHost['open'];
  toast: TableHost['toast'];
  copy: TableHost['copy'];
}

/** Rows of the step at hand that stay in sight, however many steps there are. */
const LEAST_DETAIL = 7;
const LONGEST_TITLE = 46;
const MOST_NOTICES = 4;

/** The checklist of one guide on one rack, and below it what is known of the step at hand. */
export class GuideBody implements BodyView {
  readonly context = 'guide' as const;
  readonly guide: GuideSession;
  readonly #host: GuideHost;
  readonly #theme: Theme;
  readonly #scroll = new ScrollWindow();
  readonly #listeners = new Set<() => void>();
  readonly #cursor: StepCursor;
  readonly #stop: () => void;
  #width = 80;

  constructor(guide: GuideSession, host: GuideHost, theme: Theme) {
    this.guide = guide;
    this.#host = host;
    this.#theme = theme;
    this.#cursor = new StepCursor(guide);
    this.#stop = guide.subscribe(() => this.#notify());
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  // --- keys

  command(id: string): boolean {
    const view = this.#cursor.view;
    const { guide } = this;
    switch (id) {
      case 'guide.open':
        if (view && guide.change?.step.id === view.step.id) showChange(this.#host, guide, guide.change);
        else if (view) this.#host.open(stepDestination(guide.entry.id, guide.rack, view.step.id));
        return true;
      case 'guide.apply':
      case 'guide.undo':
        if (view) this.#begin(view, id === 'guide.apply' ? 'apply' : 'undo');
        return true;
      case 'guide.next':
        this.#toNext();
        return true;
      case 'guide.fields':
        openGuideFields(this.#host, guide);
        return true;
      case 'guide.check':
        this.refresh();
        return true;
      case 'guide.save':
        saveGuide(this.#host, guide);
        return true;
      case 'guide.copy':
        if (view) copyStep(this.#host, guide, view);
        return true;
      case 'guide.copy-all':
        copyGuide(this.#host, guide);
        return true;
      default:
        return this.#move(id.replace(/^guide\./, ''));
    }
  }

  refresh(): void {
    this.guide.look();
    this.#host.toast('Looking at every step ...', 'muted');
  }

  show(visible: boolean): void {
    if (visible) this.guide.arrive();
  }

  // --- what is on screen

  rows(width: number, height: number): readonly string[] {
    this.#width = width;
    const head = this.#head(width).slice(0, Math.max(1, height - 4));
    const lines = [...head, ...this.#checklist(width, height - head.length)];
    const { ellipsis } = this.#theme.glyphs;
    return Array.from({ length: height }, (_, at) => this.#theme.paint(truncateLine(lines[at] ?? [], width, ellipsis)));
  }

  linear(): readonly string[] {
    const { state } = this.guide;
    const steps = state?.steps.map((view) => this.#row(view, state, this.#width * 4)) ?? [];
    const detail = this.#detail(this.#width);
    return [...this.#head(this.#width), ...steps, ...detail]
      .map((line) => lineText(line).trim().replace(/ {2,}/g, '  '))
      .filter((text) => text !== '');
  }

  status(): Line {
    const { state } = this.guide;
    if (!state) return [{ text: ' opening ...', role: 'notice' }];
    const at = this.#cursor.index;
    const parts = [` ${at + 1}/${state.steps.length}`, progressWords(state), this.#lookedText(state)];
    return [{ text: parts.filter((part) => part !== '').join('   ') }];
  }

  message(): Message | undefined {
    return undefined;
  }

  hints(): readonly Hint[] {
    const view = this.#cursor.view;
    const { guide } = this;
    const hints = contextHints(this.#host.keys, 'guide', { offers: (id) => this.#offers(id, view) });
    const change = view?.step.apply;
    const verdict = view && change ? guide.verdict(view, 'apply') : undefined;
    const isDone = isGreen(view?.result?.state ?? 'waiting');
    if (!view || !verdict || verdict.allowed || isDone || guide.change) return hints;
    // Greyed with the reason, where it is expected.
    return [{ key: this.#key('guide.apply'), label: 'apply', disabled: verdict.reason }, ...hints];
  }

  shares(): readonly RackShare[] {
    return [];
  }

  focus(): { readonly rack: string } {
    return { rack: this.guide.rack };
  }

  tick(): void {
    this.guide.watch();
    // Ages move on.
    this.#notify();
  }

  dispose(): void {
    this.#stop();
    this.#listeners.clear();
  }

  // --- parts

  #head(width: number): readonly Line[] {
    const { entry, rack, state, failure } = this.guide;
    const notices = (state?.notices ?? []).slice(0, MOST_NOTICES);
    return [
      [
        { text: ` ${entry.title}`, role: 'title' },
        { text: ` on ${rack}: ${entry.about}`, role: 'muted' },
      ],
      ...(failure ? failureLines(failure, width) : []),
      ...(state || failure ? [] : paragraph('Opening the guide ...', width, 'notice', '~')),
      ...notices.flatMap((notice) => paragraph(shownText(notice), width, 'notice', '~')),
      [],
    ];
  }

  #checklist(width: number, height: number): readonly Line[] {
    const { state } = this.guide;
    if (!state || height <= 0) return [];
    const { steps } = state;
    const room = Math.max(1, Math.min(steps.length, height - 1 - LEAST_DETAIL));
    const cursor = this.#cursor.index;
    const { top } = moveCursor({ cursor, top: Math.max(0, cursor - Math.floor(room / 2)) }, cursor, steps.length, room);
    const rows = steps.slice(top, top + room).map((view) => this.#row(view, state, width));
    return [...rows, this.#rule(width), ...this.#shownDetail(width, height - rows.length - 1)];
  }

  #row(view: StepView, state: GuideState, width: number): Line {
    const { cursor, ellipsis } = this.#theme.glyphs;
    const longest = Math.max(...state.steps.map(({ step }) => textWidth(step.title)));
    return stepRow(view, state, {
      isSelected: view.step.id === this.#cursor.view?.step.id,
      isNext: view.step.id === this.guide.next()?.step.id,
      width,
      titles: Math.min(LONGEST_TITLE, longest, Math.max(20, width - 40)),
      cursor,
      ellipsis,
    });
  }

  #shownDetail(width: number, room: number): readonly Line[] {
    if (room <= 0) return [];
    const lines = this.#detail(width);
    if (lines.length <= room) {
      this.#scroll.fit(lines.length, room);
      return lines;
    }
    this.#scroll.fit(lines.length, room - 1);
    const { top, below } = this.#scroll;
    const more = below === 0 ? 'end' : `${below} more below: ${keyLabel('pagedown')}`;
    const foot: Line = [{ text: `  ~ ${more}, ${this.#key('guide.open')} opens all of it`, role: 'notice' }];
    return [...lines.slice(top, top + room - 1), foot];
  }

  #detail(width: number): readonly Line[] {
    const { state } = this.guide;
    const view = this.#cursor.view;
    if (!state || !view) return [];
    const keys: StepFacts['keys'] = { apply: this.#key('guide.apply'), undo: this.#key('guide.undo') };
    return stepLines({ view, state, guide: this.guide, width, keys });
  }

  #rule(width: number): Line {
    return [{ text: this.#theme.glyphs.box.horizontal.repeat(width), role: 'border' }];
  }

  #lookedText({ steps, checking }: GuideState): string {
    if (checking !== undefined) return `~ looking at "${steps.find(({ step }) => step.id === checking)?.step.title}"`;
    const times = steps.flatMap(({ checkedAt }) => checkedAt ?? []);
    if (times.length === 0) return '';
    const age = ageText(Math.min(...times), this.#host.now());
    return age === 'now' ? 'looked at just now' : `looked at ${age} ago`;
  }

  // --- the step at hand

  #begin(view: StepView, what: What): void {
    // When one comes back from it, its end is what one wants to see.
    this.#choose(view.step.id);
    beginChange(this.#host, this.guide, view, what);
  }

  #toNext(): void {
    const next = this.guide.next();
    if (next) this.#choose(next.step.id);
    else this.#host.toast('There is nothing that can be applied now', 'muted');
  }

  #move(name: string): boolean {
    const view = this.#cursor.target(name);
    if (view) this.#choose(view.step.id);
    else if (this.#scroll.move(name)) this.#notify();
    else return false;
    return true;
  }

  #choose(step: string): void {
    if (this.#cursor.choose(step)) this.#scroll.reset();
    this.#notify();
  }

  #offers(id: string, view: StepView | undefined): boolean {
    const { guide } = this;
    switch (id) {
      case 'guide.apply':
        return view !== undefined && guide.verdict(view, 'apply').allowed;
      case 'guide.undo':
        return view !== undefined && guide.verdict(view, 'undo').allowed;
      case 'guide.next':
        return guide.next() !== undefined && guide.next()?.step.id !== view?.step.id;
      case 'guide.fields':
        return guide.run !== undefined && fieldsProblem(guide) === undefined;
      default:
        return guide.state !== undefined;
    }
  }

  #key(id: string): string {
    return keyLabel(this.#host.keys.get(id)?.keys[0] ?? '');
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
