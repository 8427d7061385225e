import { compileLogQuery } from '../../domain/log-query.ts';
import { facetFilter } from './line-facets.ts';
import type { LogStage } from './log-stage.ts';

/** Narrows the filter by a value, and by what the value was counted under. */
export function addFilter(stage: LogStage, name: string, value: string, where = ''): void {
  const term = facetFilter(name, value);
  if (term === undefined) {
    stage.send({ kind: 'said', message: { text: 'This value is too long to filter by', tone: 'notice' } });
    return;
  }
  const before = stage.state().filter?.text ?? '';
  const parts = [before, ...[where, term].filter((part) => part !== '' && !before.includes(part))];
  stage.send({ kind: 'filter', query: compileLogQuery(parts.filter((part) => part !== '').join(' ')) });
}
