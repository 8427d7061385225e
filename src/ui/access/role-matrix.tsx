import type { Access } from '../../access/access.ts';
import { KNOWN_PERMISSIONS, ROLE_PERMISSIONS } from '../../access/roles.ts';
import { grants } from '../../domain/permission.ts';
import type { TargetKind } from '../../targets/target.ts';
import { smallTable } from '../text/small-table.tsx';

interface MatrixRow {
  readonly [column: string]: string;
}

const ROLES = ['viewer', 'ops', 'deployer', 'admin'] as const;

/**
 * Who may do what, beside what you may: a small bounded table, drawn once when it is asked for. Roles are the gateway's
 * (gateway.md 5.2); on other racks only your own column has a meaning.
 */
export function roleMatrix(access: Access, kind: TargetKind, unicode: boolean): readonly string[] {
  const data = KNOWN_PERMISSIONS.map((permission) => matrixRow(permission, access, kind));
  return smallTable(data, unicode);
}

function matrixRow(permission: string, access: Access, kind: TargetKind): MatrixRow {
  const roles = kind === 'gateway' ? ROLES : [];
  const granted = roles.map((role) => [role, grants(ROLE_PERMISSIONS[role], permission) ? 'yes' : ''] as const);
  return { permission, ...Object.fromEntries(granted), you: access.can(permission).allowed ? 'yes' : 'no' };
}
