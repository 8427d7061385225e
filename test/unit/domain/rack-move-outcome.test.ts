import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRackMove } from '../../../src/domain/rack-move-address.ts';
import {
  compareFingerprints,
  type MoveSides,
  moveStanding,
  type RackFingerprint,
  type SideFacts,
  switchCommand,
  undoLines,
} from '../../../src/domain/rack-move-outcome.ts';
import { readTerraformState, type TerraformStateFacts } from '../../../src/domain/terraform-state-facts.ts';

function move(from: string, to: string) {
  const read = readRackMove(from, to);
  if (read.kind === 'refused') throw new Error(read.why);
  return read.move;
}

const STATE: TerraformStateFacts = { format: 4, lineage: 'a', serial: 7, outputNames: ['api'], resourceCount: 1 };
const THERE: SideFacts = { exists: true, isPartial: false, state: STATE };
const GONE: SideFacts = { exists: false, isPartial: false, state: undefined };

describe('moveStanding', () => {
  it.each<[string, MoveSides, string]>([
    ['nothing done', { source: THERE, target: GONE }, 'not-started'],
    ['landed', { source: GONE, target: THERE }, 'moved'],
    ['delete failed', { source: THERE, target: THERE }, 'both'],
    ['one has written since', { source: THERE, target: { ...THERE, state: { ...STATE, serial: 8 } } }, 'both-differ'],
    ['two different racks', { source: THERE, target: { ...THERE, state: { ...STATE, lineage: 'b' } } }, 'both-differ'],
    ['removal failed half-way', { source: { ...THERE, isPartial: true }, target: THERE }, 'leftovers'],
    ['init failed', { source: THERE, target: { ...THERE, isPartial: true } }, 'half-made'],
    ['gone on both sides', { source: GONE, target: GONE }, 'lost'],
    ['console silent', { source: THERE, target: undefined }, 'unknown'],
  ])('%s', (_name, sides, state) => {
    for (const one of [move('x', 'acme/x'), move('acme/x', 'x'), move('acme/x', 'other/x')]) {
      const standing = moveStanding(one, sides);
      expect(standing.state).toBe(state);
      expect(standing.next).toMatch(/\.$/);
    }
  });

  it('always names a way out', () => {
    const side = fc.option(
      fc.record({ exists: fc.boolean(), isPartial: fc.boolean(), state: fc.constantFrom(STATE, undefined) }),
      { nil: undefined },
    );
    fc.assert(
      fc.property(side, side, (source, target) => {
        const { why, next } = moveStanding(move('x', 'acme/x'), { source, target });
        expect(why.length).toBeGreaterThan(10);
        expect(next.length).toBeGreaterThan(5);
      }),
    );
  });
});

describe('compareFingerprints', () => {
  const before: RackFingerprint = { state: STATE, parameters: { region: 'eu', token: 'planted' }, version: '3.24.7' };
  const states = (after: RackFingerprint) => compareFingerprints(before, after).map(({ state }) => state);
  it.each<[string, RackFingerprint, readonly string[]]>([
    ['same', before, ['ok', 'ok', 'ok']],
    [
      'name and rack_name added by the CLI',
      { ...before, parameters: { ...before.parameters, name: 'x', rack_name: 'x' } },
      ['ok', 'ok', 'ok'],
    ],
    ['other lineage', { ...before, state: { ...STATE, lineage: 'b' } }, ['refused', 'ok', 'ok']],
    ['older serial', { ...before, state: { ...STATE, serial: 6 } }, ['refused', 'ok', 'ok']],
    ['newer serial', { ...before, state: { ...STATE, serial: 8 } }, ['attention', 'ok', 'ok']],
    ['parameter missing', { ...before, parameters: { region: 'eu' } }, ['ok', 'refused', 'ok']],
    ['parameter changed', { ...before, parameters: { ...before.parameters, region: 'us' } }, ['ok', 'refused', 'ok']],
    ['parameter added', { ...before, parameters: { ...before.parameters, toString: 'x' } }, ['ok', 'refused', 'ok']],
    ['other version', { ...before, version: '3.24.8' }, ['ok', 'ok', 'refused']],
    [
      'nothing known',
      { state: undefined, parameters: undefined, version: undefined },
      ['unknown', 'unknown', 'unknown'],
    ],
  ])('%s', (_name, after, wanted) => {
    expect(states(after)).toEqual(wanted);
  });

  it('names parameters, never their values', () => {
    const text = JSON.stringify(
      compareFingerprints(before, { ...before, parameters: { region: 'us', token: 'planted-2' } }),
    );
    expect(text).toContain('token (hidden): changed');
    expect(text).toContain('region: changed');
    expect(text).not.toContain('planted');
  });

  it('has an undo and a switch', () => {
    expect(undoLines(move('x', 'acme/x'))[0]).toContain('convox rack mv acme/x x');
    expect(switchCommand(move('x', 'acme/x'))).toBe('convox switch acme/x');
  });
});

describe('readTerraformState', () => {
  it('names outputs, never their values', () => {
    const read = readTerraformState({
      version: 4,
      lineage: 'a-1',
      serial: 3,
      outputs: { provider: { value: 'aws' }, api: { value: 'planted' } },
      resources: [{}],
    });
    expect(read).toEqual({
      kind: 'state',
      facts: { format: 4, lineage: 'a-1', serial: 3, outputNames: ['api', 'provider'], resourceCount: 1 },
    });
  });

  it.each([
    [null],
    [undefined],
    ['text'],
    [[]],
    [{}],
    [{ version: 3, lineage: 'a', serial: 1 }],
    [{ version: 4, serial: 1 }],
    [{ version: 4, lineage: 'a', serial: -1 }],
    [{ version: 4, lineage: 'a', serial: 1.5 }],
    [{ version: 4, lineage: '\u001b[2J', serial: 1 }],
    [{ version: 4, lineage: 'a', serial: 1, outputs: 'x' }],
  ])('unusable: %j', (json) => {
    expect(readTerraformState(json).kind).toBe('unusable');
  });

  it('never throws and never repeats a value', () => {
    fc.assert(fc.property(fc.jsonValue(), (json) => void readTerraformState(json)));
  });
});
