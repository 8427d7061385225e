import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../src/domain/failure.ts';
import type { LinkState } from '../../../../src/live/link.ts';
import { bannerLine } from '../../../../src/ui/frame/banner.ts';
import { freshness } from '../../../../src/ui/frame/freshness.ts';
import { type HeaderFacts, headerLine } from '../../../../src/ui/frame/header-line.ts';
import { hintLine } from '../../../../src/ui/frame/hint-line.ts';
import { vitalsOf } from '../../../../src/ui/frame/vitals.ts';
import { vitalsLine } from '../../../../src/ui/frame/vitals-line.ts';
import type { RackShare } from '../../../../src/ui/table/row-feed.ts';
import { lineText, lineWidth } from '../../../../src/ui/text/line.ts';
import { glyphsFor } from '../../../../src/ui/theme/glyphs.ts';
import { NIGHT, SAMPLE_APPS, SAMPLE_PROCESSES, SAMPLE_SYSTEM } from '../sample-world.ts';

const glyphs = glyphsFor(true);
const DOWN = new Failure({ kind: 'unreachable', what: 'Cannot reach prod', why: 'timed out' });
const EXPIRED = new Failure({ kind: 'not-logged-in', what: 'Session expired' });

function share(link: LinkState, parts: Partial<RackShare> = {}): RackShare {
  return { rack: 'prod', link, rows: [], fetchedAt: NIGHT - 2_000, failure: undefined, staleAfterMs: 20_000, ...parts };
}

const LIVE: LinkState = { kind: 'live', lastAnswerAt: NIGHT };
const OFFLINE: LinkState = {
  kind: 'offline',
  since: NIGHT - 41_000,
  lastAnswerAt: NIGHT - 41_000,
  retryAt: NIGHT + 8_000,
  failure: DOWN,
};
const LOGGED_OUT: LinkState = { kind: 'logged-out', failure: EXPIRED };

describe('freshness', () => {
  it.each<[string, RackShare[], string]>([
    ['an answer', [share(LIVE)], 'live 2s'],
    ['an answer just now', [share(LIVE, { fetchedAt: NIGHT })], 'live now'],
    ['polls that stopped', [share(LIVE, { fetchedAt: NIGHT - 41_000 })], 'stale 41s'],
    ['a failing view on a live link', [share(LIVE, { failure: DOWN })], 'stale 2s'],
    ['a broken link', [share(OFFLINE)], 'offline, retry in 8s'],
    ['a retry that is due', [share({ ...OFFLINE, retryAt: NIGHT })], 'offline, retrying'],
    ['a lost session', [share(LOGGED_OUT)], 'log in'],
    ['no answer yet', [share({ kind: 'connecting' }, { fetchedAt: undefined })], 'connecting'],
    ['a refusal', [share(LIVE, { fetchedAt: undefined, failure: DOWN })], 'no data'],
    ['all racks', [share(LIVE), share(LIVE, { fetchedAt: NIGHT - 4_000 })], 'live 4s'],
    ['some racks', [share(LIVE), share(OFFLINE)], '1/2 racks live'],
    ['no rack at all', [share(OFFLINE), share(LOGGED_OUT)], '0/2 racks live'],
    ['racks on their way', [share({ kind: 'connecting' }), share({ kind: 'connecting' })], 'connecting'],
    ['nothing', [], ''],
  ])('%s', (_what, shares, text) => expect(freshness(shares, NIGHT).text).toBe(text));
});

describe('banner', () => {
  const text = (shares: readonly RackShare[]): string | undefined => {
    const line = bannerLine(shares, NIGHT, 'L', 'r');
    return line && lineText(line).trim();
  };

  it('is silent while all is well, and where the body itself speaks', () => {
    expect(text([share(LIVE)])).toBeUndefined();
    expect(text([share(OFFLINE, { fetchedAt: undefined })])).toBeUndefined();
  });

  it.each<[RackShare[], string]>([
    [[share(OFFLINE)], 'x offline for 41s, data from 2s ago, r retries now: Cannot reach prod (timed out)'],
    [[share(LOGGED_OUT)], '! L logs in again, data from 2s ago: Session expired'],
    [[share(LIVE, { failure: DOWN })], '! data from 2s ago: Cannot reach prod (timed out)'],
    [
      [share(LIVE), share(OFFLINE, { rack: 'eu' }), share(OFFLINE)],
      'x eu: offline for 41s, data from 2s ago, r retries now: Cannot reach prod (timed out)  (and 1 more)',
    ],
  ])('says why, how old, and what helps', (shares, expected) => expect(text(shares)).toBe(expected));
});

describe('header', () => {
  const facts: HeaderFacts = {
    crumbs: ['acme/prod', 'shop', 'processes'],
    freshness: { text: 'live 2s', role: 'good' },
    role: 'deployer',
    stepUpExpiresAt: NIGHT + 8 * 60_000,
    demo: true,
    readOnly: false,
    protected: true,
    now: NIGHT,
  };

  it('shows where, how fresh, who and what to mind', () => {
    expect(lineText(headerLine(facts, 100, glyphs))).toBe(
      ` acme/prod > shop > processes${' '.repeat(24)}live 2s   deployer   MFA 8m   PROTECTED   DEMO `,
    );
  });

  it('loses the least important first, freshness last, and stays within the line', () => {
    expect(lineText(headerLine(facts, 68, glyphs))).toMatch(/live 2s {3}PROTECTED {3}DEMO $/);
    expect(lineText(headerLine(facts, 45, glyphs))).toMatch(/live 2s $/);
    for (let width = 20; width < 130; width += 1) expect(lineWidth(headerLine(facts, width, glyphs))).toBe(width);
  });

  it('forgets a step-up window that is over', () => {
    const text = lineText(headerLine({ ...facts, stepUpExpiresAt: NIGHT - 1 }, 120, glyphs));
    expect(text).not.toContain('MFA');
  });
});

describe('hints', () => {
  const hints = [
    { key: 'enter', label: 'describe' },
    { key: 'x', label: 'stop', disabled: 'needs role ops' },
    { key: ':', label: 'go to' },
    { key: '?', label: 'help' },
  ];

  it('says why something is off', () => {
    expect(lineText(hintLine(hints, 80))).toBe(' enter describe  x stop (needs role ops)  : go to  ? help');
  });

  it('drops what is off first, then the right-hand ones; help stays', () => {
    expect(lineText(hintLine(hints, 50))).toBe(' enter describe  : go to  ? help');
    const many = [...'abcdefgh'].map((key) => ({ key, label: 'something' }));
    expect(lineText(hintLine([...many, ...hints], 60))).toBe(' a something  b something  c something  : go to  ? help');
    expect(lineText(hintLine(hints, 25))).toBe(' enter describe  ? help');
    expect(lineText(hintLine(hints, 10))).toBe(' ? help');
  });
});

describe('vitals', () => {
  const node = { status: 'running', cpu: 1, memory: 4_000, cpuAllocatable: 2, memoryAllocatable: 8_000 };
  const instances = [node, { ...node, status: 'pending', cpu: 2 }].map((parts, at) => ({
    id: `n${at}`,
    cpuCapacity: undefined,
    memoryCapacity: undefined,
    gpuCapacity: undefined,
    gpuAllocatable: undefined,
    processes: 1,
    privateIp: '',
    publicIp: '',
    startedAt: undefined,
    ...parts,
  }));

  it('adds up what the rack says', () => {
    const vitals = vitalsOf(
      { system: SAMPLE_SYSTEM, instances, apps: SAMPLE_APPS, processes: SAMPLE_PROCESSES },
      NIGHT,
    );
    expect(vitals).toMatchObject({ cpu: 0.75, memory: 0.5, nodes: 2, nodesReady: 1, apps: 3, processes: 4 });
    expect(vitals.findings).toBeGreaterThan(0);
  });

  it('counts what the rack itself suffers from, as its line on the board does', () => {
    const known = { system: SAMPLE_SYSTEM, apps: [], processes: [] };
    expect(vitalsOf({ ...known, instances: instances.slice(0, 1) }, NIGHT).findings).toBe(0);
    const short = instances.slice(0, 1).map((instance) => ({ ...instance, memory: 7_900 }));
    expect(vitalsOf({ ...known, instances: short }, NIGHT).findings).toBe(1);
    const certificates = [{ id: 'c1', domain: 'shop.example.com', domains: [], expiresAt: NIGHT - 60_000, status: '' }];
    expect(vitalsOf({ ...known, instances: short, certificates }, NIGHT).findings).toBe(2);
  });

  it('reads the shares of a v2 rack as shares', () => {
    const fractions = instances.map((instance) => ({ ...instance, cpu: 0.5, memory: 0.25, cpuAllocatable: undefined }));
    const vitals = vitalsOf(
      {
        system: { ...SAMPLE_SYSTEM, version: '20260418101514' },
        instances: fractions,
        apps: undefined,
        processes: undefined,
      },
      NIGHT,
    );
    expect(vitals).toMatchObject({ cpu: 0.5, memory: 0.25, findings: undefined });
  });

  it('draws what is known and drops whole parts, findings last', () => {
    const vitals = vitalsOf(
      { system: SAMPLE_SYSTEM, instances, apps: SAMPLE_APPS, processes: SAMPLE_PROCESSES },
      NIGHT,
    );
    const history = { cpu: [0.2, 0.75], memory: [0.5] };
    expect(lineText(vitalsLine({ ...vitals, findings: 2 }, history, SAMPLE_SYSTEM, 120, glyphs))).toBe(
      ' cpu ····▂▇ 75%   mem ·····▅ 50%   nodes 1/2   apps 3   procs 4   v3.24.9 aws   ! 2 findings',
    );
    const narrow = lineText(vitalsLine({ ...vitals, findings: 1 }, history, SAMPLE_SYSTEM, 60, glyphs));
    expect(narrow).toMatch(/! 1 finding$/);
    expect(narrow.length).toBeLessThanOrEqual(60);
  });
});
