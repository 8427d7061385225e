import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayGoOn } from '../../../src/domain/guide-check.ts';
import { moveCommand, type RackMove, readRackMove, reverseMove } from '../../../src/domain/rack-move-address.ts';
import type { ConsoleRackFacts, LocalRackFacts, RackMoveFacts } from '../../../src/domain/rack-move-facts.ts';
import { moveChecks } from '../../../src/domain/rack-move-rules.ts';
import { readTerraformState } from '../../../src/domain/terraform-state-facts.ts';

const STATE = readTerraformState({
  version: 4,
  lineage: 'a-b',
  serial: 7,
  outputs: { api: { value: 'https://u:planted@h' } },
});

function move(from: string, to: string): RackMove {
  const read = readRackMove(from, to);
  if (read.kind === 'refused') throw new Error(read.why);
  return read.move;
}

const LOCAL: LocalRackFacts = {
  exists: true,
  isDirectFile: false,
  hasMainTf: true,
  hasVarsJson: true,
  hasStateFile: true,
  hasRemoteBackend: false,
  hasLockFile: false,
  isLink: false,
  release: '3.24.7',
  provider: 'aws',
  state: STATE,
};
const NO_LOCAL: LocalRackFacts = {
  ...LOCAL,
  exists: false,
  hasMainTf: false,
  hasVarsJson: false,
  hasStateFile: false,
  release: undefined,
};
const REMOTE: ConsoleRackFacts = {
  exists: true,
  deletable: true,
  status: 'running',
  provider: 'aws',
  release: '3.24.7',
  state: STATE,
};
const NO_REMOTE: ConsoleRackFacts = { ...REMOTE, exists: false, status: undefined, release: undefined };
const SYSTEM = { status: 'running', version: '3.24.7' };
const COMMON = {
  system: SYSTEM,
  hasTerraform: true,
  environment: new Set(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']),
  organizations: new Set(['acme', 'other']),
};

const TO_CONSOLE: RackMoveFacts = { ...COMMON, local: LOCAL, source: undefined, target: NO_REMOTE };
const TO_LOCAL: RackMoveFacts = { ...COMMON, local: NO_LOCAL, source: REMOTE, target: undefined };
const TO_ORG: RackMoveFacts = { ...COMMON, local: undefined, source: REMOTE, target: NO_REMOTE };

describe('readRackMove', () => {
  it.each([
    ['staging', 'acme/staging', 'local-to-console', 'convox rack mv staging acme/staging'],
    ['acme/staging', 'staging', 'console-to-local', 'convox rack mv acme/staging staging'],
    [' acme/staging ', 'other/staging', 'org-to-org', 'convox rack mv acme/staging other/staging'],
  ])('%s -> %s', (from, to, direction, command) => {
    expect(move(from, to).direction).toBe(direction);
    expect(moveCommand(move(from, to))).toBe(command);
    expect(reverseMove(reverseMove(move(from, to)))).toEqual(move(from, to));
    expect(reverseMove(move(from, to))).toEqual(move(to, from));
  });

  it.each([
    ['x', 'x', 'self-move'],
    ['x', 'X', 'self-move'],
    ['acme/x', 'acme/x', 'self-move'],
    ['x', 'acme/y', 'rename'],
    ['acme/x', 'y', 'rename'],
    ['x', 'y', 'rename'],
    ['', 'acme/x', 'wrong-name'],
    ['x', 'a/b/x', 'wrong-name'],
    ['../x', 'x', 'wrong-name'],
    ['..', 'acme/..', 'wrong-name'],
    ['-f', 'acme/-f', 'wrong-name'],
    ['x; rm -rf /', 'acme/x', 'wrong-name'],
  ])('%s -> %s is refused: %s', (from, to, id) => {
    expect(readRackMove(from, to)).toMatchObject({ kind: 'refused', id });
  });

  it('whatever is typed, a command has four plain words and both sides the same last name', () => {
    const name = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('a', 'b', 'acme/a', 'other/a', 'a/'));
    fc.assert(
      fc.property(name, name, (from, to) => {
        const read = readRackMove(from, to);
        if (read.kind === 'refused') return;
        expect(moveCommand(read.move)).toMatch(/^convox rack mv [\w.][\w./-]* [\w.][\w./-]*$/);
        expect(read.move.from.name).toBe(read.move.to.name);
        expect(read.move.from).not.toEqual(read.move.to);
      }),
    );
  });
});

describe('moveChecks', () => {
  const cases = [
    ['staging', 'acme/staging', TO_CONSOLE],
    ['acme/staging', 'staging', TO_LOCAL],
    ['acme/staging', 'other/staging', TO_ORG],
  ] as const;

  it.each(cases)('%s -> %s: all is well', (from, to, facts) => {
    const checks = moveChecks(move(from, to), facts);
    expect(checks.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(mayGoOn(checks)).toBe(true);
  });

  const NOT_A_STATE = readTerraformState(null);
  it.each<[string, string, string, RackMoveFacts, string]>([
    ['remote backend', 'x', 'acme/x', { ...TO_CONSOLE, local: { ...LOCAL, hasRemoteBackend: true } }, 'remote-backend'],
    ['no state file', 'x', 'acme/x', { ...TO_CONSOLE, local: { ...LOCAL, hasStateFile: false } }, 'remote-backend'],
    ['lock file', 'x', 'acme/x', { ...TO_CONSOLE, local: { ...LOCAL, hasLockFile: true } }, 'lock-file'],
    ['direct rack', 'x', 'acme/x', { ...TO_CONSOLE, local: { ...LOCAL, isDirectFile: true } }, 'source-rack'],
    ['link', 'x', 'acme/x', { ...TO_CONSOLE, local: { ...LOCAL, isLink: true } }, 'source-rack'],
    ['no vars.json', 'x', 'acme/x', { ...TO_CONSOLE, local: { ...LOCAL, hasVarsJson: false } }, 'source-rack'],
    ['no such rack', 'x', 'acme/x', { ...TO_CONSOLE, local: NO_LOCAL }, 'source-rack'],
    ['damaged state', 'x', 'acme/x', { ...TO_CONSOLE, local: { ...LOCAL, state: NOT_A_STATE } }, 'state'],
    [
      'never applied',
      'x',
      'acme/x',
      { ...TO_CONSOLE, local: { ...LOCAL, state: readTerraformState({ version: 4, lineage: 'a', serial: 0 }) } },
      'state',
    ],
    ['half an update', 'x', 'acme/x', { ...TO_CONSOLE, local: { ...LOCAL, release: '3.24.6' } }, 'release'],
    ['target there', 'x', 'acme/x', { ...TO_CONSOLE, target: REMOTE }, 'target-rack-exists'],
    ['organisation out of reach', 'x', 'acme/x', { ...TO_CONSOLE, organizations: new Set(['other']) }, 'organization'],
    ['busy', 'x', 'acme/x', { ...TO_CONSOLE, system: { ...SYSTEM, status: 'updating' } }, 'busy-rack'],
    ['target folder', 'acme/x', 'x', { ...TO_LOCAL, local: LOCAL }, 'target-folder-exists'],
    [
      'target is a direct file',
      'acme/x',
      'x',
      { ...TO_LOCAL, local: { ...NO_LOCAL, exists: true, isDirectFile: true } },
      'target-folder-exists',
    ],
    ['null state', 'acme/x', 'x', { ...TO_LOCAL, source: { ...REMOTE, state: NOT_A_STATE } }, 'state'],
    ['empty release', 'acme/x', 'x', { ...TO_LOCAL, source: { ...REMOTE, release: ' ' } }, 'release'],
    ['busy in the console', 'acme/x', 'x', { ...TO_LOCAL, source: { ...REMOTE, status: 'updating' } }, 'busy-rack'],
    ['dependencies', 'acme/x', 'x', { ...TO_LOCAL, source: { ...REMOTE, deletable: false } }, 'source-rack'],
    ['wrong name', 'acme/x', 'x', { ...TO_LOCAL, source: NO_REMOTE }, 'source-rack'],
    ['no credentials', 'acme/x', 'x', { ...TO_LOCAL, environment: new Set(['AWS_PROFILE']) }, 'provider-credentials'],
    ['no terraform', 'acme/x', 'x', { ...TO_LOCAL, hasTerraform: false }, 'terraform'],
    ['both organisations', 'acme/x', 'other/x', { ...TO_ORG, organizations: new Set(['acme']) }, 'organization'],
    ['target in the other organisation', 'acme/x', 'other/x', { ...TO_ORG, target: REMOTE }, 'target-rack-exists'],
  ])('%s is refused with why and the way out', (_name, from, to, facts, id) => {
    const refusals = moveChecks(move(from, to), facts).filter(({ state }) => state === 'refused');
    expect(refusals.map((check) => check.id)).toContain(id);
    for (const { why, next } of refusals)
      expect([why, next]).toEqual([expect.stringMatching(/\.$/), expect.stringMatching(/\.$/)]);
  });

  it('never goes on without a fact', () => {
    for (const [from, to, facts] of cases) {
      const used = moveChecks(move(from, to), facts).length;
      const blind: RackMoveFacts = {
        local: undefined,
        source: undefined,
        target: undefined,
        system: undefined,
        hasTerraform: undefined,
        environment: new Set(),
        organizations: undefined,
      };
      const checks = moveChecks(move(from, to), blind);
      expect(checks).toHaveLength(used);
      expect(checks.every(({ state }) => state === 'unknown')).toBe(true);
    }
    expect(mayGoOn(moveChecks(move('acme/x', 'x'), { ...TO_LOCAL, source: { ...REMOTE, status: undefined } }))).toBe(
      false,
    );
    expect(mayGoOn(moveChecks(move('acme/x', 'x'), { ...TO_LOCAL, source: { ...REMOTE, provider: 'metal' } }))).toBe(
      false,
    );
  });

  it('no text holds anything of the state', () => {
    for (const [from, to, facts] of cases)
      expect(JSON.stringify(moveChecks(move(from, to), facts))).not.toContain('planted');
  });
});
