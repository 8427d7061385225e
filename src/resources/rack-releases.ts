import { isoText } from '../domain/age.ts';
import type { Release } from '../domain/release.ts';
import { age, name, status, text } from './columns.ts';
import { defineResource, type QueryContext } from './define-resource.ts';
import { systemOf } from './usage.ts';

export interface RackReleaseRow {
  readonly release: Release;
  /** The version that the rack runs now. */
  readonly current: boolean;
}

async function query(context: QueryContext): Promise<readonly RackReleaseRow[]> {
  const [releases, system] = await Promise.all([
    context.reads.systemReleases({ signal: context.signal }),
    systemOf(context),
  ]);
  return releases.map((release) => ({ release, current: release.id === system.version }));
}

export const rackReleases = defineResource<RackReleaseRow>({
  id: 'rack-releases',
  aliases: ['versions', 'updates'],
  title: 'Rack releases',
  about: 'versions that the rack has run (v2 racks only)',
  scope: 'rack',
  needs: 'convox:rack:read',
  route: 'GET /system/releases',
  pace: 10,
  query,
  key: (row) => row.release.id,
  columns: [
    name('VERSION', (row) => row.release.id, { min: 14 }),
    status(
      'STATE',
      (row) => (row.current ? 'current' : 'past'),
      (row) => (row.current ? 'ok' : 'unknown'),
    ),
    age('UPDATED', (row) => row.release.createdAt, { id: 'updated', priority: 0 }),
    text('DESCRIPTION', (row) => row.release.description, { grow: true, priority: 1 }),
  ],
  sort: ['updated', 'desc'],
  severity: () => 'ok',
  open: { enter: { to: 'describe', label: 'describe', place: (_row, at) => at } },
  describe: (row) => [
    ['Version', row.release.id],
    ['State', row.current ? 'current' : 'past'],
    ['Updated', isoText(row.release.createdAt)],
    ['Description', row.release.description],
  ],
  empty: 'The rack tells of no earlier versions.',
});
