import { ageText } from '../../domain/age.ts';
import { joinStyled } from '../text/styled-line.ts';
import { fitText, textWidth } from '../text/text-width.ts';
import { count } from './log-meter-line.ts';
import type { LogStage } from './log-stage.ts';
import type { PanelContent, PanelHint, PanelRow } from './panel-content.ts';
import { alone, isChosen, showsAll, toggled } from './process-choice.ts';
import type { SeenProcess } from './process-register.ts';

/** Lines counted in one go: some milliseconds. */
const SLICE = 5_000;
const MAX_NAME = 48;
/** Cells of a row beside the name. */
const OTHER_CELLS = 34;

/** The legend of a merged log: every process with its letter and colour, on or off. */
export class ProcessPanel implements PanelContent {
  readonly hints: readonly PanelHint[] = [
    ['log.pause', 'on/off'],
    ['log.open', 'only this one'],
    ['log.all', 'all'],
    ['log.previous-life', 'previous life'],
  ];
  readonly #stage: LogStage;
  readonly #askPreviousLife: (process: SeenProcess) => void;

  constructor(stage: LogStage, askPreviousLife: (process: SeenProcess) => void) {
    this.#stage = stage;
    this.#askPreviousLife = askPreviousLife;
  }

  title(): string {
    const { processes } = this.#stage.state();
    const all = this.#stage.register.list();
    const on = all.filter((each) => isChosen(processes, each.writer)).length;
    return showsAll(processes) ? `processes: ${all.length}` : `processes: ${on} of ${all.length} shown`;
  }

  rows(width: number): readonly PanelRow[] {
    const all = this.#stage.register.list();
    const widest = all.reduce((most, each) => Math.max(most, textWidth(each.name)), 4);
    const room = Math.max(8, Math.min(MAX_NAME, widest, width - OTHER_CELLS));
    return all.map((each) => this.#row(each, room));
  }

  empty(): string {
    return 'No line so far.';
  }

  advance(): boolean {
    return this.#stage.register.advance(SLICE);
  }

  choose(id: string): void {
    this.#stage.send({ kind: 'processes', choice: alone(this.#stage.state().processes, id) });
  }

  toggle(id: string): void {
    this.#stage.send({ kind: 'processes', choice: toggled(this.#stage.state().processes, id) });
  }

  previousLife(id: string): void {
    const process = this.#stage.register.list().find((each) => each.writer === id);
    if (process) this.#askPreviousLife(process);
  }

  #row(process: SeenProcess, room: number): PanelRow {
    const { styles } = this.#stage;
    const isOn = isChosen(this.#stage.state().processes, process.writer);
    const muted = styles.role('muted');
    const hue = isOn ? process.style : muted;
    const age = process.lastAt === undefined ? '' : `last ${ageText(process.lastAt, this.#stage.now())}`;
    return {
      id: process.writer,
      line: joinStyled([
        [isOn ? '[x] ' : '[ ] ', isOn ? '' : muted],
        [`${process.letter.padEnd(2)} ${fitText(process.name, room, 'left', styles.ellipsis)}`, hue],
        [`${count(process.lines).padStart(9)} lines  ${age}`, muted],
      ]),
    };
  }
}
