import type { GatewayState } from './gateway-state.ts';
import { ROLES } from './role-catalog.ts';
import type { Role } from './user.ts';

interface Person {
  readonly email: string;
  readonly name: string;
  readonly roles: Role[];
  readonly factor: 'totp' | 'passkey' | 'none';
  readonly standing?: 'suspended' | 'locked';
}

/** People of the demo and of the tests. */
const PEOPLE: readonly Person[] = [
  { email: 'admin@example.com', name: 'Ada Admin', roles: ['admin'], factor: 'totp' },
  { email: 'deployer@example.com', name: 'Dora Deployer', roles: ['deployer'], factor: 'totp' },
  { email: 'ops@example.com', name: 'Otis Ops', roles: ['ops'], factor: 'totp' },
  { email: 'viewer@example.com', name: 'Vera Viewer', roles: ['viewer'], factor: 'totp' },
  { email: 'unenrolled@example.com', name: 'Una Unenrolled', roles: ['deployer'], factor: 'none' },
  { email: 'passkey@example.com', name: 'Paz Passkey', roles: ['ops'], factor: 'passkey' },
  { email: 'suspended@example.com', name: 'Sam Suspended', roles: ['ops'], factor: 'totp', standing: 'suspended' },
  { email: 'locked@example.com', name: 'Lou Locked', roles: ['viewer'], factor: 'totp', standing: 'locked' },
];

const DAY_MS = 24 * 3_600_000;

export const PIPELINE_TOKEN = 'ci-pipeline';

export function seedPeople(state: GatewayState): void {
  const now = state.now();
  PEOPLE.forEach((person, at) => {
    const createdAt = now - (90 - at * 7) * DAY_MS;
    const creator = state.users.find('admin@example.com');
    const user = state.users.add({
      email: person.email,
      name: person.name,
      roles: person.roles,
      createdAt,
      ...(creator === undefined ? {} : { createdBy: creator }),
    });
    if (person.factor === 'totp') state.users.enrolTotp(user, createdAt + DAY_MS);
    if (person.factor === 'passkey') state.users.enrolPasskey(user, createdAt + DAY_MS);
    user.suspended = person.standing === 'suspended';
    if (person.standing === 'locked') user.lock = { at: now - DAY_MS, reason: 'Too many failed MFA attempts' };
  });
  const admin = state.users.find('admin@example.com');
  if (admin !== undefined) state.tokens.create(PIPELINE_TOKEN, admin, admin, ROLES.cicd.permissions);
}
