import { describe, expect, it } from 'vitest';
import type { App } from '../../../src/domain/app.ts';
import { appHealth } from '../../../src/domain/app-health.ts';
import type { Process } from '../../../src/domain/process.ts';

const NOW = Date.UTC(2026, 5, 1, 3, 0, 0);
const MINUTE = 60_000;

function app(changes: Partial<App> = {}): App {
  return {
    name: 'shop',
    status: 'running',
    release: 'RNEWNEWNEWN',
    generation: '3',
    locked: false,
    router: '',
    parameters: {},
    ...changes,
  };
}

let counter = 0;
function process(changes: Partial<Process> = {}): Process {
  counter += 1;
  return {
    id: `web-6d9f7c5b8-x${String(counter).padStart(4, '0')}`,
    app: 'shop',
    service: 'web',
    status: 'running',
    release: 'RNEWNEWNEWN',
    command: '',
    image: '',
    cpu: 0.1,
    memory: 100,
    gpu: 0,
    host: '',
    instance: 'node-1',
    ports: [],
    startedAt: NOW - 60 * MINUTE,
    ...changes,
  };
}

/** Each rule with a case that trips it and one, as near as possible, that must not. */
describe('appHealth', () => {
  it('a healthy app has no finding', () => {
    const health = appHealth(app(), [process(), process()], NOW);
    expect(health).toMatchObject({ severity: 'ok', findings: [], up: 2, total: 2 });
  });

  it.each([
    ['crashed-processes', app(), [process(), process({ status: 'crashed' })], 'critical', /1 of 2 web crashed/],
    [
      'crashed-processes',
      app(),
      [
        process({ status: 'crashed', startedAt: NOW - MINUTE }),
        process({ status: 'crashed', startedAt: NOW - 2 * MINUTE }),
      ],
      'critical',
      /2 of 2 web crash-looping/,
    ],
    ['unhealthy-processes', app(), [process({ status: 'unhealthy' })], 'warning', /1 of 1 web unhealthy/],
    [
      'stuck-pending',
      app(),
      [process({ status: 'pending', startedAt: NOW - 4 * MINUTE })],
      'warning',
      /pending for over 3 minutes/,
    ],
    ['rolling-back', app({ status: 'rollback' }), [process()], 'critical', /rolling back/],
    ['updating', app({ status: 'updating' }), [process()], 'info', /deploying RNEWNEWNEWN/],
    [
      'old-release-serving',
      app(),
      [process(), process({ release: 'ROLDOLDOLDO' })],
      'warning',
      /1 of 2 still on ROLDOLDOLDO/,
    ],
    ['nothing-runs', app(), [], 'info', /no process runs/],
    ['app-status', app({ status: 'failed' }), [process()], 'critical', /status failed/],
    ['app-status', app({ status: 'levitating' }), [process()], 'unknown', /status levitating/],
  ] as const)('trips %s', (rule, subject, processes, severity, summary) => {
    const { findings } = appHealth(subject, processes, NOW);
    const finding = findings.find((candidate) => candidate.rule === rule);
    expect(finding, JSON.stringify(findings)).toBeDefined();
    expect(finding?.severity).toBe(severity);
    expect(finding?.summary).toMatch(summary);
    expect(finding?.next).not.toBe('');
  });

  it.each([
    ['unhealthy while starting up (before 3.24.6)', app(), [process({ status: 'unhealthy', startedAt: NOW - 30_000 })]],
    ['pending for a moment', app(), [process({ status: 'pending', startedAt: NOW - MINUTE })]],
    [
      'an old release during a deploy is no finding of its own',
      app({ status: 'updating' }),
      [process({ release: 'ROLDOLDOLDO' })],
    ],
    ['never promoted', app({ release: '' }), []],
    ['a crashed one-off run', app(), [process(), process({ id: 'web-ab12c', command: 'rake', status: 'failed' })]],
  ] as const)('does not cry over %s', (_name, subject, processes) => {
    const { severity } = appHealth(subject, processes, NOW);
    expect(['ok', 'info']).toContain(severity);
  });

  it('puts the worst finding first', () => {
    const { findings, severity } = appHealth(
      app(),
      [process({ release: 'ROLDOLDOLDO' }), process({ status: 'crashed' })],
      NOW,
    );
    expect(findings[0]?.rule).toBe('crashed-processes');
    expect(severity).toBe('critical');
  });
});
