import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ACTION_CATALOG } from '../../../src/access/action-catalog.ts';
import { type ActionQuestion, actionVerdict } from '../../../src/access/action-verdict.ts';
import { type AccessFacts, createAccess } from '../../../src/access/create-access.ts';
import { checkGuardrails, type GuardrailQuestion, isProtected } from '../../../src/access/guardrails.ts';
import { forcedReadOnly, ReadOnlySwitch } from '../../../src/access/read-only.ts';
import type { GuardrailRules } from '../../../src/domain/guardrail-rules.ts';
import { matchesPattern } from '../../../src/domain/name-pattern.ts';
import type { Verdict } from '../../../src/domain/verdict.ts';
import { parseVersion } from '../../../src/domain/version.ts';
import { readGuardrails } from '../../../src/platform/guardrail-settings.ts';

const SHOWN = '~/.config/rackdeck/config.json';
/** Friday, 17:00 in Vienna. */
const NOW = Date.parse('2026-05-01T15:00:00Z');
const HOUR = 3_600_000;

/** As the settings file has it. */
function rules(document: Record<string, unknown>): GuardrailRules {
  return readGuardrails(document, { shown: SHOWN, path: '/home/ada/.config/rackdeck/config.json' }).rules;
}
const prod = (section: unknown) => rules({ racks: { 'acme/prod': section } });

const QUESTION: GuardrailQuestion = {
  actionId: 'release.promote',
  tier: 2,
  rack: 'acme/prod',
  app: 'shop',
  count: 1,
  now: NOW,
  roles: ['deployer'],
  readOnly: undefined,
};
const says = (verdict: Verdict) => (verdict.allowed ? 'allowed' : `${verdict.because}: ${verdict.reason}`);
const check = (section: unknown, question: Partial<GuardrailQuestion> = {}) =>
  says(checkGuardrails(prod(section), { ...QUESTION, ...question }));
const at = (place: string) => `(${SHOWN}: racks."acme/prod".${place})`;

describe('a refusal names the rule and its place', () => {
  const freeze = { days: ['fri'], from: '16:00', to: '08:00', timeZone: 'Europe/Vienna', reason: 'weekend' };
  const thaw = { from: '2026-05-01', to: '2026-05-03', timeZone: 'UTC', reason: 'stocktaking' };
  test.each<[section: unknown, question: Partial<GuardrailQuestion>, expected: string]>([
    [{}, {}, 'allowed'],
    [{ readOnly: true }, {}, `read-only: this rack is read-only ${at('readOnly')}`],
    [
      { readOnly: 'yes' },
      {},
      `read-only: read-only until the settings are corrected ${at('readOnly must be true or false')}`,
    ],
    [{}, { readOnly: 'key' }, 'read-only: read-only: switched on with R'],
    [{}, { readOnly: 'flag' }, 'read-only: read-only: asked for with --read-only'],
    [
      { denyActions: ['app.*', 'release.*'] },
      {},
      `guardrail: release.promote is not allowed here ${at('denyActions[1]')}`,
    ],
    [{ denyActions: ['app.*'] }, {}, 'allowed'],
    [{ denyActions: ['promote'] }, {}, 'allowed'],
    [
      { denyActions: [{ actions: 'release.*', apps: ['sho*'], reason: 'ask Ada' }] },
      {},
      `guardrail: ask Ada ${at('denyActions[0]')}`,
    ],
    [{ denyActions: [{ actions: '*', apps: 'web' }] }, {}, 'allowed'],
    [{ denyActions: [{ actions: '*', apps: '*' }] }, { app: undefined, actionId: 'rack.params' }, 'allowed'],
    [{ freeze: [freeze] }, {}, `guardrail: frozen until 2026-05-02 08:00 Europe/Vienna: weekend ${at('freeze[0]')}`],
    [{ freeze: [freeze] }, { now: NOW - 2 * HOUR }, 'allowed'],
    [{ freeze: [freeze, thaw] }, {}, `guardrail: frozen until 2026-05-04 00:00 UTC: stocktaking ${at('freeze[1]')}`],
    [{ freeze: [{ ...freeze, allowActions: ['release.*'] }] }, {}, 'allowed'],
    [
      { freeze: [{ ...freeze, allowActions: ['process.*'] }] },
      {},
      `guardrail: frozen until 2026-05-02 08:00 Europe/Vienna: weekend ${at('freeze[0]')}`,
    ],
    [
      { freeze: [freeze] },
      { now: Number.NaN },
      `guardrail: the time is not known, so a freeze may hold ${at('freeze[0]')}`,
    ],
    [{ maxBulk: 2 }, { count: 2 }, 'allowed'],
    [{ maxBulk: 2 }, { count: 3 }, `guardrail: 3 at once are too many: at most 2 ${at('maxBulk')}`],
    [{ maxBulk: 2 }, { count: Number.NaN }, `guardrail: NaN at once are too many: at most 2 ${at('maxBulk')}`],
    [{}, { count: 2, tier: 3 }, `guardrail: what cannot be taken back is done one at a time (${SHOWN}: always)`],
  ])('%j %j', (section, question, expected) => {
    expect(check(section, question)).toBe(expected);
  });
});

describe('defaults and the rack', () => {
  const document = {
    guardrails: {
      protected: true,
      readOnly: true,
      maxBulk: 1,
      denyActions: ['app.delete'],
      run: { forbiddenServices: ['api'], approvedCommands: ['rake a'] },
    },
    racks: {
      lab: {
        protected: false,
        readOnly: false,
        maxBulk: 9,
        denyActions: ['app.create'],
        run: { services: ['command'] },
      },
    },
  };
  const ask = (question: Partial<GuardrailQuestion>) =>
    says(checkGuardrails(rules(document), { ...QUESTION, rack: 'lab', ...question }));

  test('single values of the rack win, lists add up, run rules count one by one', () => {
    expect([isProtected(rules(document), 'lab'), isProtected(rules(document), 'other')]).toEqual([false, true]);
    expect(ask({ count: 5 })).toBe('allowed');
    expect(ask({ actionId: 'app.delete' })).toContain(`${SHOWN}: guardrails.denyActions[0]`);
    expect(ask({ actionId: 'app.create' })).toContain(`${SHOWN}: racks.lab.denyActions[0]`);
    const run = { actionId: 'process.run', command: 'rake a' };
    expect(ask({ ...run, service: 'other' })).toContain('racks.lab.run.services');
    expect(ask({ ...run, service: 'command' })).toBe('allowed');
    expect(ask({ ...run, service: 'command', command: 'rake b' })).toContain('guardrails.run.approvedCommands');
  });

  test('a rack that is not named has the defaults', () => {
    expect(ask({ rack: 'other' })).toBe(`read-only: this rack is read-only (${SHOWN}: guardrails.readOnly)`);
  });
});

describe('run policy', () => {
  const RUN: Partial<GuardrailQuestion> = { actionId: 'process.run', service: 'command', command: 'rake stats' };
  const unset = at('run.forbiddenServices is not set, the default holds');
  test.each<[run: unknown, question: Partial<GuardrailQuestion>, expected: string]>([
    [{}, {}, 'allowed'],
    [{}, { service: 'web' }, `guardrail: one-off commands may not run in web ${unset}`],
    [{}, { service: 'worker' }, `guardrail: one-off commands may not run in worker ${unset}`],
    [{}, { service: 'web', actionId: 'process.exec', command: 'sh' }, 'allowed'],
    [
      {},
      { service: 'api', serving: true },
      `guardrail: one-off commands may not run in api: it takes traffic ${unset}`,
    ],
    [{}, { service: 'api', serving: false }, 'allowed'],
    [{}, { service: undefined }, `guardrail: it is not known in which service this would run ${unset}`],
    [{ forbiddenServices: [] }, { service: 'web', serving: true }, 'allowed'],
    [{ services: ['api'] }, { service: 'api', serving: true }, 'allowed'],
    [{ services: ['web'] }, { service: 'web' }, `guardrail: one-off commands may not run in web ${unset}`],
    [
      { services: ['command', 'jobs-*'] },
      { service: 'api' },
      `guardrail: one-off commands may run in command, jobs-* only, not in api ${at('run.services')}`,
    ],
    [{ services: ['command', 'jobs-*'] }, { service: 'jobs-eu' }, 'allowed'],
    [
      { services: [] },
      {},
      `guardrail: one-off commands may run in no service only, not in command ${at('run.services')}`,
    ],
    // For a menu: nothing is typed yet, but where it would run is known.
    [{ approvedCommands: [] }, { command: '', commandPending: true }, 'allowed'],
    [
      {},
      { command: '', commandPending: true, service: 'web' },
      `guardrail: one-off commands may not run in web ${unset}`,
    ],
    [
      { approvedCommands: [] },
      {},
      `guardrail: this command is not on the list of approved ones ${at('run.approvedCommands')}`,
    ],
    [
      { approvedCommands: ['rake stats'] },
      { actionId: 'process.exec', command: 'sh' },
      `guardrail: this command is not on the list of approved ones ${at('run.approvedCommands')}`,
    ],
    [{ adminCommands: [] }, { command: 'rails console' }, 'allowed'],
    [{ adminCommands: ['sh'] }, { command: 'sh' }, `guardrail: "sh" needs role admin ${at('run.adminCommands')}`],
    [
      {},
      { actionId: 'rack.proxy', command: 'proxy db:5432', alike: ['psql'] },
      `guardrail: it is as good as "psql", which needs role admin ${at('run.adminCommands is not set, the default holds')}`,
    ],
    [{}, { actionId: 'rack.proxy', command: 'proxy db:5432', alike: ['psql'], roles: ['admin'] }, 'allowed'],
    [{}, { actionId: 'rack.proxy', command: 'proxy db:15432', alike: [] }, 'allowed'],
    [
      { adminCommands: ['proxy *:15432'] },
      { actionId: 'rack.proxy', command: 'proxy db:15432', alike: [] },
      `guardrail: "proxy *:15432" needs role admin ${at('run.adminCommands')}`,
    ],
    [
      { approvedCommands: ['rake stats'] },
      { actionId: 'rack.proxy', command: 'proxy db:80', alike: [] },
      `guardrail: "proxy db:80" is not on the list of approved ones ${at('run.approvedCommands')}`,
    ],
    [{ approvedCommands: ['proxy db:*'] }, { actionId: 'rack.proxy', command: 'proxy db:80', alike: [] }, 'allowed'],
    [
      { approvedCommands: ['psql'], adminCommands: [] },
      { actionId: 'resource.proxy', command: 'proxy db:5432', alike: ['psql'] },
      'allowed',
    ],
  ])('%j %j', (run, question, expected) => {
    expect(check({ run }, { ...RUN, ...question })).toBe(expected);
  });

  test.each([
    'rails console',
    'rails c',
    'rails  c',
    'bin/rails c',
    '/app/bin/rails console --sandbox',
    'bundle exec rails c',
    'RAILS_ENV=production rails c',
    'sh -c "rails c"',
    "bash -lc 'cd /app && rails console'",
    'rails -e production console',
    'rails --environment=production c',
    'rails _7.1.3_ console',
    'true; rails c',
    'true\nrails c',
    '$(rails c)',
    "rai''ls c",
    'rails dbconsole',
    'python manage.py shell',
    'python3 ./manage.py dbshell --database x',
    'iex -S mix',
    'psql $DATABASE_URL',
    'env FOO=1 psql',
    '/usr/bin/redis-cli',
    'su postgres --command=psql',
    'bash -c {psql,-l}',
  ])('%s needs an administrator, for a run and in a shell', (command) => {
    for (const actionId of ['process.run', 'process.exec']) {
      expect(check({}, { ...RUN, actionId, command })).toMatch(/^guardrail: "[^"]+" needs role admin \(/);
      expect(check({}, { ...RUN, actionId, command, roles: ['admin'] })).toBe('allowed');
    }
  });

  test.each(['rails db:migrate', 'rake routes', 'rails runner x.rb', 'echo rails; c', 'sh', 'npm run console'])(
    '%s does not',
    (command) => {
      expect(check({}, { ...RUN, command })).toBe('allowed');
    },
  );

  const approved = ['rake db:migrate', 'rake reports:*', 'echo *'];
  test.each<[command: string, allowed: boolean]>([
    ['rake db:migrate', true],
    ['  rake   db:migrate ', true],
    ['rake reports:daily', true],
    ['rake reports:', true],
    ['rake db:migrate:down', false],
    ['rake', false],
    ['rake reports:daily now', false],
    ['rake reports:x;sh', false],
    ['rake reports:$(sh)', false],
    ['rake reports:`sh`', false],
    ['rake reports:x&&sh', false],
    ['rake reports:x|sh', false],
    ['rake reports:x\nsh', false],
    ['rake db:migrate\nsh', false],
    ['rake reports:>x', false],
    ['echo $SECRET', false],
    ['echo "a', false],
    ['echo a', true],
    ['', false],
  ])('approved or not: %j', (command, allowed) => {
    expect(check({ run: { approvedCommands: approved } }, { ...RUN, command }) === 'allowed').toBe(allowed);
  });

  test('whatever follows an approved command in a shell is not approved', () => {
    const tail = fc.tuple(fc.constantFrom(';', '&', '|', '\n', '$(', '`', '>', '<', '(', '\r'), fc.string());
    fc.assert(
      fc.property(tail, ([sign, rest]) => {
        const command = `rake reports:daily${sign}${rest}x`;
        expect(check({ run: { approvedCommands: approved } }, { ...RUN, command })).not.toBe('allowed');
      }),
    );
  });
});

describe('only ever stricter', () => {
  const section = fc.record(
    {
      readOnly: fc.boolean(),
      maxBulk: fc.integer({ min: 1, max: 5 }),
      denyActions: fc.array(fc.constantFrom('app.*', '*.promote', 'process.run', '*')),
      freeze: fc.array(
        fc.record({
          days: fc.constantFrom(['fri'], ['sat'], ['mon', 'fri']),
          timeZone: fc.constantFrom('UTC', 'Asia/Tokyo'),
          reason: fc.constant('r'),
        }),
      ),
    },
    { requiredKeys: [] },
  );
  const question = fc.record({
    actionId: fc.constantFrom('app.delete', 'release.promote', 'process.run', 'process.stop'),
    count: fc.integer({ min: 0, max: 6 }),
    service: fc.constantFrom('web', 'command'),
    now: fc.integer({ min: NOW - 80 * HOUR, max: NOW + 80 * HOUR }),
  });

  test('what this run switches read-only changes nothing, whatever the settings say', () => {
    fc.assert(
      fc.property(section, question, fc.constantFrom('key', 'flag', 'variable'), (settings, asked, readOnly) => {
        const verdict = checkGuardrails(prod(settings), { ...QUESTION, ...asked, readOnly });
        expect(verdict).toMatchObject({ allowed: false, because: 'read-only' });
      }),
    );
  });

  test('another denial or freeze never allows more', () => {
    fc.assert(
      fc.property(section, section, question, (settings, more, asked) => {
        const wider = {
          ...settings,
          denyActions: [...(settings.denyActions ?? []), ...(more.denyActions ?? [])],
          freeze: [...(settings.freeze ?? []), ...(more.freeze ?? [])],
        };
        const before = checkGuardrails(prod(settings), { ...QUESTION, ...asked }).allowed;
        const after = checkGuardrails(prod(wider), { ...QUESTION, ...asked }).allowed;
        expect(after && !before).toBe(false);
      }),
    );
  });
});

describe('the read-only switch', () => {
  test('R switches it on and off, and tells whoever looks', () => {
    const readOnly = new ReadOnlySwitch();
    let told = 0;
    readOnly.cause.subscribe(() => (told += 1));
    expect(readOnly.toggle()).toMatch(/on for all racks/);
    expect([readOnly.cause.get(), told]).toEqual(['key', 1]);
    expect(readOnly.toggle()).toMatch(/switched off/);
    expect([readOnly.cause.get(), told]).toEqual([undefined, 2]);
  });

  test.each(['flag', 'variable'] as const)('what the %s asked for stays', (forced) => {
    const readOnly = new ReadOnlySwitch(forced);
    expect(readOnly.toggle()).toMatch(/^Stays read-only/);
    expect(readOnly.cause.get()).toBe(forced);
  });

  test('a rack that the settings make read-only stays so when it is off', () => {
    const readOnly = new ReadOnlySwitch();
    readOnly.toggle();
    readOnly.toggle();
    expect(check({ readOnly: true }, { readOnly: readOnly.cause.get() })).toContain('read-only');
  });

  test.each<[boolean, string | undefined, string | undefined]>([
    [false, undefined, undefined],
    [false, '', undefined],
    [false, ' 0 ', undefined],
    [false, 'FALSE', undefined],
    [false, '1', 'variable'],
    [false, 'ja', 'variable'],
    [true, '0', 'flag'],
  ])('--read-only %s, RACKDECK_READ_ONLY=%s: %s', (flag, variable, expected) => {
    expect(forcedReadOnly(flag, variable)).toBe(expected);
  });
});

describe('the verdict on an action', () => {
  const version = parseVersion('3.24.9');
  const gateway = (roles: readonly string[]): AccessFacts => ({
    kind: 'gateway',
    version,
    identity: {
      email: 'a@example.com',
      name: 'A',
      roles,
      mfaEnrolled: true,
      mfaRequired: true,
      stepUpExpiresAt: undefined,
      rackName: 'prod',
      rackAlias: 'prod',
      gatewayVersion: '',
      gatewayCommit: '',
    },
  });
  const ASKED: ActionQuestion = { rack: 'acme/prod', apps: ['shop'], count: 1, now: NOW, readOnly: undefined };
  const promote = { id: 'release.promote', tier: 2, permissions: ['convox:release:promote'] } as const;
  const PROMOTE = { ...promote, routes: ['POST /apps/{app}/releases/{id}/promote'] };
  const all = { readOnly: true, denyActions: ['*'] };
  const NONE = prod({});

  test.each<[what: string, facts: AccessFacts | undefined, section: unknown, because: string]>([
    ['read-only before anything else', undefined, all, 'read-only'],
    ['access not loaded', undefined, { denyActions: ['*'] }, 'unknown'],
    ['gateway has not told who we are', { kind: 'gateway', version }, { denyActions: ['*'] }, 'unknown'],
    ['role before guardrails', gateway(['ops']), { denyActions: ['*'] }, 'role'],
    ['guardrails', gateway(['deployer']), { denyActions: ['*'] }, 'guardrail'],
    ['the console decides by itself', { kind: 'console', version }, {}, 'allowed'],
    ['the console decides, the settings before it', { kind: 'console', version }, { denyActions: ['*'] }, 'guardrail'],
    ['recordings', { kind: 'recording', version }, {}, 'target'],
  ])('%s', (_what, facts, section, because) => {
    const verdict = actionVerdict(PROMOTE, facts && createAccess(facts), prod(section), ASKED);
    expect(verdict.allowed ? 'allowed' : verdict.because).toBe(because);
  });

  test('role before route before guardrails', () => {
    const cancel = { ...promote, permissions: ['convox:app:update'], routes: ['POST /apps/{name}/cancel'] };
    const ask = (roles: string[]) =>
      says(actionVerdict(cancel, createAccess(gateway(roles)), prod({ denyActions: ['*'] }), ASKED));
    expect(ask(['viewer'])).toMatch(/^role: needs role deployer/);
    expect(ask(['deployer'])).toBe('route: not proxied by the gateway');
  });

  test('every permission and every route counts; none named is refused', () => {
    const access = createAccess(gateway(['deployer']));
    expect(actionVerdict(PROMOTE, access, NONE, ASKED)).toEqual({ allowed: true });
    const two = { ...PROMOTE, permissions: ['convox:release:promote', 'convox:app:delete'] };
    expect(says(actionVerdict(two, access, NONE, ASKED))).toMatch(/^role: needs role admin/);
    const strange = { ...PROMOTE, permissions: ['convox:teapot:brew'] };
    expect(says(actionVerdict(strange, access, NONE, ASKED))).toMatch(/^role: needs permission convox:teapot:brew/);
    expect(says(actionVerdict({ ...PROMOTE, permissions: [] }, access, NONE, ASKED))).toMatch(
      /^unknown: release.promote/,
    );
  });

  test('with several apps marked, each is asked about', () => {
    const guarded = prod({ denyActions: [{ actions: 'release.*', apps: 'billing' }] });
    const access = createAccess(gateway(['deployer']));
    const ask = (apps: string[]) => actionVerdict(PROMOTE, access, guarded, { ...ASKED, apps }).allowed;
    expect([ask(['shop']), ask(['shop', 'billing']), ask([])]).toEqual([true, false, true]);
  });

  test.each<[facts: AccessFacts, expected: string]>([
    [gateway(['ops']), 'guardrail'],
    [gateway(['admin']), 'allowed'],
    [{ kind: 'direct', version }, 'allowed'],
    [{ kind: 'direct', version, claims: { user: 'ci', role: 'rwa', expiresAt: undefined } }, 'allowed'],
    [{ kind: 'direct', version, claims: { user: 'ci', role: 'rw', expiresAt: undefined } }, 'guardrail'],
  ])('a console into data needs an administrator: %j', (facts, expected) => {
    const run = ACTION_CATALOG.find((action) => action.id === 'process.run');
    if (!run) throw new Error('no process.run');
    const asked = { ...ASKED, service: 'command', command: 'rails c' };
    const verdict = actionVerdict(run, createAccess(facts), NONE, asked);
    expect(verdict.allowed ? 'allowed' : verdict.because).toBe(expected);
  });

  test.each(ACTION_CATALOG.map((action) => [action.id, action] as const))(
    '%s: refused in read-only, unknown, without the permission, denied and frozen',
    (_id, action) => {
      const denied = prod({ denyActions: [action.id] });
      const frozen = prod({ freeze: [{ days: ['fri'], timeZone: 'UTC', reason: 'r' }] });
      const direct = createAccess({ kind: 'direct', version, provider: 'aws' });
      const because = (verdict: Verdict) => (verdict.allowed ? 'allowed' : verdict.because);
      expect(because(actionVerdict(action, direct, prod({ readOnly: true }), ASKED))).toBe('read-only');
      expect(because(actionVerdict(action, direct, NONE, { ...ASKED, readOnly: 'key' }))).toBe('read-only');
      expect(because(actionVerdict(action, undefined, NONE, ASKED))).toBe('unknown');
      expect(because(actionVerdict(action, createAccess({ kind: 'gateway' }), NONE, ASKED))).toBe('unknown');
      expect(because(actionVerdict(action, createAccess(gateway(['viewer'])), NONE, ASKED))).toBe('role');
      for (const rule of [denied, frozen]) expect(actionVerdict(action, direct, rule, ASKED).allowed).toBe(false);
    },
  );
});

describe('name patterns', () => {
  test('agree with a regular expression', () => {
    const piece = fc.constantFrom('a', 'b', '.', '*', 'ab');
    const word = fc.array(piece, { maxLength: 6 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(word, word, (pattern, text) => {
        const name = text.replaceAll('*', '');
        const expected = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(name);
        expect(matchesPattern(pattern, name)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});
