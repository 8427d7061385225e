import { describe, expect, it } from 'vitest';
import { instantOf, Playback } from '../../../../src/live/recording/playback.ts';

const recording = { from: 100_000, to: 200_000, instants: [120_999, 130_999, 150_999] };

describe('Playback', () => {
  it('stands still, moves at 1x and 10x, and stops at the end', () => {
    let real = 0;
    const playback = new Playback(recording, () => real);
    real = 5_000;
    expect([playback.now(), playback.speed]).toEqual([100_000, undefined]);
    playback.cycle();
    real += 1_000;
    expect([playback.now(), playback.speed]).toEqual([101_000, 1]);
    playback.cycle();
    real += 1_000;
    expect([playback.now(), playback.speed]).toEqual([111_000, 10]);
    playback.cycle();
    real += 1_000;
    expect([playback.now(), playback.speed]).toEqual([111_000, undefined]);
    playback.cycle();
    playback.cycle();
    real += 60_000;
    expect([playback.now(), playback.speed]).toEqual([200_000, undefined]);
    playback.cycle();
    expect([playback.now(), playback.speed]).toEqual([100_000, 1]);
  });

  it('steps from change to change and stands still there; leaps stay within', () => {
    const playback = new Playback(recording, () => 0);
    const visited = [];
    for (const direction of ['forward', 'forward', 'forward', 'forward', 'back', 'back', 'back', 'back'] as const) {
      playback.step(direction);
      visited.push(playback.now());
    }
    expect(visited).toEqual([120_999, 130_999, 150_999, 200_000, 150_999, 130_999, 120_999, 100_000]);
    playback.seek(0);
    expect(playback.now()).toBe(100_000);
    playback.seek(1e9);
    expect(playback.now()).toBe(200_000);
  });

  it('a leap while it plays goes on playing from there', () => {
    let real = 0;
    const playback = new Playback(recording, () => real);
    playback.cycle();
    real = 1_000;
    playback.seek(playback.now() + 60_000);
    real = 3_000;
    expect([playback.now(), playback.speed]).toEqual([163_000, 1]);
  });
});

describe('instantOf', () => {
  const local = (hours: number, minutes: number, seconds = 0, day = 15) =>
    new Date(2026, 5, day, hours, minutes, seconds).getTime();
  const night = { from: local(23, 50), to: local(2, 50, 0, 16) };

  it.each([
    ['02:40', local(2, 40, 0, 16)],
    ['23:55:30', local(23, 55, 30)],
    ['23:40', local(23, 40)],
    ['+5m', night.from + 300_000],
    ['1h2m3s', night.from + 3_723_000],
    ['-30s', night.to - 30_000],
    ['2026-06-16T00:10:00Z', Date.UTC(2026, 5, 16, 0, 10)],
  ])('%s', (text, at) => expect(instantOf(text, night)).toBe(at));

  it.each(['', 'yesterday', '25:00', '12:61', '5', '+', '-', 'm'])('%j is none', (text) =>
    expect(instantOf(text, night)).toBeUndefined(),
  );
});
