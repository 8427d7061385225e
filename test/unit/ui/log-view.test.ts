import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../../src/domain/log-line.ts';
import { type LogHost, LogView } from '../../../src/ui/log/log-view.ts';
import { lineText } from '../../../src/ui/text/line.ts';
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
    status: () => lineText(view.status()),
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
    expect(status()).toContain('Past the last hit, on from the first');
  });

  it('filters, with context lines on request', () => {
    const lines = numbered(40).map((line, index) => (index % 10 === 3 ? `${line} timeout` : line));
    const { view, body, press, rows } = open({ lines });
    view.submit('filter', 'timeout');
    expect(body()).toEqual(['  line 3 timeout', '  line 13 timeout', '  line 23 timeout', '  line 33 timeout', '']);
    expect(rows()[0]).toContain('4 of 40 lines');
    press('log.context-more');
    expect(body()).toEqual(['  line 23 timeout', '  line 24', '  line 32', '  line 33 timeout', '  line 34']);
    expect(press('app.back')).toEqual([true]);
    expect(body().at(-1)).toBe('  line 39');
    expect(press('app.back')).toEqual([false]);
  });
});
