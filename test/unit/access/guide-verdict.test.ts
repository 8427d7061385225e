import { describe, expect, it } from 'vitest';
import { type AccessFacts, createAccess } from '../../../src/access/create-access.ts';
import { type GuideNeeds, guideVerdict, undecidedPermission } from '../../../src/access/guide-verdict.ts';
import type { ReadOnlyCause } from '../../../src/access/read-only.ts';
import { readGuardrails } from '../../../src/platform/guardrail-settings.ts';

const RACK: GuideNeeds = { actionId: 'guide.access-entries', tier: 3, permissions: ['convox:rack:update'] };
const AWS: GuideNeeds = { ...RACK, permissions: [] };

function said(needs: GuideNeeds, facts: AccessFacts | undefined, readOnly?: ReadOnlyCause, guardrails: object = {}) {
  const { rules } = readGuardrails(
    { racks: { 'acme/eu': guardrails } },
    { shown: '~/c.json', path: '/home/ada/c.json' },
  );
  const question = { rack: 'acme/eu', now: 0, readOnly };
  const verdict = guideVerdict(needs, facts && createAccess(facts), rules, question);
  return verdict.allowed ? 'allowed' : verdict.because;
}

const viewer = { kind: 'direct', claims: { user: 'ci', role: 'r', expiresAt: undefined } } as const;

describe('may a step of a guide be done', () => {
  it.each<[string, GuideNeeds, AccessFacts | undefined, string]>([
    ['nothing is known yet', RACK, undefined, 'unknown'],
    ['behind a gateway that does not say', RACK, { kind: 'gateway' }, 'unknown'],
    ['with a token for reading', RACK, viewer, 'role'],
    ['with the password of the rack', RACK, { kind: 'direct' }, 'allowed'],
    ['through a console, which only tells when it is tried', RACK, { kind: 'console' }, 'allowed'],
    ['a recording', RACK, { kind: 'recording' }, 'target'],
    ['where AWS decides', AWS, undefined, 'allowed'],
  ])('%s', (_name, needs, facts, expected) => {
    expect(said(needs, facts)).toBe(expected);
  });

  it('read-only and guardrails come before everything', () => {
    expect(said(AWS, { kind: 'console' }, 'flag')).toBe('read-only');
    expect(said(AWS, { kind: 'direct' }, undefined, { denyActions: ['guide.*'] })).toBe('guardrail');
  });

  it('so do those of the rack that is changed, where it has another name', () => {
    const reached: GuideNeeds = { ...RACK, rack: 'acme/eu' };
    const at = (guards: object, needs: GuideNeeds, rack: string) => {
      const document = { racks: { 'acme/eu': guards } };
      const { rules } = readGuardrails(document, { shown: '~/c.json', path: '/home/ada/c.json' });
      return guideVerdict(needs, createAccess({ kind: 'direct' }), rules, { rack, now: 0, readOnly: undefined })
        .allowed;
    };
    expect(at({ readOnly: true }, reached, 'eu')).toBe(false);
    expect(at({ readOnly: true }, { ...reached, rack: 'eu' }, 'acme/eu')).toBe(false);
    expect(at({ readOnly: true }, RACK, 'eu')).toBe(true);
    expect(at({}, reached, 'eu')).toBe(true);
  });

  it('what only the server decides is told before it is confirmed', () => {
    const of = (facts: AccessFacts) => undecidedPermission(RACK, createAccess(facts));
    expect(of({ kind: 'console' })).toMatch(/^Whether you may is not known: the console decides this.*refused there/);
    expect(of({ kind: 'direct' })).toBeUndefined();
    expect(of({ kind: 'gateway' })).toBeUndefined();
    expect(undecidedPermission(AWS, createAccess({ kind: 'console' }))).toBeUndefined();
    expect(undecidedPermission(RACK, undefined)).toBeUndefined();
  });
});
