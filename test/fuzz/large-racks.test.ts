import { describe, expect, it } from 'vitest';
import { plainTable } from '../../src/cli/plain-table.ts';
import { sortRows } from '../../src/cli/sort-rows.ts';
import type { RackReads } from '../../src/protocol/rack-api.ts';
import type { QueryContext } from '../../src/resources/define-resource.ts';
import { findResource } from '../../src/resources/index.ts';
import { rowJson } from '../../src/resources/row-json.ts';
import { runQuery } from '../../src/resources/run-query.ts';
import { ownTime } from '../support/own-time.ts';
import { contextWith } from '../unit/resources/fake-context.ts';
import { NIGHT, SAMPLE_APPS, SAMPLE_SYSTEM, sampleProcess } from '../unit/ui/sample-world.ts';

const PROCESSES = Array.from({ length: 200_000 }, (_, at) =>
  sampleProcess({
    id: `web-${at}`,
    status: at % 3 === 0 ? 'crashed' : at % 3 === 1 ? 'constructor' : 'running',
    cpu: at % 5 === 0 ? -1e308 : 1e308,
    memory: at % 2 === 0 ? 1e308 : -1,
    startedAt: at % 7 === 0 ? undefined : NIGHT - at,
  }),
);

describe('two hundred thousand processes with impossible numbers', () => {
  it.each(['board', 'apps', 'processes', 'services', 'instances'])(
    '%s shows them in bounded time',
    async (id) => {
      const resource = findResource(id);
      if (!resource) throw new Error(id);
      const reads: Partial<RackReads> = {
        apps: async () => SAMPLE_APPS,
        system: async () => SAMPLE_SYSTEM,
        systemProcesses: async () => PROCESSES,
        processes: async () => PROCESSES,
        services: async () => [],
        instances: async () => [],
      };
      const context: QueryContext = contextWith(reads, { app: 'shop' });
      const began = ownTime();
      const rows = sortRows(resource, await runQuery(resource, context));
      const table = plainTable(resource, rows, NIGHT);
      expect(table).not.toMatch(/NaN|undefined|\[object|function/);
      for (const row of rows.slice(0, 1_000)) JSON.stringify(rowJson(resource, row));
      expect(ownTime() - began).toBeLessThan(15_000);
    },
    60_000,
  );
});
