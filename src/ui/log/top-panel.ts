import type { FacetQuery } from '../../domain/facet-query.ts';
import { plainText } from '../text/styled-line.ts';
import { addFilter } from './facet-filter.ts';
import { FacetScan } from './facet-scan.ts';
import { facetOf } from './line-facets.ts';
import { count } from './log-meter-line.ts';
import type { LogStage } from './log-stage.ts';
import type { PanelContent, PanelHint, PanelRow } from './panel-content.ts';
import { valueLine } from './value-rows.ts';

const SLICE = 5_000;

/** The answer to `top 5 path where status>=500` over the lines shown, counted to the last value. */
export class TopPanel implements PanelContent {
  readonly hints: readonly PanelHint[] = [
    ['log.open', 'filter by'],
    ['log.top-values', 'another'],
  ];
  readonly #stage: LogStage;
  readonly #query: FacetQuery;
  readonly #scan: FacetScan;

  constructor(stage: LogStage, query: FacetQuery) {
    const { field, where } = query;
    this.#stage = stage;
    this.#query = query;
    this.#scan = new FacetScan(
      stage.follow,
      (line, visit) => {
        if (where && !where.matches(line)) return;
        const value = facetOf(line, field);
        if (value !== undefined) visit(field, value);
      },
      Number.POSITIVE_INFINITY,
    );
  }

  title(): string {
    const { field, count: most, where } = this.#query;
    const [facet] = this.#scan.counts.fields();
    const condition = where ? ` where ${plainText(where.text)}` : '';
    const values = facet ? `: ${count(facet.distinct ?? 0)} values in ${count(facet.lines)} lines` : '';
    return `top ${most} ${field}${condition}${values}`;
  }

  rows(width: number): readonly PanelRow[] {
    const { field, count: most } = this.#query;
    const [facet] = this.#scan.counts.fields();
    const top = this.#scan.counts.top(field, most) ?? [];
    return top.map((value) => ({
      id: value.text,
      line: valueLine(value, facet?.lines ?? 0, width, this.#stage.styles),
    }));
  }

  empty(): string {
    const { field, where } = this.#query;
    return `No line shown has ${field}${where ? ` where ${plainText(where.text)}` : ''}.`;
  }

  advance(): boolean {
    return this.#scan.advance(this.#stage.shown(), SLICE);
  }

  choose(id: string): void {
    addFilter(this.#stage, this.#query.field, id, this.#query.where?.text);
  }
}
