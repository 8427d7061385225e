import fc from 'fast-check';
import { renderToString } from 'ink';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/domain/failure.ts';
import type { LogLine } from '../../../src/domain/log-line.ts';
import type { LogLinkState } from '../../../src/live/log-follow.ts';
import { LOG_BINDINGS } from '../../../src/ui/log/log-bindings.ts';
import { LogView } from '../../../src/ui/log/log-view.ts';
import { showsAll } from '../../../src/ui/log/process-choice.ts';
import { TEXT_BINDINGS } from '../../../src/ui/text/text-bindings.ts';
import { TextView } from '../../../src/ui/text/text-view.ts';
import { LogScreen, TextScreen } from '../../support/drawn-by-ink.tsx';
import { hostileText, rowProblem } from './hostile-text.ts';
import { LogFollowDouble } from './log-follow-double.ts';

const NOW = Date.parse('2025-03-04T12:00:00Z');

const anyLine: fc.Arbitrary<Partial<LogLine>> = fc.record({
  message: hostileText,
  stream: fc.constantFrom('', 'service/web/web-1', 'system/k8s/日本語'),
  process: fc.option(hostileText, { nil: undefined }),
  time: fc.option(fc.integer({ min: NOW - 1e10, max: NOW + 1e6 }), { nil: undefined }),
  level: fc.constantFrom(undefined, 'debug', 'info', 'warn', 'error'),
});
const failure = new Failure({
  kind: 'unreachable',
  what: 'The rack does not answer',
  why: '日本語 \u001b[31m'.repeat(9),
  next: 'Wait',
});
const anyLink: fc.Arbitrary<LogLinkState> = fc.constantFrom<LogLinkState>(
  { kind: 'connecting' },
  { kind: 'live' },
  { kind: 'reconnecting', retryAt: NOW + 4_000, failure },
  { kind: 'complete' },
  { kind: 'failed', failure },
);
const anyDepth = fc.constantFrom<(0 | 1 | 2 | 3)[]>(0, 1, 2, 3);
const anyPress = fc.oneof(
  fc.constantFrom(...LOG_BINDINGS.map((binding) => ({ command: binding.id }))),
  fc.record({
    query: fc.constantFrom('a', '/./', '日', 'e', '/(/'),
    what: fc.constantFrom<('search' | 'filter')[]>('search', 'filter'),
  }),
  fc.record({
    query: fc.constantFrom('top 3 process', 'signature where a', '-5m', '02:40', 'all json'),
    what: fc.constantFrom<('top' | 'jump' | 'export')[]>('top', 'jump', 'export'),
  }),
  fc.record({ lines: fc.array(anyLine, { maxLength: 12 }) }),
);

describe('the drawn log', () => {
  it('has exactly the rows asked for, none too wide, none leaking, whatever the lines and keys', () => {
    fc.assert(
      fc.property(
        fc.array(anyLine, { maxLength: 30 }),
        fc.array(anyPress, { maxLength: 12 }),
        anyLink,
        anyDepth,
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 0, max: 30 }),
        (lines, presses, link, colorDepth, width, height) => {
          const follow = new LogFollowDouble(25);
          const look = { colorDepth, unicode: true, screenReader: false };
          const opened = { sinceMs: 60_000, follow: true };
          const view = new LogView({ follow, opened, title: 'logs 日本', single: false, look, now: () => NOW });
          view.rows(width, height);
          follow.push(...lines);
          follow.link(link);
          for (const press of presses) {
            if ('command' in press) view.command(press.command);
            else if ('query' in press) view.submit(press.what, press.query);
            else follow.push(...press.lines);
          }
          const rows = view.rows(width, height);
          expect(rows.length).toBe(height);
          expect(rows.map((row) => rowProblem(row, width)).filter((problem) => problem !== undefined)).toEqual([]);
          if (colorDepth === 0) expect(rows.join('')).not.toContain('\u001b');
          const { state } = view;
          if (
            height > 6 &&
            follow.end > follow.first &&
            state.clearedBefore < follow.end &&
            !state.filter &&
            !state.level &&
            showsAll(state.processes)
          ) {
            expect(state.cursor).toBeGreaterThanOrEqual(follow.first);
            expect(state.cursor).toBeLessThan(follow.end);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is what Ink prints: as many rows, none wider than the screen', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { minLength: 1, maxLength: 12 }), fc.boolean(), (lines, wrap) => {
        const follow = new LogFollowDouble();
        const look = { colorDepth: 3, unicode: true, screenReader: false } as const;
        const opened = { sinceMs: 60_000, follow: true };
        const view = new LogView({ follow, opened, title: 'logs', single: false, look, now: () => NOW });
        if (!wrap) view.command('log.wrap');
        follow.push(...lines);
        const printed = renderToString(<LogScreen view={view} width={40} height={12} />, { columns: 40 }).split('\n');
        expect(printed.length).toBe(12);
        for (const row of printed) expect(stringWidth(row)).toBeLessThanOrEqual(40);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the drawn text', () => {
  it('has exactly the rows asked for, none too wide, none leaking, whatever the lines and keys', () => {
    fc.assert(
      fc.property(
        fc.array(hostileText, { maxLength: 30 }),
        fc.array(
          fc.oneof(
            fc.constantFrom(...TEXT_BINDINGS.map((binding) => binding.id)),
            fc.constantFrom('?a', '?/./', '?日'),
          ),
          { maxLength: 12 },
        ),
        anyDepth,
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 0, max: 30 }),
        (lines, presses, colorDepth, width, height) => {
          const view = new TextView({ lines, look: { colorDepth, unicode: true } });
          view.rows(width, height);
          for (const press of presses) {
            if (press.startsWith('?')) view.submit(press.slice(1));
            else view.command(press);
          }
          const rows = view.rows(width, height);
          expect(rows.length).toBe(height);
          expect(rows.map((row) => rowProblem(row, width)).filter((problem) => problem !== undefined)).toEqual([]);
          if (lines.length > 0) expect(view.state.lines[view.state.cursor]).toBeDefined();
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is what Ink prints: as many rows, none wider than the screen', () => {
    fc.assert(
      fc.property(fc.array(hostileText, { maxLength: 12 }), (lines) => {
        const view = new TextView({ lines, look: { colorDepth: 2, unicode: true } });
        const printed = renderToString(<TextScreen view={view} width={30} height={9} />, { columns: 30 }).split('\n');
        expect(printed.length).toBe(9);
        for (const row of printed) expect(stringWidth(row)).toBeLessThanOrEqual(30);
      }),
      { numRuns: 50 },
    );
  });
});
