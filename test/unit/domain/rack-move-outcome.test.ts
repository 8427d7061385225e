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

const STATE: TerraformStateFacts = {
  format: 4,
  lineage: 'a',
  serial: 7,
  outputNames: ['api'],
  resourceCount: 1,
  apiHost: 'api.x',
};
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
    ['a null state was moved', { source: GONE, target: { ...THERE, state: undefined } }, 'stateless'],
    ['the new folder is not complete', { source: GONE, target: { ...THERE, isPartial: true } }, 'stateless'],
    ['a state that cannot be read', { source: THERE, target: { ...THERE, state: undefined } }, 'both'],
    ['the old side silent', { source: undefined, target: THERE }, 'unknown'],
    ['console silent', { source: THERE, target: undefined }, 'unknown'],
  ])('%s', (_name, sides, state) => {
    for (const one of [move('x', 'acme/x'), move('acme/x', 'x'), move('acme/x', 'other/x')]) {
      const standing = moveStanding(one, sides);
      expect(standing.state).toBe(state);
      expect(standing.next).toMatch(/\.$/);
    }
  });

  it('two sides that cannot be compared are not called the same', () => {
    const sides = { source: THERE, target: { ...THERE, state: undefined } };
    const { why, next } = moveStanding(move('x', 'acme/x'), sides);
    expect(why).toContain('the state of acme/x cannot be read');
    expect(why).not.toContain('same state');
    expect(next).not.toMatch(/folder of x away/);
  });

  it('both sides while the command runs is no trouble yet', () => {
    for (const one of [move('x', 'acme/x'), move('acme/x', 'x'), move('acme/x', 'other/x')]) {
      expect(moveStanding(one, { source: THERE, target: THERE }).next).toMatch(/^If the command still runs/);
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

  it('another address of the API is another rack', () => {
    const at = (endpoint: string | undefined) => ({ ...before, endpoint });
    const state = (one: RackFingerprint, other: RackFingerprint) =>
      compareFingerprints(one, other).find(({ id }) => id === 'same-endpoint')?.state;
    expect(state(at('api.x'), at('api.x'))).toBe('ok');
    expect(state(at('api.x'), at('api.y'))).toBe('refused');
    expect(state(at('api.x'), at(undefined))).toBe('unknown');
    expect(state(before, at('api.x'))).toBeUndefined();
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
      facts: {
        format: 4,
        lineage: 'a-1',
        serial: 3,
        outputNames: ['api', 'provider'],
        resourceCount: 1,
        apiHost: undefined,
      },
    });
  });

  it('tells the host of the API, never what stands before it', () => {
    const outputs = { api: { value: 'https://convox:planted@api.example.com:8443/path?planted' } };
    const read = readTerraformState({ version: 4, lineage: 'a-1', serial: 3, outputs });
    expect(read).toMatchObject({ kind: 'state', facts: { apiHost: 'api.example.com:8443' } });
    expect(JSON.stringify(read)).not.toContain('planted');
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
