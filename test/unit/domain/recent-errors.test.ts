import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/domain/finding.ts';
import { NOTHING } from '../../../src/domain/findings/scene.ts';
import { parseLogLine } from '../../../src/domain/log-line.ts';
import { recentErrors, withLogEvidence } from '../../../src/domain/recent-errors.ts';
import { anApp, aProcess, NOW } from '../resources/fake-context.ts';

const MINUTE = 60_000;
const facts = { app: anApp(), processes: [aProcess({ startedAt: NOW - 5 * MINUTE })], releases: [] };

function line(minutesAgo: number, text: string, service = 'web') {
  return parseLogLine(`${new Date(NOW - minutesAgo * MINUTE).toISOString()} service/${service}/${service}-1 ${text}`);
}

const OLD = line(10, 'ERROR TimeoutError: slow');
const OLD_AGAIN = line(4, 'ERROR TimeoutError: slow');
const FRESH = line(3, 'ERROR PaymentGatewayError: refused');

describe('errors around a deploy', () => {
  it.each([
    ['new only after it', [OLD, OLD_AGAIN, FRESH], ['ERROR PaymentGatewayError: refused']],
    ['nothing new', [OLD, OLD_AGAIN], []],
    ['a log that begins after it proves nothing', [OLD_AGAIN, FRESH], undefined],
    ['no line at all', [], undefined],
  ])('%s', (_name, lines, wanted) => {
    const { newErrors } = recentErrors(lines, facts);
    expect(newErrors?.signatures.map(({ first }) => first.message)).toEqual(wanted);
  });

  it('claims nothing where nothing was ever deployed', () => {
    const none = { ...facts, app: anApp({ release: '' }) };
    const { kinds, newErrors } = recentErrors([OLD, FRESH], none);
    expect(newErrors).toBeUndefined();
    expect(kinds).toHaveLength(2);
  });
});

describe('what crashed processes wrote', () => {
  const crash: Finding = {
    ...NOTHING,
    rule: 'crashed-processes',
    severity: 'critical',
    app: 'shop',
    service: 'web',
    summary: '1 of 1 web crashed',
    next: '',
  };

  it('stands first among the evidence, what the deploy brought before the rest', () => {
    const recent = recentErrors([OLD, OLD_AGAIN, OLD_AGAIN, FRESH], facts);
    const [finding] = withLogEvidence([crash], recent);
    expect(finding?.evidence.map(({ kind, text, id }) => [kind, text, id])).toEqual([
      ['log', '1 x ERROR PaymentGatewayError: refused', 'web-1'],
      ['log', '3 x ERROR TimeoutError: slow', 'web-1'],
    ]);
  });

  it.each([
    ['another service', [line(3, 'ERROR x: y', 'worker')], crash],
    ['another kind of finding', [FRESH], { ...crash, rule: 'missing-replicas' }],
  ])('is not laid at the door of %s', (_name, lines, finding) => {
    expect(withLogEvidence([finding], recentErrors(lines, facts))).toEqual([finding]);
  });

  const by = (id: string) => ({ kind: 'process' as const, text: `${id} crashed`, at: undefined, id });
  const said = (minutesAgo: number, id: string, text: string) =>
    parseLogLine(`${new Date(NOW - minutesAgo * MINUTE).toISOString()} service/web/${id} ${text}`);

  it('puts what only they wrote before what everybody writes, however often', () => {
    const noise = ['web-1', 'web-2', 'web-3', 'web-2', 'web-3'].map((id) => said(4, id, 'ERROR TimeoutError: slow'));
    const cause = said(3, 'web-1', 'ERROR Refused: wrong password');
    const [finding] = withLogEvidence([{ ...crash, evidence: [by('web-1')] }], recentErrors([...noise, cause], facts));
    expect(finding?.evidence.map(({ text }) => text)).toEqual([
      '1 x ERROR Refused: wrong password',
      '5 x ERROR TimeoutError: slow',
      'web-1 crashed',
    ]);
  });

  it('says out of memory where the log tells of the kill, and only then', () => {
    const kill = (id: string) =>
      parseLogLine(
        `${new Date(NOW).toISOString()} system/k8s/${id} Container web in pod ${id} was OOMKilled (exit code 137)`,
      );
    const finding = { ...crash, evidence: [by('web-1')] };
    const killed = withLogEvidence([finding], recentErrors([kill('web-1'), kill('web-1')], facts));
    expect(killed[0]?.summary).toBe('1 of 1 web crashed, out of memory');
    expect(killed[0]?.evidence[0]?.text).toBe('2 x Container web in pod web-1 was OOMKilled (exit code 137)');
    expect(withLogEvidence([finding], recentErrors([kill('web-2')], facts))).toEqual([finding]);
    const exit = said(1, 'web-1', 'exited with code 137');
    expect(withLogEvidence([finding], recentErrors([exit], facts))).toEqual([finding]);
  });

  it('tells of a deploy that was given up by what its processes wrote, which are gone', () => {
    const given: Finding = {
      ...crash,
      rule: 'rolling-back',
      service: undefined,
      summary: 'deploy failed, rolling back',
    };
    const standing = facts.processes[0]?.id ?? '';
    const lines = [said(4, standing, 'ERROR TimeoutError: slow'), said(4, 'web-9', 'ERROR UndefinedColumn: vat')];
    const [finding] = withLogEvidence([given], recentErrors(lines, facts));
    expect(finding?.evidence.map(({ text }) => text)).toEqual(['1 x ERROR UndefinedColumn: vat']);
  });
});
