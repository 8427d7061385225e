import { describe, expect, it } from 'vitest';
import type { TimelineEvent } from '../../../src/domain/timeline-event.ts';
import { SessionHistory } from '../../../src/live/session-history.ts';
import { releases } from '../../../src/resources/releases.ts';
import { anApp, aRelease, contextWith, NOW } from './fake-context.ts';

const HOUR = 3_600_000;
const LIST = ['R4', 'R3', 'R2', 'R1'].map((id, age) => aRelease({ id, createdAt: NOW - age * HOUR }));

function event(kind: 'promote' | 'crashed', release: string, hoursAgo: number): TimelineEvent {
  const at = NOW - hoursAgo * HOUR;
  return { id: `${kind}:${release}:${at}`, at, kind, severity: 'info', app: 'shop', release, what: '', source: 'seen' };
}

async function rowsAfter(...events: TimelineEvent[]) {
  const history = Object.assign(new SessionHistory(), { events: () => events });
  const reads = { app: async () => anApp({ release: 'R4' }), releases: async () => LIST };
  return releases.query(contextWith(reads, { app: 'shop' }, { history }));
}

describe('the last healthy release', () => {
  it('is the newest that served without a crash before the active one', async () => {
    const rows = await rowsAfter(
      event('promote', 'R2', 9),
      event('promote', 'R3', 2),
      event('crashed', 'R3', 1.9),
      event('promote', 'R4', 1),
    );
    expect(rows.map(({ release, mark }) => [release.id, mark])).toEqual([
      ['R4', 'active'],
      ['R3', ''],
      ['R2', 'last healthy'],
      ['R1', ''],
    ]);
    const described = new Map(rows[2] && releases.describe?.(rows[2]));
    expect(described.get('Last healthy')).toMatch(/R2 served for .*; R3 crashed once/);
  });

  it('is marked nowhere where nobody saw a promote; describe says so on the likely one', async () => {
    const rows = await rowsAfter();
    expect(rows.map(({ mark }) => mark)).toEqual(['active', '', '', '']);
    const described = rows.map((row) => new Map(releases.describe?.(row)).get('Last healthy'));
    expect(described[1]).toMatch(/^Not known\. A rack does not keep when releases were promoted/);
    expect(described.filter((text) => text !== undefined)).toHaveLength(1);
  });
});
