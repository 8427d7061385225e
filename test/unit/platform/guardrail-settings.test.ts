import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WEEKDAYS } from '../../../src/domain/freeze-window.ts';
import { isProtectedRack, isReadOnlyRack } from '../../../src/domain/guardrail-rules.ts';
import { readGuardrails } from '../../../src/platform/guardrail-settings.ts';

const FILE = { shown: '~/.config/rackdeck/config.json', path: '/home/ada/.config/rackdeck/config.json' };
const reading = (document: Record<string, unknown>) => readGuardrails(document, FILE);
const ofProd = (prod: unknown) => reading({ racks: { prod } });

describe('understood', () => {
  test('nothing set', () => {
    const { rules, problems } = reading({ theme: 'dark', future: 1 });
    expect(problems).toEqual([]);
    expect(rules.defaults).toMatchObject({ place: 'guardrails', freeze: [], denyActions: [], run: {} });
    expect([isProtectedRack(rules, 'any'), isReadOnlyRack(rules, 'any')]).toEqual([false, false]);
  });

  test('everything set, for all racks and for one', () => {
    const guards = {
      protected: true,
      readOnly: false,
      maxBulk: 5,
      denyActions: ['app.*', { actions: ['env.set'], apps: 'shop*', reason: 'env comes from git' }],
      run: {
        services: ['command'],
        forbiddenServices: ['web*'],
        approvedCommands: ['rake reports:*'],
        adminCommands: ['rails console'],
      },
      freeze: [{ days: ['fri'], from: '16:00', to: '08:00', timeZone: 'Europe/Vienna', reason: 'weekend' }],
    };
    const { rules, problems } = reading({ guardrails: guards, racks: { 'acme/prod': { ...guards, insecure: true } } });
    expect(problems).toEqual([]);
    const expected = {
      protected: true,
      readOnly: false,
      maxBulk: 5,
      denyActions: [
        { actions: ['app.*'], apps: undefined, reason: undefined },
        { actions: ['env.set'], apps: ['shop*'], reason: 'env comes from git' },
      ],
      run: guards.run,
      freeze: [
        {
          kind: 'weekly',
          days: ['fri'],
          from: 960,
          to: 480,
          timeZone: 'Europe/Vienna',
          reason: 'weekend',
          allowActions: [],
        },
      ],
    };
    expect(rules.defaults).toEqual({ place: 'guardrails', ...expected });
    expect(rules.racks.get('acme/prod')).toEqual({ place: 'racks."acme/prod"', ...expected });
  });

  test.each([
    ['whole days', { days: ['sat', 'sun'] }, { kind: 'weekly', days: ['sat', 'sun'], from: 0, to: 1440 }],
    ['every day', { from: '00:00', to: '06:30' }, { kind: 'weekly', days: WEEKDAYS, from: 0, to: 390 }],
    [
      'dates: the last one belongs to it',
      { from: '2026-12-24', to: '2026-12-26' },
      { kind: 'once', from: Date.parse('2026-12-23T23:00Z'), to: Date.parse('2026-12-26T23:00Z') },
    ],
    [
      'local times',
      { from: '2026-07-01T18:00', to: '2026-07-01 20:30:15' },
      { kind: 'once', from: Date.parse('2026-07-01T16:00Z'), to: Date.parse('2026-07-01T18:30:15Z') },
    ],
    [
      'times with an offset',
      { from: '2026-07-01T18:00-05:00', to: '2026-07-02T00:00Z' },
      { kind: 'once', from: Date.parse('2026-07-01T23:00Z'), to: Date.parse('2026-07-02T00:00Z') },
    ],
  ])('a freeze window: %s', (_name, window, expected) => {
    const { rules, problems } = ofProd({ freeze: [{ ...window, timeZone: 'Europe/Vienna', reason: 'r' }] });
    expect(problems).toEqual([]);
    expect(rules.racks.get('prod')?.freeze).toEqual([
      { ...expected, timeZone: 'Europe/Vienna', reason: 'r', allowActions: [] },
    ]);
  });
});

describe('not understood: one sentence with file, place and what is allowed; the rack is read-only', () => {
  const zone = { timeZone: 'UTC', reason: 'r' };
  test.each<[place: string, allowed: string, prod: unknown]>([
    ['racks.prod', 'must be an object', 'read-only'],
    ['racks.prod', 'must be an object', null],
    ['racks.prod', 'must be an object', []],
    ['racks.prod.readOnly', 'must be true or false', { readOnly: 'yes' }],
    ['racks.prod.protected', 'must be true or false', { protected: 1 }],
    ['racks.prod.insecure', 'must be true or false', { insecure: 'no' }],
    ['racks.prod.readonly', 'is not known; known are protected, readOnly', { readonly: true }],
    ['racks.prod.maxBulk', 'must be a whole number from 1 to 10000', { maxBulk: 0 }],
    ['racks.prod.maxBulk', 'must be a whole number from 1 to 10000', { maxBulk: 1.5 }],
    ['racks.prod.maxBulk', 'must be a whole number from 1 to 10000', { maxBulk: '3' }],
    ['racks.prod.denyActions', 'must be a list of actions', { denyActions: 'app.*' }],
    ['racks.prod.denyActions[1]', 'must be an action such as "app.delete"', { denyActions: ['*', 'App Delete'] }],
    ['racks.prod.denyActions[0].actions', 'must be an action such as', { denyActions: [{ apps: 'x' }] }],
    ['racks.prod.denyActions[0].app', 'is not known; known are', { denyActions: [{ actions: '*', app: 'x' }] }],
    ['racks.prod.run', 'must be an object', { run: true }],
    ['racks.prod.run.forbiddenServices', 'must be a list of names', { run: { forbiddenServices: 'web' } }],
    ['racks.prod.run.services[0]', 'must be a name such as "command"', { run: { services: ['a b'] } }],
    ['racks.prod.run.approvedCommands[0]', 'must be a command', { run: { approvedCommands: ['a\nb'] } }],
    ['racks.prod.freeze', 'must be a list of freeze windows', { freeze: 'later' }],
    ['racks.prod.freeze[0]', 'must be an object', { freeze: ['fri'] }],
    ['racks.prod.freeze[0].reason', 'must be a reason in words', { freeze: [{ days: ['fri'], timeZone: 'UTC' }] }],
    ['racks.prod.freeze[0].timeZone', 'must be a time zone such as', { freeze: [{ days: ['fri'], reason: 'r' }] }],
    [
      'racks.prod.freeze[0].timeZone',
      'must be a time zone',
      { freeze: [{ days: ['fri'], ...zone, timeZone: 'Wien' }] },
    ],
    ['racks.prod.freeze[0].days[0]', 'must be one of sun, mon', { freeze: [{ days: ['friday'], ...zone }] }],
    ['racks.prod.freeze[0].days', 'must be a list of at least one day', { freeze: [{ days: [], ...zone }] }],
    [
      'racks.prod.freeze[0].from',
      'must be a time of day such as',
      { freeze: [{ from: '24:00', to: '1:00', ...zone }] },
    ],
    ['racks.prod.freeze[0].to', 'must be a time of day such as', { freeze: [{ days: ['fri'], to: '25:00', ...zone }] }],
    ['racks.prod.freeze[0].to', 'must be a date such as', { freeze: [{ from: '2026-12-24', ...zone }] }],
    [
      'racks.prod.freeze[0].from',
      'must be a date such as',
      { freeze: [{ from: '2026-02-30', to: '2026-03-01', ...zone }] },
    ],
    [
      'racks.prod.freeze[0].to',
      'must be later than from',
      { freeze: [{ from: '2026-12-24', to: '2026-12-23', ...zone }] },
    ],
    [
      'racks.prod.freeze[0].timeZone',
      'because to has no offset',
      { freeze: [{ from: '2026-12-24T00:00Z', to: '2026-12-26', reason: 'r' }] },
    ],
    [
      'racks.prod.freeze[0].allowActions[0]',
      'must be an action',
      { freeze: [{ days: ['fri'], ...zone, allowActions: [''] }] },
    ],
  ])('%s %s', (place, allowed, prod) => {
    const { rules, problems } = reading({ racks: { prod, lab: {} } });
    const found = problems.find((problem) => problem.what.includes(`\`${place}\``));
    expect(found).toMatchObject({ kind: 'malformed', where: FILE.path });
    expect(found?.message).toContain(FILE.path);
    expect(found?.why).toContain(allowed);
    expect(isReadOnlyRack(rules, 'prod')).toBe(true);
    expect(isProtectedRack(rules, 'prod')).toBe(true);
    // Other racks are not concerned.
    expect(isReadOnlyRack(rules, 'lab')).toBe(false);
  });

  test.each<[place: string, document: Record<string, unknown>]>([
    ['guardrails', { guardrails: [] }],
    ['guardrails.maxbulk', { guardrails: { maxbulk: 3 } }],
    ['guardrails.insecure', { guardrails: { insecure: true } }],
    ['racks', { racks: [] }],
    ['racks', { racks: null }],
    ['readOnly', { readOnly: true }],
    ['read_only', { read_only: true }],
    ['Guardrail', { Guardrail: {} }],
    ['rack', { rack: { prod: {} } }],
  ])('%s concerns every rack', (place, document) => {
    const { rules, problems } = reading(document);
    expect(problems.map((problem) => problem.what)).toEqual([expect.stringContaining(`\`${place}\``)]);
    expect(problems[0]?.next).toContain('no rack can be changed');
    expect(isReadOnlyRack(rules, 'any')).toBe(true);
  });
});

test('whatever a section holds: it is understood, or the rack is read-only', () => {
  const section = fc.oneof(
    fc.jsonValue(),
    fc.record(
      {
        protected: fc.oneof(fc.boolean(), fc.jsonValue()),
        readOnly: fc.oneof(fc.boolean(), fc.jsonValue()),
        maxBulk: fc.oneof(fc.integer(), fc.jsonValue()),
        freeze: fc.array(fc.jsonValue()),
        denyActions: fc.array(fc.oneof(fc.constant('app.*'), fc.jsonValue())),
        run: fc.jsonValue(),
      },
      { requiredKeys: [] },
    ),
  );
  fc.assert(
    fc.property(section, (prod) => {
      const { rules, problems } = ofProd(prod);
      const written = rules.racks.get('prod');
      expect(written).toBeDefined();
      expect(problems.length > 0).toBe(written?.problem !== undefined);
      if (problems.length > 0) expect(isReadOnlyRack(rules, 'prod')).toBe(true);
      // Nothing that was written is silently left out.
      if (problems.length === 0) {
        const given = prod as { readOnly?: unknown; freeze?: unknown[]; denyActions?: unknown[] };
        expect(isReadOnlyRack(rules, 'prod')).toBe(given.readOnly === true);
        expect(written?.freeze.length).toBe(given.freeze?.length ?? 0);
        expect(written?.denyActions.length).toBe(given.denyActions?.length ?? 0);
      }
    }),
  );
});

test('a rack called like a member of every object is guarded like any other', () => {
  const { rules } = reading(JSON.parse('{"racks":{"__proto__":{"readOnly":true},"constructor":{"maxBulk":"x"}}}'));
  expect(isReadOnlyRack(rules, '__proto__')).toBe(true);
  expect(isReadOnlyRack(rules, 'constructor')).toBe(true);
  expect(isReadOnlyRack(rules, 'toString')).toBe(false);
});

test('a guard does not lapse because a second rack of the name turned up', () => {
  const { rules } = reading({ racks: { staging: { readOnly: true }, 'prod-2': { readOnly: true } } });
  const names = ['staging', 'gateway:staging', 'direct:staging-2', 'console:prod-2', 'gateway:prod', 'staging-2'];
  expect(names.map((name) => isReadOnlyRack(rules, name))).toEqual([true, true, true, true, false, false]);
});
