import type { FieldFacet } from '../../domain/facet-counts.ts';
import { joinStyled, plainText } from '../text/styled-line.ts';
import { fitText } from '../text/text-width.ts';
import { addFilter } from './facet-filter.ts';
import { FacetScan } from './facet-scan.ts';
import { allFacets } from './line-facets.ts';
import { count } from './log-meter-line.ts';
import type { LogStage } from './log-stage.ts';
import type { PanelContent, PanelHint, PanelRow } from './panel-content.ts';
import { valueLine } from './value-rows.ts';

/** Lines counted in one go: some milliseconds. */
const SLICE = 1_000;
const SUMMARY = 4;
const SHOWN_VALUES = 10;
const MAX_VALUES = 2_000;
const NAME_CELLS = 16;

/** Fields of the lines shown with their most frequent values; `enter` filters by one. */
export class FieldPanel implements PanelContent {
  readonly hints: readonly PanelHint[] = [
    ['log.open', 'open, filter by'],
    ['log.top-values', 'top values ...'],
  ];
  readonly #stage: LogStage;
  readonly #scan: FacetScan;
  readonly #open = new Set<string>();

  constructor(stage: LogStage) {
    this.#stage = stage;
    this.#scan = new FacetScan(stage.follow, allFacets, MAX_VALUES);
  }

  title(): string {
    const fields = this.#scan.counts.fields().length;
    return `fields: ${fields} in ${count(this.#scan.counts.lines)} lines`;
  }

  rows(width: number): readonly PanelRow[] {
    const rows: PanelRow[] = [];
    for (const field of this.#scan.counts.fields()) {
      const open = this.#open.has(field.name);
      rows.push({ id: field.name, line: this.#fieldLine(field, open, width) });
      if (open) rows.push(...this.#valueRows(field, width));
    }
    return rows;
  }

  empty(): string {
    return 'No fields: these lines are neither JSON nor logfmt.';
  }

  advance(): boolean {
    return this.#scan.advance(this.#stage.shown(), SLICE);
  }

  choose(id: string): void {
    const at = id.indexOf('=');
    if (at < 0) this.fold(id, !this.#open.has(id));
    else addFilter(this.#stage, id.slice(0, at), id.slice(at + 1));
  }

  fold(id: string, open: boolean): void {
    const [field = id] = id.split('=', 1);
    if (open) this.#open.add(field);
    else this.#open.delete(field);
    this.#stage.changed();
  }

  #fieldLine(field: FieldFacet, open: boolean, width: number) {
    const { styles } = this.#stage;
    const muted = styles.role('muted');
    const name = fitText(plainText(field.name), NAME_CELLS, 'left', styles.ellipsis);
    const head: (readonly [string, string?])[] = [
      [open ? '- ' : '+ ', muted],
      [name, styles.role('accent')],
      [`${count(field.lines).padStart(9)}  `, muted],
    ];
    const summary = open ? '' : this.#summary(field);
    const room = Math.max(0, width - 2 - NAME_CELLS - 11);
    return joinStyled([...head, [fitText(summary, room, 'left', styles.ellipsis).trimEnd()]]);
  }

  /** `info 9,120 | warn 812 | error 301 | 5 more` */
  #summary(field: FieldFacet): string {
    const top = this.#scan.counts.top(field.name, SUMMARY);
    if (!top || field.distinct === undefined) return manyText(field.name);
    const parts = top.map((value) => `${plainText(value.text) || '(empty)'} ${count(value.count)}`);
    if (field.distinct > top.length) parts.push(`${count(field.distinct - top.length)} more`);
    return parts.join(' | ');
  }

  #valueRows(field: FieldFacet, width: number): readonly PanelRow[] {
    const top = this.#scan.counts.top(field.name, SHOWN_VALUES);
    if (!top) return [{ id: `${field.name}`, line: joinStyled([[`    ${manyText(field.name)}`]]) }];
    return top.map((value) => ({
      id: `${field.name}=${value.text}`,
      line: joinStyled([['  '], valueLine(value, field.lines, width - 2, this.#stage.styles)]),
    }));
  }
}

function manyText(name: string): string {
  return `more than ${count(MAX_VALUES)} different values; | top ${plainText(name)} counts them all`;
}
