import { afterEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../../../src/domain/failure.ts';
import type { LogLine } from '../../../src/domain/log-line.ts';
import type { LogHost } from '../../../src/ui/log/log-host.ts';
import { LogView } from '../../../src/ui/log/log-view.ts';
import { lineText } from '../../../src/ui/text/line.ts';
import { eventually } from '../../support/eventually.ts';
import { LogFollowDouble } from './log-follow-double.ts';

const NOW = Date.parse('2025-03-04T12:00:00Z');

function open(
  options: { lines?: readonly (string | Partial<LogLine>)[]; capacity?: number; height?: number; width?: number } = {},
) {
  const follow = new LogFollowDouble(options.capacity);
  const view = new LogView({
    follow,
    opened: { sinceMs: 300_000, follow: true },
    title: 'logs shop',
    single: true,
    look: { colorDepth: 0, unicode: true, screenReader: false },
    now: () => NOW,
  });
  const asked: string[] = [];
  const copied: string[] = [];
  const saved: { name: string; lines: string[] }[] = [];
  const texts: { title: string; lines: string[] }[] = [];
  const host: LogHost = {
    ask: (what, initial) => void asked.push(`${what}:${initial}`),
    openText: (title, lines) => void texts.push({ title, lines: lines.map((line) => line.text) }),
    copy: (text) => void copied.push(text),
    save: async (name, lines) => {
      saved.push({ name, lines: [...lines] });
      return `/tmp/${name}`;
    },
  };
  view.attach(host);
  const rows = () => view.rows(options.width ?? 60, options.height ?? 6);
  rows();
  follow.push(...(options.lines ?? []));
  return {
    follow,
    view,
    rows,
    body: () =>
      rows()
        .slice(1)
        .map((row) => row.trimEnd()),
    press: (...ids: string[]) => ids.map((id) => view.command(id)),
    status: () => [lineText(view.status()), view.message()?.text ?? ''].join('  ').trimEnd(),
    asked,
    copied,
    saved,
    texts,
  };
}

const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `line ${from + index}`);

describe('log view', () => {
  it('follows: the newest lines stand at the bottom', () => {
    const { follow, body, status } = open({ lines: numbered(3) });
    expect(body()).toEqual(['  line 0', '  line 1', '  line 2', '', '']);
    follow.push(...numbered(10, 3));
    expect(body()).toEqual(['  line 8', '  line 9', '  line 10', '  line 11', '  line 12']);
    expect(status()).toBe('following');
  });

  it('pauses on any upward move, counts what comes below, follows again on G', () => {
    const { follow, body, press, status } = open({ lines: numbered(20) });
    press('log.up');
    follow.push(...numbered(7, 20));
    expect(body()).toEqual(['  line 15', '  line 16', '  line 17', '> line 18', '  line 19']);
    expect(status()).toContain('paused, 7 new below (G)');
    press('log.bottom');
    expect(body().at(-1)).toBe('  line 26');
    expect(status()).toBe('following');
  });

  it('searches, centres the hit with its context, and counts', () => {
    const lines = numbered(40).map((line, index) => (index % 10 === 3 ? `${line} timeout` : line));
    const { view, body, press, status } = open({ lines });
    expect(view.submit('search', 'time-out')).toBeUndefined();
    expect(status()).toContain("/time-out no hit  No line has 'time-out'");
    expect(view.submit('search', 'TimeOut')).toBeUndefined();
    expect(body()).toEqual(['  line 31', '  line 32', '>/line 33 timeout', '  line 34', '  line 35']);
    expect(status()).toContain('/TimeOut 4/4');
    press('log.previous');
    expect(body()[2]).toBe('>/line 23 timeout');
    expect(status()).toContain('3/4');
    press('log.next', 'log.next');
    expect(body()).toContain('>/line 3 timeout');
    expect(status()).toContain('Last hit passed; this is the first');
  });

  it('filters, with context lines on request', () => {
    const lines = numbered(40).map((line, index) => (index % 10 === 3 ? `${line} timeout` : line));
    const { view, body, press, rows } = open({ lines });
    view.submit('filter', 'timeout');
    expect(body()).toEqual(['  line 3 timeout', '  line 13 timeout', '  line 23 timeout', '  line 33 timeout', '']);
    expect(rows()[0]).toContain('4 of 40 lines');
    press('log.context-more');
    expect(rows()[0]).toContain('4+8 of 40 lines');
    expect(body()).toEqual(['  line 23 timeout', '  line 24', '  line 32', '  line 33 timeout', '  line 34']);
    expect(press('app.back')).toEqual([true]);
    expect(body().at(-1)).toBe('  line 39');
    expect(press('app.back')).toEqual([false]);
  });
});

const failure = new Failure({
  kind: 'forbidden',
  what: 'The log was refused',
  why: 'role viewer',
  next: 'Ask for a role',
});

describe('what the header and the body say about the log', () => {
  it.each([
    ['connecting', { kind: 'connecting' }, '~ connecting', 'Connecting ...'],
    ['live', { kind: 'live' }, '+ live', 'No line in the last 5m.'],
    ['complete', { kind: 'complete' }, '- ended', 'The log ended without a line in the last 5m.'],
    ['failed', { kind: 'failed', failure }, 'x failed', 'The reason stands above.'],
    ['reconnecting', { kind: 'reconnecting', retryAt: NOW + 3_200, failure }, '! reconnecting in 4s', 'No line'],
    ['due', { kind: 'reconnecting', retryAt: NOW - 1, failure }, '! reconnecting now', 'No line'],
  ] as const)('%s', (_, link, header, body) => {
    const { follow, rows } = open({ height: 12 });
    follow.link(link);
    expect(rows()[0]).toContain(header);
    expect(rows().join(' ')).toContain(body);
    expect(rows().join(' ').includes('The log was refused: role viewer. Ask for a role')).toBe('failure' in link);
  });

  it('accounts for every line: kept, dropped, hidden, cleared', () => {
    const { follow, view, rows, press } = open({ lines: numbered(30), capacity: 25, width: 90 });
    follow.meter({ linesPerSecond: 1_204.4, lagMs: 61_000 });
    expect(rows()[0]).toContain('1,204/s  lag 61s  25 lines  5 dropped');
    view.submit('filter', '/[05]$/');
    expect(rows()[0]).toContain('5 of 25 lines  5 dropped');
    press('log.clear');
    follow.push('line 30');
    expect(rows()[0]).toContain('24 cleared  1 of 1 lines  6 dropped');
    press('log.unclear', 'log.level');
    expect(rows().join(' ')).toContain("None of 25 lines passes '/[05]$/' and level info");
  });

  it('keeps lines in a small window: the reason gets one row, or none', () => {
    const { follow, rows } = open({ lines: ['only line'], height: 3, width: 30 });
    follow.link({ kind: 'failed', failure });
    expect(rows()[1]).toBe('  only line');
  });
});

describe('how lines look', () => {
  const web = { time: NOW - 75_000, process: 'web-1', stream: 'service/web/web-1', message: 'GET /' };

  it('walks through local time, age, and none', () => {
    const { body, press } = open({ lines: [web] });
    const pad = (value: number) => String(value).padStart(2, '0');
    const at = new Date(NOW - 75_000);
    expect(body()[0]).toBe(`  ${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())} GET /`);
    press('log.timestamps');
    expect(body()[0]).toBe('   75s GET /');
    press('log.timestamps');
    expect(body()[0]).toBe('  GET /');
    press('log.prefix');
    // Without colours a letter tells processes apart.
    expect(body()[0]).toBe('  A web-1 GET /');
    press('log.prefix');
    expect(body().slice(0, 2)).toEqual(['  A web-1', '  A GET /']);
    press('log.prefix');
    expect(body()[0]).toBe('  GET /');
  });

  it('cuts or scrolls long lines where they are not wrapped', () => {
    const { body, press } = open({ lines: [`${'a'.repeat(30)}${'b'.repeat(30)}`], width: 42 });
    expect(body().slice(0, 2)).toEqual([`  ${'a'.repeat(30)}${'b'.repeat(10)}`, `  ${'b'.repeat(20)}`]);
    press('log.wrap');
    expect(body().slice(0, 2)).toEqual([`  ${'a'.repeat(30)}${'b'.repeat(9)}…`, '']);
    press('log.right', 'log.right');
    expect(body()[0]).toBe(`  ${'a'.repeat(10)}${'b'.repeat(30)}`);
  });
});

describe('what keys do outside', () => {
  const json = {
    time: NOW,
    stream: 'service/web/web-1',
    service: 'web',
    raw: 'raw \u001b[31mline\u001b[0m',
    message: 'got {"a":{"b":1}}',
  };

  it('shows a JSON message as a sentence with fields; search and full view keep what was written', () => {
    const raw = '{"level":"error","msg":"could not pay","request_id":"r7","user":{"id":12}}';
    const { view, body, press, texts } = open({ lines: ['GET / 200', raw], width: 80, height: 4 });
    expect(body()[1]).toBe('  ERROR could not pay request_id=r7 user.id=12');
    expect(view.submit('search', '"user":{"id":12}')).toBeUndefined();
    press('log.open');
    expect(texts[0]?.lines.join(' ')).toContain('"request_id": "r7"');
  });

  it('opens the line in full, JSON indented', () => {
    const { press, texts } = open({ lines: [json] });
    press('log.open');
    expect(texts).toEqual([
      {
        title: 'line',
        lines: [
          'time     2025-03-04T12:00:00.000Z',
          'stream   service/web/web-1',
          'service  web',
          '',
          'got',
          '{',
          '  "a": {',
          '    "b": 1',
          '  }',
          '}',
        ],
      },
    ]);
  });

  it('copies without colours', () => {
    const { press, copied } = open({ lines: [...numbered(9), json] });
    press('log.copy', 'log.copy-visible');
    expect(copied).toEqual(['raw line', 'line 5\nline 6\nline 7\nline 8\nraw line']);
  });

  it('saves what the filter shows, or all that is kept, and says where', async () => {
    const { view, press, saved, status } = open({ lines: numbered(30), capacity: 25 });
    view.submit('filter', '/[05]$/');
    press('log.save', 'log.save-all');
    expect(saved.map(({ name, lines }) => [name, lines.length])).toEqual([
      ['logs-shop-20250304T120000Z.log', 5],
      ['logs-shop-20250304T120000Z.log', 25],
    ]);
    expect(saved[0]?.lines).toEqual(['line 5', 'line 10', 'line 15', 'line 20', 'line 25']);
    await eventually(() => expect(status()).toContain('Saved 25 lines to /tmp/logs-shop'));
  });

  it('tells why saving failed', async () => {
    const { view, press, status } = open({ lines: ['a'] });
    view.attach({
      ask: () => {},
      openText: () => {},
      copy: () => {},
      save: () =>
        Promise.reject(
          new Failure({ kind: 'usage', what: 'The file was not written', why: 'it exists', next: 'Move it' }),
        ),
    });
    press('log.save');
    await eventually(() => expect(status()).toContain('The file was not written: it exists. Move it'));
  });

  it.each([
    ['5m', 300_000],
    ['2h30m', 9_000_000],
    ['24h', 86_400_000],
    ['90', 90_000],
    ['0.2s', 1_000],
  ])('re-opens since %s', (text, sinceMs) => {
    const { view, follow, rows } = open({ lines: numbered(3) });
    expect(view.submit('since', text)).toBeUndefined();
    expect(follow.restarts).toEqual([{ sinceMs, follow: true }]);
    expect(rows()[0]).toContain('connecting');
  });

  it.each(['', 'soon', '-5m', '0', '5 m', '9999y'])('refuses "%s" as since and leaves the log alone', (text) => {
    const { view, follow } = open();
    expect(view.submit('since', text)).toContain('5m, 1h, 2h30m or 24h');
    expect(follow.restarts).toEqual([]);
  });

  it('refuses half a pattern with its reason, and highlights while it is typed', () => {
    const { view, asked, press } = open({ lines: numbered(3) });
    press('log.search', 'log.filter');
    expect(asked).toEqual(['search:', 'filter:']);
    expect(view.submit('filter', '/(/')).toContain('no regular expression');
    expect(view.state.filter).toBeUndefined();
    expect(view.typed('search', 'lin')).toBeUndefined();
    expect(view.state).toMatchObject({ typing: { text: 'lin' }, search: undefined, follow: true });
    view.cancel();
    expect(view.state.typing).toBeUndefined();
    view.submit('filter', 'line 1');
    view.submit('filter', ' ');
    expect(view.state.filter).toBeUndefined();
  });

  it('opens a log again on refresh only where it is over', () => {
    const { view, follow } = open({ lines: numbered(3) });
    expect(view.command('app.refresh')).toBe(false);
    follow.link({ kind: 'reconnecting', retryAt: NOW, failure });
    expect(view.command('app.refresh')).toBe(false);
    follow.link({ kind: 'failed', failure });
    expect(view.command('app.refresh')).toBe(true);
    expect(follow.restarts).toEqual([{ sinceMs: 300_000, follow: true }]);
  });

  it('lets go of the follow', () => {
    const { view, follow } = open();
    view.dispose();
    expect(follow).toMatchObject({ disposed: true, listeners: 0 });
  });
});

describe('how often the log is drawn', () => {
  afterEach(() => void vi.useRealTimers());

  it('once per meter version; ten times a second where nobody can read along, and never forgets the last lines', () => {
    vi.useFakeTimers({ now: NOW });
    const follow = new LogFollowDouble();
    const view = new LogView({
      follow,
      opened: { sinceMs: 1_000, follow: true },
      title: 'logs',
      single: true,
      look: { colorDepth: 0, unicode: true, screenReader: false },
      now: Date.now,
    });
    const second = (rate: number): number => {
      const before = view.version();
      follow.meter({ linesPerSecond: rate });
      for (let step = 0; step < 20; step++) {
        vi.advanceTimersByTime(50);
        follow.push('a', 'b');
      }
      return view.version() - before;
    };
    expect(second(40)).toBe(21);
    expect(second(3_000)).toBeLessThanOrEqual(11);
    follow.push('last');
    vi.advanceTimersByTime(100);
    expect(view.rows(20, 4).at(-1)).toBe('  last');
    expect(view.state.cursor).toBe(follow.end - 1);
    view.dispose();
    expect(vi.getTimerCount()).toBe(0);
  });
});
