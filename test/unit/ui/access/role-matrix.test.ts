import { describe, expect, it } from 'vitest';
import { createAccess } from '../../../../src/access/create-access.ts';
import { KNOWN_PERMISSIONS } from '../../../../src/access/roles.ts';
import { roleMatrix } from '../../../../src/ui/access/role-matrix.tsx';

const SGR = /\u001b\[[0-9;]*m/g;

function linesOf(drawn: readonly string[]): string[] {
  return drawn.map((line) => line.replace(SGR, ''));
}

describe('roleMatrix', () => {
  const ops = createAccess({
    kind: 'gateway',
    grant: { roles: ['ops'], permissions: ['convox:app:list', 'convox:process:exec'] },
  });

  it('shows what each role may do and what you may, one line each', () => {
    const lines = linesOf(roleMatrix(ops, 'gateway', true));
    expect(lines).toHaveLength(KNOWN_PERMISSIONS.length + 2);
    expect(lines[0]).toMatch(/permission.*viewer.*ops.*deployer.*admin.*you/);
    expect(lines.find((line) => line.includes('convox:process:exec'))).toMatch(/exec {10,}yes {2}yes {7}yes {4}yes$/);
    expect(lines.find((line) => line.includes('convox:release:promote'))).toMatch(/no\s*$/);
  });

  it('fits 80 columns beside the margin of a text', () => {
    for (const line of linesOf(roleMatrix(ops, 'gateway', true))) expect(line.length).toBeLessThanOrEqual(78);
  });

  it('leaves the roles of a gateway away where there is none', () => {
    const [header = ''] = linesOf(roleMatrix(createAccess({ kind: 'direct' }), 'direct', true));
    expect(header).toMatch(/permission.*you/);
    expect(header).not.toContain('deployer');
  });

  it('draws with ASCII alone where the terminal has no more', () => {
    expect(linesOf(roleMatrix(ops, 'gateway', false)).join('')).toMatch(/^[\x20-\x7e]*$/);
  });
});
