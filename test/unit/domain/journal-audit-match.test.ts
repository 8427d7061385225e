import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../../src/domain/audit-entry.ts';
import { auditMatch, auditWindow } from '../../../src/domain/journal-audit-match.ts';
import type { JournalIntent, JournalResult } from '../../../src/domain/journal-entry.ts';
import type { RecordedRun } from '../../../src/domain/journal-run.ts';

const AT = Date.UTC(2026, 5, 1, 3, 0, 0);
const MINUTE = 60_000;

function run(intent: Partial<JournalIntent> = {}, result: Partial<JournalResult> | null = {}): RecordedRun {
  return {
    seq: 1,
    hash: 'h',
    verification: undefined,
    recovered: undefined,
    intent: {
      kind: 'intent',
      run: 'r1',
      at: AT,
      rack: { id: 'gateway:prod', name: 'prod' },
      user: 'ops@example.com',
      actionId: 'process.stop',
      subjects: [{ id: 'web-1', app: 'shop', service: 'web' }],
      preview: 'p',
      headline: 'Stop web-1',
      confirmation: 'key',
      echo: '',
      process: { pid: 1, host: 'h' },
      ...intent,
    },
    result:
      result === null ? undefined : { kind: 'result', run: 'r1', at: AT + 1_000, outcome: 'ok', words: '', ...result },
  };
}

function row(changes: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id: 1,
    firstSeen: AT + 500,
    lastSeen: AT + 500,
    count: 1,
    user: 'ops@example.com',
    actionType: 'convox',
    action: 'process.terminate',
    resourceType: 'process',
    resource: 'web-1',
    status: 'success',
    httpStatus: 200,
    token: '',
    command: '',
    decision: 'allow',
    ip: '',
    userAgent: '',
    averageMs: 12,
    details: { app: 'shop' },
    ...changes,
  };
}

describe('auditMatch', () => {
  it.each<[string, RecordedRun, AuditEntry, 'request' | 'circumstances' | undefined]>([
    ['person, action, thing and time', run(), row(), 'circumstances'],
    ['the person in other letters', run(), row({ user: 'Ops@Example.com' }), 'circumstances'],
    ['as the app and its process', run(), row({ resource: 'shop/web-1', details: {} }), 'circumstances'],
    [
      'a row that stands for several',
      run(),
      row({ firstSeen: AT - 60 * MINUTE, lastSeen: AT + MINUTE }),
      'circumstances',
    ],
    ['a clock that differs a little', run(), row({ firstSeen: AT - MINUTE, lastSeen: AT - MINUTE }), 'circumstances'],
    ['one end of the time only', run(), row({ firstSeen: undefined }), 'circumstances'],
    ['a run that never ended', run({}, null), row({ lastSeen: AT + 5 * MINUTE }), 'circumstances'],
    [
      'a request id, whatever else',
      run({}, { requestIds: ['ABC-1'] }),
      row({ user: '', details: { request_id: 'abc-1' } }),
      'request',
    ],
    [
      'the request id of a failure',
      run({}, { outcome: 'failed', failure: { kind: 'server', requestId: 'abc-1' } }),
      row({ details: { requestId: 'abc-1' } }),
      'request',
    ],
    [
      'a release that had no name before',
      run({ actionId: 'env.set', subjects: [{ id: 'shop', app: 'shop' }] }),
      row({ action: 'release.create', resource: 'RNEW' }),
      'circumstances',
    ],
    [
      'an action of the rack itself',
      run({ actionId: 'rack.params', subjects: [] }),
      row({ action: 'rack.params' }),
      'circumstances',
    ],
    ['not another person', run(), row({ user: 'eve@example.com' }), undefined],
    ['not nobody', run({ user: '' }), row({ user: '' }), undefined],
    ['not another action', run(), row({ action: 'process.exec' }), undefined],
    ['not another process', run(), row({ resource: 'web-2' }), undefined],
    ['not the same name in another app', run(), row({ details: { app: 'blog' } }), undefined],
    ['not before', run(), row({ firstSeen: AT - 9 * MINUTE, lastSeen: AT - 3 * MINUTE }), undefined],
    ['not long after', run(), row({ firstSeen: AT + 9 * MINUTE, lastSeen: AT + 9 * MINUTE }), undefined],
    ['not without a time', run(), row({ firstSeen: undefined, lastSeen: undefined }), undefined],
    ['not an action that only an object has', run({ actionId: 'constructor' }), row({ action: 'x' }), undefined],
  ])('%s', (_what, recorded, entry, by) => {
    expect(auditMatch(recorded, [row({ id: 9, user: 'other@example.com' }), entry])).toEqual(
      by === undefined ? undefined : { entry, by },
    );
  });

  it.each<[string, RecordedRun, AuditEntry[], number]>([
    ['the same end', run({}, { outcome: 'refused' }), [row({ id: 1 }), row({ id: 2, status: 'denied' })], 2],
    [
      'the word of the action itself',
      run({ actionId: 'release.rollback', subjects: [{ id: 'ROLD', app: 'shop' }] }),
      [
        row({ id: 1, action: 'release.create', resource: 'RNEW' }),
        row({ id: 2, action: 'release.promote', resource: 'RNEW' }),
      ],
      2,
    ],
    ['the nearest in time', run(), [row({ id: 1, lastSeen: AT + 90_000 }), row({ id: 2, lastSeen: AT + 100 })], 2],
  ])('of several it takes the one with %s', (_what, recorded, entries, id) => {
    expect(auditMatch(recorded, entries)?.entry.id).toBe(id);
  });

  it('looks from a little before the run to a little after its end', () => {
    expect(auditWindow(run())).toEqual({ from: AT - 2 * MINUTE, to: AT + 1_000 + 2 * MINUTE });
    expect(auditWindow(run({}, null)).to).toBe(AT + 12 * MINUTE);
  });
});
