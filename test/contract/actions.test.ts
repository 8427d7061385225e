import { describe, expect, it } from 'vitest';
import { ACTION_CATALOG } from '../../src/access/action-catalog.ts';
import { actionVerdict } from '../../src/access/action-verdict.ts';
import { createAccess } from '../../src/access/create-access.ts';
import { mfaLevelOf } from '../../src/access/mfa-level.ts';
import type { ReadOnlyCause } from '../../src/access/read-only.ts';
import type { AnyAction } from '../../src/actions/define-action.ts';
import { ACTIONS } from '../../src/actions/index.ts';
import { ActionRun, type PipelineDependencies } from '../../src/actions/pipeline.ts';
import { emptySection, type GuardrailRules, type GuardrailSection } from '../../src/domain/guardrail-rules.ts';
import type { Identity } from '../../src/domain/identity.ts';
import type { ActionRequest, Subject } from '../../src/domain/subject.ts';
import { parseVersion } from '../../src/domain/version.ts';
import type { RackSession } from '../../src/live/rack-session.ts';
import { RESOURCES } from '../../src/resources/index.ts';
import { reach } from '../support/pipeline-bench.ts';

const NOW = Date.UTC(2026, 10, 22, 3);
const RACK = 'acme/prod';

const admin: Identity = {
  email: 'ann@example.com',
  name: 'Ann',
  roles: ['admin'],
  mfaEnrolled: true,
  mfaRequired: true,
  stepUpExpiresAt: undefined,
  rackName: 'prod',
  rackAlias: '',
  gatewayVersion: '0.1.0',
  gatewayCommit: '',
};

interface Situation {
  readonly kind: 'gateway' | 'direct';
  readonly roles?: readonly string[];
  readonly identity?: boolean;
  readonly section?: Partial<GuardrailSection>;
  readonly readOnly?: ReadOnlyCause;
}

const version = parseVersion('3.24.9');

/** Subjects and field values that get an action as far as its permission. */
function requestFor(action: AnyAction): ActionRequest {
  const subject: Subject = { id: 'web', app: 'shop', service: 'web' };
  const input: Record<string, string> = {};
  for (const field of action.fields ?? []) {
    if (field.required) input[field.id] = field.kind === 'number' ? '1' : (field.choices?.[0]?.value ?? 'A=1');
  }
  return { actionId: action.id, rack: RACK, subjects: action.subject === 'none' ? [] : [subject], input };
}

/** The real verdict over a session that counts whatever leaves. */
function start(action: AnyAction, situation: Situation): { readonly run: ActionRun; readonly left: string[] } {
  const left: string[] = [];
  const identity = situation.identity === false ? undefined : { ...admin, roles: situation.roles ?? ['admin'] };
  const access = createAccess(
    situation.kind === 'gateway' ? { kind: 'gateway', identity, version } : { kind: 'direct', version },
  );
  const counting = (name: string) =>
    new Proxy({}, { get: (_target, method) => () => Promise.reject(left.push(`${name}.${String(method)}`)) });
  const rules: GuardrailRules = {
    file: '~/.config/rackdeck/config.json',
    defaults: { ...emptySection('guardrails'), ...situation.section },
    racks: new Map(),
  };
  const session = {
    target: { id: `${situation.kind}:${RACK}`, name: RACK, kind: situation.kind, demo: false },
    access: { get: () => access, subscribe: () => () => {} },
    system: { get: () => ({ version: '3.24.9' }), subscribe: () => () => {} },
    gateway: counting('gateway'),
    history: {},
    reads: () => counting('reads'),
    writes: () => ({ rack: counting('rack'), gateway: counting('own'), sockets: counting('sockets') }),
    changed: () => {},
    followLogs: () => left.push('logs'),
  } as unknown as RackSession;
  const dependencies: PipelineDependencies = {
    action: () => action,
    session: () => session,
    verdict: ({ action: asked, request, tier, command }) =>
      actionVerdict({ ...asked, tier }, access, rules, {
        rack: RACK,
        apps: request.subjects.flatMap((subject) => subject.app ?? []),
        ...(command ? { service: command.service, command: command.command } : {}),
        count: Math.max(1, request.subjects.length),
        now: NOW,
        readOnly: situation.readOnly,
      }),
    isProtected: () => false,
    stepUp: () => undefined,
    mfaLevel: mfaLevelOf,
    recorder: { begin: () => Promise.reject(left.push('journal')) },
    interaction: {} as never,
    digest: (text) => text,
    now: () => NOW,
    timers: {
      setTimeout: (callback) => setImmediate(callback),
      clearTimeout: (handle) => clearImmediate(handle as never),
    },
  };
  return { run: new ActionRun(requestFor(action), dependencies), left };
}

async function expectRefused(action: AnyAction, situation: Situation, because: string, reason: RegExp): Promise<void> {
  const { run, left } = start(action, situation);
  const state = await reach(run, 'refused');
  expect(state.because).toBe(because);
  expect(state.reason).toMatch(reason);
  run.confirm({ typed: 'y' });
  expect(left).toEqual([]);
}

const each = ACTIONS.map((action) => [action.id, action] as const);

describe.each(each)('%s', (_id, action) => {
  it('is declared whole', () => {
    expect(action.title).toMatch(/^[A-Z]/);
    expect(action.about).not.toMatch(/\.$/);
    expect(action.permissions.length).toBeGreaterThan(0);
    expect(action.routes.length).toBeGreaterThan(0);
    for (const part of ['gather', 'preview', 'changes', 'run', 'observe', 'echo'] as const) {
      expect(action[part], part).toBeTypeOf('function');
    }
    expect(action.wait.steady).toBeGreaterThan(0);
    if (action.tier === 3) expect(action.bulk).toBe(false);
    if (action.tierWhenProtected) expect(action.tierWhenProtected).toBeGreaterThanOrEqual(action.tier);
    for (const view of action.on)
      expect(
        RESOURCES.some(({ id }) => id === view),
        view,
      ).toBe(true);
    const fields = (action.fields ?? []).map((field) => field.id);
    expect(new Set(fields).size).toBe(fields.length);
  });

  it('stands in the catalog of access with the same needs', () => {
    const { id, tier, permissions, routes } = action;
    expect(ACTION_CATALOG.find((entry) => entry.id === id)).toMatchObject({ id, tier, permissions, routes });
  });

  it('is refused in read-only mode, without a question to anybody', () =>
    expectRefused(action, { kind: 'gateway', readOnly: 'key' }, 'read-only', /read-only/));

  it('is refused on a rack that the settings make read-only, with their place', () =>
    expectRefused(
      action,
      { kind: 'gateway', section: { readOnly: true } },
      'read-only',
      /config\.json: guardrails\.readOnly/,
    ));

  it('is refused where the settings could not be understood', () =>
    expectRefused(
      action,
      { kind: 'gateway', section: { problem: 'guardrails.freeze is no list' } },
      'read-only',
      /freeze is no list/,
    ));

  it('is refused to a role without the permission', () =>
    expectRefused(action, { kind: 'gateway', roles: ['viewer'] }, 'role', /role|permission/i));

  it('is refused while nobody knows who one is', () =>
    expectRefused(action, { kind: 'gateway', identity: false }, 'unknown', /not known|unknown/i));
});

/** What a gateway passes on is its own list (gateway.md 5.4): guardrails are tried where the action exists. */
const offered = each.map(([id, action]) => {
  const access = createAccess({ kind: 'gateway', identity: admin, version });
  const kind = action.routes.every((route) => access.offers(route).allowed) ? 'gateway' : 'direct';
  return [id, action, kind] as const;
});

describe.each(offered)('%s under a guardrail', (id, action, kind) => {
  const reachable = [...action.routes].every(
    (route) => createAccess({ kind, identity: admin, version }).offers(route).allowed,
  );

  it.runIf(reachable)('of its own name', () =>
    expectRefused(
      action,
      { kind, section: { denyActions: [{ actions: [id], apps: undefined, reason: undefined }] } },
      'guardrail',
      /guardrails\.denyActions\[0\]/,
    ),
  );

  it.runIf(reachable)('of a freeze', () => {
    const freeze = [
      { kind: 'once', from: NOW - 1, to: NOW + 3_600_000, reason: 'sale', allowActions: [], timeZone: 'UTC' } as const,
    ];
    return expectRefused(action, { kind, section: { freeze } }, 'guardrail', /sale.*guardrails\.freeze\[0\]/);
  });

  it.runIf(reachable)('of a bulk limit', () =>
    expectRefused(action, { kind, section: { maxBulk: 0 } }, 'guardrail', /guardrails\.maxBulk/),
  );

  it.runIf(reachable && action.command !== undefined)('of the run policy', () =>
    expectRefused(
      action,
      { kind, section: { run: { approvedCommands: ['bin/report'] } } },
      'guardrail',
      /guardrails\.run\./,
    ),
  );
});

describe('the registry', () => {
  it('has every action of the catalog, once', () => {
    const ids = ACTIONS.map((action) => action.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(ACTION_CATALOG.map((entry) => entry.id).sort());
  });

  it('gives a key to one action of a view only', () => {
    for (const { id } of RESOURCES) {
      const keys = ACTIONS.filter((action) => action.on.includes(id)).flatMap((action) => action.key ?? []);
      expect(new Set(keys).size, id).toBe(keys.length);
    }
  });

  it('keeps verbs of different tiers more than one modifier apart', () => {
    for (const { id } of RESOURCES) {
      const here = ACTIONS.filter((action) => action.on.includes(id) && action.key !== undefined);
      for (const one of here) {
        for (const other of here) {
          if (one.tier === other.tier || one === other) continue;
          expect(bare(one.key), `${one.id} and ${other.id} in ${id}`).not.toBe(bare(other.key));
        }
      }
    }
  });
});

function bare(key: string | undefined): string {
  return (key ?? '').replace(/^(?:ctrl|alt|shift)\+/, '').toLowerCase();
}
