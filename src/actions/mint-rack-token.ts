import { isoText } from '../domain/age.ts';
import { atLeast, type RackVersion } from '../domain/version.ts';
import { versionOf } from './app-state.ts';
import { type ActionContext, defineAction } from './define-action.ts';
import { saveOnce } from './saved-secret.ts';

const MINT = 'POST /system/jwt/token';
/** One year; longest that racks make (convox-api.md 3). */
const MOST_HOURS = 8_760;
const ADMIN_SINCE = '3.24.6';

type Role = 'read' | 'write' | 'admin';

interface Facts {
  /** `api.<domain of the rack>`, for the URL. */
  readonly host: string;
  readonly role: Role;
  readonly hours: number;
  readonly version: RackVersion;
  /** Does the credential in use reach the admin gate? */
  readonly isAdmin: boolean;
}

interface Result {
  readonly path: string;
  readonly expiresAt: number;
}

async function gather(context: ActionContext): Promise<Facts> {
  const { reads, input, access, signal } = context;
  const { rackDomain, domain } = await reads.system({ signal });
  const version = versionOf(context);
  return {
    // The API of a v2 rack is at the rack's only domain.
    host: rackDomain === '' && version.generation === 'v2' ? domain : rackDomain,
    role: ROLES.find((role) => role === input.role) ?? 'read',
    hours: Number(input.hours ?? '1'),
    version,
    isAdmin: access.can('convox:jwt:rotate').allowed,
  };
}

const ROLES: readonly Role[] = ['read', 'write', 'admin'];

const ROLE_WORDS: Readonly<Record<Role, string>> = {
  read: 'It may look at everything the API shows.',
  write: 'It may change everything but what is left to admins.',
  admin: 'It may do everything.',
};

function blocked({ host, role, version, isAdmin }: Facts): string | undefined {
  if (host === '') return 'The rack does not tell its own address, so there is no URL to save.';
  if (role !== 'admin') return undefined;
  if (!atLeast(version, ADMIN_SINCE)) return `Role admin needs rack >= ${ADMIN_SINCE}; this one is ${version.text}.`;
  return isAdmin ? undefined : 'Only an admin may make a token with role admin.';
}

export const mintRackToken = defineAction<Facts, Result>({
  id: 'rack.token',
  title: 'Make a rack access token',
  about: 'makes a RACK_URL with a role and an end, saved to a file',
  on: [],
  tier: 3,
  subject: 'none',
  bulk: false,
  permissions: ['convox:jwt:create'],
  routes: [MINT],
  fields: [
    {
      id: 'role',
      label: 'Role',
      kind: 'choice',
      required: true,
      choices: ROLES.map((value) => ({ value, label: value })),
    },
    {
      id: 'hours',
      label: 'Hours',
      kind: 'number',
      required: true,
      help: 'How long it is valid, at most 8760.',
      check: (value) =>
        Number(value) >= 1 && Number(value) <= MOST_HOURS ? undefined : `Hours must be between 1 and ${MOST_HOURS}`,
    },
  ],
  initial: async () => ({ role: 'read', hours: '1' }),
  gather,
  preview: (facts, { rack }) => ({
    headline: `Make a token with role ${facts.role} for ${rack.name}, valid for ${facts.hours} ${facts.hours === 1 ? 'hour' : 'hours'}`,
    effects: [
      ROLE_WORDS[facts.role],
      'It is saved as RACK_URL=... to a file in this folder that only you can read, and shown nowhere.',
    ],
    warnings: [
      'A single token cannot be taken back: only rotating the key ends it, together with all others.',
      ...(facts.role === 'read'
        ? ['Even a read token opens the Kubernetes API of the rack with full rights: hand it out like a password.']
        : []),
    ],
    blocked: blocked(facts),
  }),
  changes: () => [{ route: MINT, times: 1 }],
  run: async ({ host, role, hours }, { writes, interaction, rack, now, note, signal }) => {
    const { token } = await writes.mintRackToken({ role, hours }, { signal });
    const path = await saveOnce(interaction, {
      name: `${rack.name}-${role}-token`,
      extension: '.env',
      secret: `RACK_URL=https://jwt:${token}@${host}\n`,
      what: 'The token',
      next: `It reached nobody and ends by itself after ${hours} h. Make another one from a folder that can be written to.`,
    });
    note(`saved to ${path}`);
    return { path, expiresAt: now() + hours * 3_600_000 };
  },
  observe: async ({ hours }, result) =>
    result
      ? { state: 'done', words: `The token is in ${result.path}, valid until ${isoText(result.expiresAt)}.` }
      : {
          state: 'unknown',
          words: `A token may have been made; it reached nobody and ends by itself after ${hours} h.`,
        },
  wait: { firstMs: 0, everyMs: 1_000, deadlineMs: 0, steady: 1 },
  echo: ({ role, hours }) => `convox rack access --role ${role} --duration-in-hours ${hours}`,
});
