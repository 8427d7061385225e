import { spanText } from '../../domain/age.ts';
import { asFailure } from '../../domain/failure.ts';
import type { LastDeploy } from '../../domain/last-deploy.ts';
import { SingleTimer } from '../../live/timers.ts';
import type { Tone } from '../../resources/column.ts';
import { plainText } from '../text/styled-line.ts';
import { fitText } from '../text/text-width.ts';
import { localTime } from './line-shaper.ts';
import { count } from './log-meter-line.ts';
import type { LogStage } from './log-stage.ts';
import { type NewErrors, newErrors } from './new-errors.ts';
import { TimeSeek } from './time-seek.ts';

/** The last deploy of the log's app, or a sentence that says why it is not known. */
export type DeployAnswer = { readonly deploy: LastDeploy } | { readonly unknown: string };

/** So much from before a deploy shows what was usual. */
const BEFORE_MS = 30 * 60_000;
/** A jump lands with some lines before it. */
const LEAD_MS = 2 * 60_000;
/** Lines as young as this mean that the backlog has come. */
const YOUNG_MS = 20_000;
/** What comes after the first young line of a backlog that is not in order. */
const SETTLE_MS = 300;
/** Nothing came for so long: that was all. */
const SILENCE_MS = 4_000;
const LONGEST_MS = 30 * 86_400_000;
const MAX_SIGNATURE = 90;

type Quest =
  | { readonly kind: 'time'; readonly seek: TimeSeek; arrived: boolean }
  | { readonly kind: 'errors'; readonly deploy: LastDeploy };

/** Goes to a time or to an error, for which the log may first have to be opened from further back. */
export class LogQuests {
  readonly #stage: LogStage;
  readonly #quiet: SingleTimer;
  #quest: Quest | undefined;
  /** How far back the log reaches as it was opened last: epoch ms. */
  #reach: number;
  #asked = 0;
  #found: { readonly result: NewErrors; readonly openedAt: number; next: number } | undefined;
  #openedAt: number;

  constructor(stage: LogStage) {
    this.#stage = stage;
    this.#quiet = new SingleTimer(stage.timers);
    this.#openedAt = stage.now();
    this.#reach = this.#openedAt - stage.opened.sinceMs;
  }

  /** The log was opened from another point. */
  reopened(sinceMs: number): void {
    this.#openedAt = this.#stage.now();
    this.#reach = this.#openedAt - sinceMs;
    this.#found = undefined;
  }

  /** A key was pressed: whoever moves on does not want to be moved. */
  cancel(): void {
    this.#asked += 1;
    this.#quest = undefined;
    this.#quiet.stop();
  }

  dispose(): void {
    this.cancel();
  }

  /** To the line nearest to an instant. */
  toTime(at: number): void {
    this.cancel();
    if (at < this.#reach && this.#canReopen()) {
      this.#begin({ kind: 'time', seek: new TimeSeek(this.#stage.follow, at), arrived: false }, at - LEAD_MS);
      return;
    }
    const seek = new TimeSeek(this.#stage.follow, at);
    if (this.#isStillEmpty()) {
      this.#await({ kind: 'time', seek, arrived: false });
      return;
    }
    const nearest = seek.nearest(this.#stage.shown());
    if (nearest) this.#land(seek, nearest);
    else this.#say('No line here says when it was written', 'notice');
  }

  /** To the first kind of error that is new since the last deploy; again: to the next. */
  async toNewError(ask: (() => Promise<DeployAnswer>) | undefined): Promise<void> {
    this.cancel();
    const found = this.#found;
    const [next] = found?.result.errors.slice(found.next) ?? [];
    if (found && next) {
      this.#show(found.result, found.next);
      found.next += 1;
      return;
    }
    this.#found = undefined;
    if (!ask) {
      this.#say('This log belongs to no app: there is no deploy to compare with', 'notice');
      return;
    }
    this.#say('Asking for the last deploy ...', 'muted');
    const mine = this.#asked;
    const answer = await ask().catch((error: unknown): DeployAnswer => ({ unknown: asFailure(error).message }));
    if (mine !== this.#asked) return;
    if ('unknown' in answer) this.#say(`Cannot tell what is new: ${answer.unknown}`, 'warning');
    else this.#compare(answer.deploy);
  }

  /** Lines came. */
  took(): void {
    const quest = this.#quest;
    if (!quest) return;
    if (quest.kind === 'time') this.#seekOn(quest.seek);
    const { link } = this.#stage.follow.get();
    if (link.kind === 'complete' || link.kind === 'failed') this.#arrive();
    else this.#quiet.start(this.#isYoung() ? SETTLE_MS : SILENCE_MS, () => this.#arrive());
  }

  #compare(deploy: LastDeploy): void {
    const from = deploy.at - BEFORE_MS;
    if (from < this.#reach && this.#canReopen()) this.#begin({ kind: 'errors', deploy }, from);
    else this.#judge(deploy);
  }

  /** A build log is one piece; what was kept of a process that is gone cannot be asked for again. */
  #canReopen(): boolean {
    return this.#stage.now() - this.#reach < LONGEST_MS;
  }

  #begin(quest: Quest, from: number): void {
    const sinceMs = Math.min(LONGEST_MS, this.#stage.now() - from);
    this.#stage.send({ kind: 'since', sinceMs });
    this.#await(quest);
  }

  #await(quest: Quest): void {
    this.#quest = quest;
    this.#say(`Opening the log from ${localTime(this.#reach, this.#stage.now())} on ...`, 'muted');
    this.#quiet.start(SILENCE_MS * 2, () => this.#arrive());
  }

  /** Opened a moment ago, by a view that speaks of an instant: its lines are still on their way. */
  #isStillEmpty(): boolean {
    const { follow } = this.#stage;
    const { link } = follow.get();
    return follow.end === follow.first && link.kind !== 'complete' && link.kind !== 'failed';
  }

  #isYoung(): boolean {
    const { follow } = this.#stage;
    for (let at = follow.end - 1; at >= Math.max(follow.first, follow.end - 50); at -= 1) {
      const time = follow.line(at)?.time;
      if (time !== undefined) return time >= this.#openedAt - YOUNG_MS;
    }
    return false;
  }

  /** The backlog has come. */
  #arrive(): void {
    const quest = this.#quest;
    this.#quest = undefined;
    this.#quiet.stop();
    if (quest?.kind === 'errors') this.#judge(quest.deploy);
    if (quest?.kind !== 'time') return;
    const nearest = quest.seek.nearest(this.#stage.shown());
    if (nearest) this.#land(quest.seek, nearest);
    else this.#say(`There is no line from ${this.#timeText(quest.seek.at)} on`, 'warning');
  }

  /** Stays at the place while the rest of the backlog comes. */
  #seekOn(seek: TimeSeek): void {
    const nearest = seek.nearest(this.#stage.shown());
    if (nearest && seek.newest !== undefined && seek.newest >= seek.at) this.#land(seek, nearest);
  }

  #land(seek: TimeSeek, { sequence, time }: { readonly sequence: number; readonly time: number }): void {
    const { follow } = this.#stage;
    const wanted = this.#timeText(seek.at);
    const away = Math.abs(time - seek.at);
    const fellOff = time > seek.at && away > 1_000 && follow.get().dropped > 0 && sequence === follow.first;
    const text = fellOff
      ? `Lines of ${wanted} fell off: ${count(follow.end - follow.first)} are kept, from ${this.#timeText(time)} on`
      : away < 1_000
        ? `At ${wanted}`
        : `Nearest to ${wanted}: ${this.#timeText(time)}, ${spanText(away)} ${time > seek.at ? 'later' : 'earlier'}`;
    const tone = fellOff || away > 5 * 60_000 ? 'warning' : 'notice';
    this.#stage.send({ kind: 'go', sequence, message: { text, tone } });
  }

  #judge(deploy: LastDeploy): void {
    const result = newErrors(this.#stage.follow, deploy);
    if (result.errors.length === 0) {
      this.#say(
        result.hasBefore
          ? `No new kind of error since ${this.#deployText(deploy)}`
          : `No error since ${this.#deployText(deploy)}; nothing from before it is kept`,
        'good',
      );
      return;
    }
    this.#found = { result, openedAt: this.#openedAt, next: 1 };
    this.#show(result, 0);
  }

  #show({ deploy, errors, hasBefore }: NewErrors, index: number): void {
    const error = errors[index];
    if (!error) return;
    const of = errors.length > 1 ? ` (${index + 1} of ${errors.length}, E: next)` : '';
    const what = fitText(plainText(error.signature), MAX_SIGNATURE, 'left', this.#stage.styles.ellipsis).trimEnd();
    const often = `${count(error.count)}x in ${error.processes} process${error.processes === 1 ? '' : 'es'}`;
    const text = hasBefore
      ? `New since ${this.#deployText(deploy)}${of}: ${what}, ${often}`
      : `Cannot tell whether it is new, no line from before ${this.#deployText(deploy)} is kept${of}: ${what}, ${often}`;
    this.#stage.send({
      kind: 'go',
      sequence: error.sequence,
      message: { text, tone: hasBefore ? 'critical' : 'warning' },
    });
  }

  #deployText({ release, at, by }: LastDeploy): string {
    return `${release} ${by === 'started' ? 'came up' : 'was made'} at ${this.#timeText(at)}`;
  }

  #timeText(at: number): string {
    return localTime(at, this.#stage.now());
  }

  #say(text: string, tone: Tone): void {
    this.#stage.send({ kind: 'said', message: { text, tone } });
  }
}
