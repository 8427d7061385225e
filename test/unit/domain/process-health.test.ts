import { describe, expect, test } from 'vitest';
import { appHealth } from '../../../src/domain/app-health.ts';
import { isOneOff, processHealth, processSeverity } from '../../../src/domain/process-health.ts';
import { app, process } from '../live/fake-rack.ts';

const NOW = Date.UTC(2026, 4, 1, 10, 0, 0);
const aged = (status: string, seconds: number | undefined) =>
  process('web-6d9f7c5b8-x2x4q', { status, startedAt: seconds === undefined ? undefined : NOW - seconds * 1_000 });

describe('one process', () => {
  test.each<[status: string, seconds: number | undefined, severity: string, reason: string | undefined]>([
    ['running', 10, 'ok', undefined],
    ['complete', 10, 'ok', undefined],
    ['pending', 10, 'info', undefined],
    ['pending', 240, 'warning', 'pending for 4m: is there room on the nodes?'],
    ['starting', 7_200, 'warning', 'starting for 2h: is there room on the nodes?'],
    ['pending', undefined, 'info', undefined],
    ['unhealthy', 30, 'info', 'still starting'],
    ['unhealthy', 90, 'warning', 'its health check fails'],
    ['unhealthy', undefined, 'warning', 'its health check fails'],
    ['crashed', 5, 'critical', 'it ended with an error; its log says why'],
    ['failed', 5, 'critical', 'it ended with an error; its log says why'],
    ['CRASHED', 5, 'critical', 'it ended with an error; its log says why'],
    ['deactivating', 5, 'info', undefined],
    ['evicted', 5, 'unknown', 'unknown status'],
    ['constructor', 5, 'unknown', 'unknown status'],
    ['', 5, 'unknown', 'the rack does not say'],
  ])('%s for %s s is %s', (status, seconds, severity, reason) => {
    expect(processHealth(aged(status, seconds), NOW)).toEqual({ severity, word: status, reason });
    expect(processSeverity(aged(status, seconds), NOW)).toBe(severity);
  });

  test.each([
    ['build pod', process('build-abcde', { service: 'build' }), true],
    ['run pod', process('web-x2x4q', { command: 'rails console' }), true],
    ['agent', process('web-x2x4q'), false],
    ['replica', process('web-6d9f7c5b8-x2x4q'), false],
  ])('%s: one-off %s', (_name, given, expected) => {
    expect(isOneOff(given)).toBe(expected);
  });
});

describe('an app whose jobs have finished', () => {
  const up = process('web-6d9f7c5b8-x2x4q');
  const done = process('cleanup-6d9f7c5b8-a2x4q', { service: 'cleanup', status: 'complete', release: 'ROLDOLDOLDO' });

  test('is not short of processes, nor on two releases', () => {
    expect(appHealth(app('shop'), [up, done], NOW)).toMatchObject({ severity: 'ok', up: 1, total: 1, findings: [] });
  });

  test('a crashed process of an old release serves nothing', () => {
    const crashed = process('web-1a2b3c4d5-x2x4q', { status: 'crashed', release: 'ROLDOLDOLDO' });
    const rules = appHealth(app('shop'), [up, crashed], NOW).findings.map((finding) => finding.rule);
    expect(rules).toEqual(['crashed-processes']);
  });
});
