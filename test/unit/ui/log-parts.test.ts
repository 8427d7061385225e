import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LazyLogLine } from '../../../src/domain/lazy-log-line.ts';
import { logWriter, parseLogLine } from '../../../src/domain/log-line.ts';
import { compileLogQuery } from '../../../src/domain/log-query.ts';
import { EXPORT_HELP, parseExport } from '../../../src/ui/log/export-request.ts';
import { FacetScan } from '../../../src/ui/log/facet-scan.ts';
import { allFacets, facetFilter, facetOf } from '../../../src/ui/log/line-facets.ts';
import { LogLens } from '../../../src/ui/log/log-lens.ts';
import { ALL_PROCESSES, alone, isChosen, showsAll, toggled } from '../../../src/ui/log/process-choice.ts';
import { letterAt, ProcessRegister } from '../../../src/ui/log/process-register.ts';
import { TimeSeek } from '../../../src/ui/log/time-seek.ts';
import { screenStyles } from '../../../src/ui/text/screen-styles.ts';
import { LogFollowDouble, logLine } from './log-follow-double.ts';

describe('what to export', () => {
  it.each([
    ['', { what: 'visible', format: 'text', gzip: false }],
    ['all json gz', { what: 'all', format: 'json', gzip: true }],
    ['GZIP marks', { what: 'marked', format: 'text', gzip: true }],
    ['jsonl screen', { what: 'screen', format: 'json', gzip: false }],
  ])('%j', (text, request) => expect(parseExport(text)).toEqual({ request }));
  it.each(['everything', 'all visible', 'json text', 'gz gz', 'constructor', '__proto__'])('not %j', (text) =>
    expect(parseExport(text)).toEqual({ problem: EXPORT_HELP }),
  );
});

describe('a choice of processes', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd');

  it('toggling twice brings a process back to what it was, and leaves the others alone', () => {
    fc.assert(
      fc.property(fc.array(name, { maxLength: 6 }), fc.boolean(), name, (presses, only, one) => {
        const start = only ? alone(ALL_PROCESSES, 'a') : ALL_PROCESSES;
        const choice = presses.reduce(toggled, start);
        const once = toggled(choice, one);
        // The last of a few that goes brings all of them back.
        if (!showsAll(once)) expect(isChosen(once, one)).toBe(!isChosen(choice, one));
        for (const other of ['a', 'b', 'c', 'd', 'new'].filter((each) => each !== one)) {
          if (!showsAll(once)) expect(isChosen(once, other)).toBe(isChosen(choice, other));
        }
      }),
    );
  });

  it('one alone hides also what comes later; once more brings all back', () => {
    const only = alone(ALL_PROCESSES, 'a');
    expect(['a', 'b', 'new'].map((each) => isChosen(only, each))).toEqual([true, false, false]);
    expect(alone(only, 'a')).toBe(ALL_PROCESSES);
    expect(isChosen(toggled(ALL_PROCESSES, 'a'), 'new')).toBe(true);
  });
});

describe('the register of processes', () => {
  const styles = screenStyles({ colorDepth: 2, unicode: true });

  it('gives distinct letters, and distinct colours while there are any', () => {
    const register = new ProcessRegister(new LogFollowDouble(), styles);
    const seen = Array.from({ length: 120 }, (_, at) => register.of(logLine({ process: `p-${at}` })));
    expect(new Set(seen.map((each) => each.letter)).size).toBe(120);
    expect(new Set(seen.slice(0, styles.hues.length).map((each) => each.style)).size).toBe(styles.hues.length);
    expect(seen.every((each) => styles.hues.includes(each.style))).toBe(true);
    expect([0, 25, 26, 51, 52].map(letterAt)).toEqual(['A', 'Z', 'a', 'z', 'A2']);
  });

  it('knows a process by what it was first, and is bounded', () => {
    const register = new ProcessRegister(new LogFollowDouble(), styles);
    const first = register.of(logLine({ process: 'web-1' }));
    for (let at = 0; at < 1_000; at += 1) register.of(logLine({ process: `p-${at}` }));
    expect(register.of(logLine({ process: 'web-1', service: 'web' }))).toBe(first);
    expect(first.service).toBe('web');
    expect(register.list().length).toBeLessThanOrEqual(501);
  });

  it('counts every line once, in slices, and goes on after lines fell off', () => {
    const ring = new LogFollowDouble(50);
    const register = new ProcessRegister(ring, styles);
    ring.push(...Array.from({ length: 40 }, () => ({ process: 'a' })));
    expect(register.advance(30)).toBe(false);
    expect(register.advance(30)).toBe(true);
    ring.push(...Array.from({ length: 30 }, () => ({ process: 'b' })));
    register.advance(100);
    expect(register.list().map((each) => each.lines)).toEqual([40, 30]);
  });
});

describe('whose line it is', () => {
  it.each([
    ['2026-03-01T03:00:00Z service/web/web-1 x', 'web-1'],
    ['[pod/web-1/shop] 2026-03-01T03:00:00Z x', 'web-1'],
    ['2026-03-01T03:00:00Z system/k8s/web-1 Back-off', 'web-1'],
    ['2026-03-01T03:00:00Z system/k8s/atom/app Status: Running', 'events'],
    ['2026-03-01T03:00:00Z release/RABC x', 'release/RABC'],
    ['no prefix', ''],
  ])('%s', (raw, writer) => {
    expect(logWriter(parseLogLine(raw))).toBe(writer);
    expect(logWriter(new LazyLogLine(raw))).toBe(writer);
  });
});

describe('fields over shown lines', () => {
  it('every value counted is found again by the filter that it gives', () => {
    const value = fc.oneof(fc.string({ maxLength: 12 }), fc.integer().map(String));
    const line = fc.record({
      fields: fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), value, { maxKeys: 4 }),
      process: fc.constantFrom('web-1', 'web-2'),
    });
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (lines) => {
        const raws = lines.map(
          ({ fields, process }) => `2026-03-01T03:00:00Z service/web/${process} ${JSON.stringify(fields)}`,
        );
        const ring = new LogFollowDouble();
        ring.push(...raws.map(parseLogLine));
        const shown = new LogLens(ring).shown({
          filter: undefined,
          level: undefined,
          context: 0,
          clearedBefore: 0,
          processes: ALL_PROCESSES,
        });
        const scan = new FacetScan(ring, allFacets, 1_000);
        while (!scan.advance(shown, 5)) expect(scan.lines).toBeLessThan(lines.length);
        for (const field of scan.counts.fields()) {
          for (const { text, count } of scan.counts.top(field.name, 100) ?? []) {
            const query = compileLogQuery(facetFilter(field.name, text) ?? '');
            expect(query.problem).toBeUndefined();
            const found = raws.map(parseLogLine).filter((each) => query.matches(each));
            expect(found.length, `${query.text} in ${raws.join('\n')}`).toBeGreaterThanOrEqual(count);
            for (const each of found) expect(facetOf(each, field.name)).toBeDefined();
          }
        }
      }),
    );
  });
});

it('the line nearest to an instant, wherever it stands: the same in one go or line by line', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(50), { nil: undefined }), { maxLength: 30 }), fc.nat(50), (times, at) => {
      const ring = new LogFollowDouble(20);
      const lens = new LogLens(ring);
      const shown = () =>
        lens.shown({ filter: undefined, level: undefined, context: 0, clearedBefore: 0, processes: ALL_PROCESSES });
      const seek = new TimeSeek(ring, at);
      for (const time of times) {
        ring.push({ message: 'x', time });
        seek.nearest(shown());
      }
      const kept = times.slice(-20).filter((time) => time !== undefined);
      const distances = kept.map((time) => Math.abs(time - at));
      const found = seek.nearest(shown());
      if (distances.length === 0) expect(found).toBeUndefined();
      else expect(Math.abs((found?.time ?? -99) - at)).toBe(Math.min(...distances));
    }),
  );
});
