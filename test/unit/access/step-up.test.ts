import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextTotpAt, recogniseCode } from '../../../src/access/one-time-code.ts';
import { StepUp } from '../../../src/access/step-up.ts';
import { Failure, type FailureDetails } from '../../../src/domain/failure.ts';
import type { MfaStatus } from '../../../src/protocol/gateway-api.ts';

const START = Date.parse('2026-05-01T12:00:00Z');
const MINUTE = 60_000;
const KEY_OTP = 'cccccccfhcbelrhifnjrrddcgrburluurftrgfdrdifj';

const failure = (kind: FailureDetails['kind'], more: Partial<FailureDetails> = {}) =>
  new Failure({ kind, what: 'The second factor was not accepted', why: 'the code is wrong', ...more });
const ENROLLED: MfaStatus = {
  enrolled: true,
  required: true,
  methods: [{ id: 1, type: 'totp', label: 'Phone' }],
  unusedBackupCodes: 7,
  stepUpExpiresAt: undefined,
  preferredMethod: undefined,
};

/** A gateway that answers as it is told; what it was asked is kept. */
function scene(status: Partial<MfaStatus> | Failure = {}) {
  const clock = { ms: START };
  const asked: string[] = [];
  const gateway = {
    status: status instanceof Failure ? status : { ...ENROLLED, ...status },
    verify: async (_code: string): Promise<{ stepUpExpiresAt: number | undefined }> => ({
      stepUpExpiresAt: clock.ms + 10 * MINUTE,
    }),
    mfaStatus: async () => {
      asked.push('status');
      if (gateway.status instanceof Failure) throw gateway.status;
      return gateway.status;
    },
    verifyMfa: async (code: string) => {
      asked.push(code);
      return gateway.verify(code);
    },
  };
  const stepUp = new StepUp({ gateway, now: () => clock.ms });
  const refuse = (error: Failure) => {
    gateway.verify = () => Promise.reject(error);
  };
  return { clock, asked, gateway, stepUp, refuse, codes: () => asked.filter((each) => each !== 'status') };
}

/** All promises that are ready have run. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

type Outcome = { value: unknown } | { failure: Failure } | 'waiting';
function watch(promise: Promise<unknown>): () => Outcome {
  let outcome: Outcome = 'waiting';
  promise.then(
    (value) => {
      outcome = { value };
    },
    (error: Failure) => {
      outcome = { failure: error };
    },
  );
  return () => outcome;
}
const DONE = { value: undefined };

describe('codes', () => {
  test.each<[typed: string, expected: string | undefined]>([
    ['123456', 'totp 123456'],
    [' 123 456 ', 'totp 123456'],
    ['123-456', 'totp 123456'],
    ['12345', undefined],
    ['1234567', undefined],
    ['12345a', undefined],
    [KEY_OTP, `yubikey ${KEY_OTP}`],
    [KEY_OTP.toUpperCase(), `yubikey ${KEY_OTP}`],
    [KEY_OTP.slice(1), undefined],
    [KEY_OTP.replace('c', 'a'), undefined],
    ['0123456789AB', 'backup 0123456789AB'],
    ['0123-4567-89ab', 'backup 0123456789AB'],
    ['123456789012', 'backup 123456789012'],
    ['0123456789AG', undefined],
    ['', undefined],
    ['١٢٣٤٥٦', undefined],
  ])('%j: %s', (typed, expected) => {
    const found = recogniseCode(typed);
    expect(found && `${found.kind} ${found.code}`).toBe(expected);
  });

  test('nothing but letters and digits is ever sent', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123456789abcdef -\r\n') })), (typed) => {
        const found = recogniseCode(typed);
        if (found) expect(found.code).toMatch(/^(\d{6}|[cbdefghijklnrtuv]{44}|[\dA-F]{12})$/);
      }),
    );
  });

  test('the next one', () => {
    expect([nextTotpAt(START), nextTotpAt(START + 29_999), nextTotpAt(START + 30_000)]).toEqual([
      START + 30_000,
      START + 30_000,
      START + 60_000,
    ]);
  });
});

describe('a step-up', () => {
  test('one prompt for all that wait; the code opens the window for them and for those who come later', async () => {
    const { stepUp, asked, clock } = scene();
    const waiting = [watch(stepUp.ensure('step-up')), watch(stepUp.ensure('step-up'))];
    await settled();
    expect(stepUp.prompt.get()).toEqual({
      level: 'step-up',
      methods: ['the 6 digits of the authenticator app (Phone)', 'a backup code (7 unused)'],
      triesLeft: 3,
      problem: undefined,
      waitUntil: undefined,
      advice: undefined,
      checking: false,
      waiting: 2,
    });
    waiting.push(watch(stepUp.ensure('step-up')));
    expect(stepUp.prompt.get()?.waiting).toBe(3);
    stepUp.submit('123 456');
    expect(stepUp.prompt.get()?.checking).toBe(true);
    // A second press of enter, and another code while the first is looked at.
    stepUp.submit('123 456');
    stepUp.submit('654321');
    await settled();
    expect(waiting.map((outcome) => outcome())).toEqual([DONE, DONE, DONE]);
    expect(stepUp.prompt.get()).toBeUndefined();
    expect(stepUp.windowEndsAt()).toBe(START + 10 * MINUTE);
    await stepUp.ensure('step-up');
    expect(asked).toEqual(['status', '123456']);
    // Ten seconds before the end it is asked again.
    clock.ms = START + 10 * MINUTE - 10_000;
    const later = watch(stepUp.ensure('step-up'));
    await settled();
    expect([later(), stepUp.prompt.get()?.level]).toEqual(['waiting', 'step-up']);
    clock.ms = START + 10 * MINUTE;
    expect(stepUp.windowEndsAt()).toBeUndefined();
  });

  test('a window that is open already asks nothing', async () => {
    const known = scene();
    known.stepUp.learn(START + MINUTE);
    await known.stepUp.ensure('step-up');
    expect(known.asked).toEqual([]);
    const told = scene({ stepUpExpiresAt: START + MINUTE });
    await told.stepUp.ensure('step-up');
    expect([told.asked, told.stepUp.windowEndsAt()]).toEqual([['status'], START + MINUTE]);
  });

  test('a login elsewhere in the program opens it: what waits goes on', async () => {
    const { stepUp } = scene();
    const outcome = watch(stepUp.ensure('step-up'));
    await settled();
    stepUp.learn(undefined);
    stepUp.learn(START - 1);
    await settled();
    expect(outcome()).toBe('waiting');
    stepUp.learn(START + MINUTE);
    await settled();
    expect([outcome(), stepUp.prompt.get()]).toEqual([DONE, undefined]);
  });

  test('told of an open window again and again, a prompt for a code of one request stays as it is', async () => {
    const { clock, stepUp } = scene({ stepUpExpiresAt: START + 9 * MINUTE });
    const proof = watch(stepUp.ensure('always'));
    await settled();
    const prompt = stepUp.prompt.get();
    expect(prompt).toMatchObject({ level: 'always' });
    let told = 0;
    stepUp.prompt.subscribe(() => {
      told += 1;
    });
    // A screen that is drawn anew asks each time; were it told something new by that, it would never stop.
    for (let frame = 0; frame < 3; frame += 1) stepUp.learn(START + 9 * MINUTE);
    clock.ms += MINUTE;
    stepUp.learn(START + 10 * MINUTE);
    expect([told, stepUp.prompt.get(), proof()]).toEqual([0, prompt, 'waiting']);
    stepUp.submit('123456');
    await settled();
    expect(proof()).toEqual({ value: { code: '123456' } });
  });

  test('a server that asks although the window seemed open is believed, its status is not', async () => {
    const { stepUp, clock, asked } = scene({ stepUpExpiresAt: START + 10 * MINUTE });
    await stepUp.ensure('step-up');
    clock.ms += MINUTE;
    stepUp.challenged(failure('mfa-required', { mfaLevel: 'step-up' }));
    expect(stepUp.windowEndsAt()).toBeUndefined();
    const outcome = watch(stepUp.ensure('step-up'));
    await settled();
    stepUp.learn(START + 10 * MINUTE);
    await settled();
    expect([outcome(), stepUp.prompt.get()?.level]).toEqual(['waiting', 'step-up']);
    stepUp.submit('123456');
    await settled();
    expect([outcome(), stepUp.windowEndsAt()]).toEqual([DONE, START + 11 * MINUTE]);
    expect(asked).toEqual(['status', 'status', '123456']);
  });

  test('cancelled: all that wait end; given up by one: the others stay', async () => {
    const { stepUp, asked } = scene();
    const control = new AbortController();
    const [one, two] = [watch(stepUp.ensure('step-up', control.signal)), watch(stepUp.ensure('step-up'))];
    await settled();
    control.abort();
    await settled();
    expect(one()).toMatchObject({ failure: { kind: 'cancelled' } });
    expect([two(), stepUp.prompt.get()?.waiting]).toEqual(['waiting', 1]);
    stepUp.cancel();
    await settled();
    expect(two()).toMatchObject({ failure: { kind: 'cancelled' } });
    expect(stepUp.prompt.get()).toBeUndefined();
    stepUp.submit('123456');
    await expect(stepUp.ensure('step-up', control.signal)).rejects.toMatchObject({ kind: 'cancelled' });
    expect(asked).toEqual(['status']);
  });

  test('given up before the prompt is there: no prompt', async () => {
    const { stepUp } = scene();
    const control = new AbortController();
    const outcome = watch(stepUp.ensure('step-up', control.signal));
    control.abort();
    await settled();
    expect(outcome()).toMatchObject({ failure: { kind: 'cancelled' } });
    expect(stepUp.prompt.get()).toBeUndefined();
  });
});

describe('a code for one request', () => {
  test('goes to whoever waited longest, unverified; the next needs another', async () => {
    const { stepUp, codes, clock } = scene();
    stepUp.learn(START + 10 * MINUTE);
    const [one, two] = [watch(stepUp.ensure('always')), watch(stepUp.ensure('always'))];
    await settled();
    expect(stepUp.prompt.get()).toMatchObject({ level: 'always', waiting: 2 });
    stepUp.submit('111111');
    await settled();
    expect([one(), two()]).toEqual([{ value: { code: '111111' } }, 'waiting']);
    expect(stepUp.prompt.get()).toMatchObject({ waiting: 1, triesLeft: 3, waitUntil: START + 30_000 });
    stepUp.submit('111111');
    await settled();
    expect(two()).toBe('waiting');
    expect(stepUp.prompt.get()?.problem).toMatch(/sent already/);
    clock.ms += 30_000;
    stepUp.submit('222222');
    await settled();
    expect([two(), codes()]).toEqual([{ value: { code: '222222' } }, []]);
  });

  test('where a window is waited for too, the first code opens it and the request needs the next', async () => {
    const { stepUp, codes } = scene();
    const [always, window] = [watch(stepUp.ensure('always')), watch(stepUp.ensure('step-up'))];
    await settled();
    expect(stepUp.prompt.get()?.level).toBe('step-up');
    stepUp.submit('111111');
    await settled();
    expect([always(), window(), codes()]).toEqual(['waiting', DONE, ['111111']]);
    expect(stepUp.prompt.get()).toMatchObject({ level: 'always', waitUntil: START + 30_000, checking: false });
    expect(stepUp.prompt.get()?.problem).toMatch(/needs one of its own/);
  });

  test('refused twice, for reasons that the server hides: the third code is verified to learn why', async () => {
    const { stepUp, codes, clock, refuse } = scene();
    for (const code of ['111111', '222222']) {
      const proof = stepUp.ensure('always');
      await settled();
      stepUp.submit(code);
      await expect(proof).resolves.toEqual({ code });
      stepUp.rejected(failure('mfa-rejected'));
    }
    const third = watch(stepUp.ensure('always'));
    await settled();
    expect(stepUp.prompt.get()).toMatchObject({ triesLeft: 1, problem: 'The code is wrong.' });
    stepUp.submit('333333');
    await settled();
    expect([third(), codes()]).toEqual(['waiting', ['333333']]);
    expect(stepUp.prompt.get()?.problem).toMatch(/needs one of its own/);
    clock.ms += 30_000;
    refuse(failure('server'));
    stepUp.submit('444444');
    await settled();
    expect([third(), codes()]).toEqual([{ value: { code: '444444' } }, ['333333']]);
  });
});

describe('wrong codes', () => {
  test('what can be no code costs no try', async () => {
    const { stepUp, codes } = scene();
    void watch(stepUp.ensure('step-up'));
    await settled();
    for (const typed of ['', '12345', 'hunter2']) stepUp.submit(typed);
    await settled();
    expect(codes()).toEqual([]);
    expect(stepUp.prompt.get()).toMatchObject({ triesLeft: 3, problem: expect.stringMatching(/Nothing was sent/) });
    expect(JSON.stringify(stepUp.prompt.get())).not.toContain('hunter2');
  });

  test('three, then it stops and says why; five quiet minutes later it starts afresh', async () => {
    const { stepUp, codes, clock, refuse, asked } = scene();
    refuse(failure('mfa-rejected'));
    const outcomes = [watch(stepUp.ensure('step-up')), watch(stepUp.ensure('always'))];
    await settled();
    stepUp.submit('111111');
    await settled();
    expect(stepUp.prompt.get()).toMatchObject({ triesLeft: 2, checking: false, problem: 'The code is wrong.' });
    stepUp.submit('111111');
    await settled();
    expect(stepUp.prompt.get()).toMatchObject({ triesLeft: 2, problem: expect.stringMatching(/sent already/) });
    stepUp.submit('222222');
    await settled();
    stepUp.submit('333333');
    await settled();
    for (const outcome of outcomes) {
      expect(outcome()).toMatchObject({
        failure: { kind: 'mfa-rejected', retryAt: START + 5 * MINUTE, why: expect.stringMatching(/lock your account/) },
      });
    }
    expect(stepUp.prompt.get()).toBeUndefined();
    expect(codes()).toEqual(['111111', '222222', '333333']);
    await expect(stepUp.ensure('always')).rejects.toMatchObject({ kind: 'mfa-rejected' });
    expect(asked.filter((each) => each === 'status')).toHaveLength(1);
    clock.ms += 5 * MINUTE;
    void watch(stepUp.ensure('step-up'));
    await settled();
    expect(stepUp.prompt.get()).toMatchObject({ triesLeft: 3, problem: undefined });
  });

  test('a right one in between clears them', async () => {
    const { stepUp, refuse, gateway, clock } = scene();
    const works = gateway.verify;
    refuse(failure('mfa-rejected'));
    void watch(stepUp.ensure('step-up'));
    await settled();
    for (const code of ['111111', '222222']) {
      stepUp.submit(code);
      await settled();
    }
    gateway.verify = works;
    stepUp.submit('333333');
    await settled();
    clock.ms += MINUTE;
    stepUp.challenged(failure('mfa-required'));
    void watch(stepUp.ensure('step-up'));
    await settled();
    expect(stepUp.prompt.get()?.triesLeft).toBe(3);
  });

  test('five codes in five minutes are all that is sent, right ones too', async () => {
    const { stepUp, clock } = scene();
    const outcomes = Array.from({ length: 6 }, () => watch(stepUp.ensure('always')));
    await settled();
    for (let at = 0; at < 6; at += 1) {
      stepUp.submit(`00000${at}`);
      await settled();
      if (at < 5) clock.ms += 30_000;
    }
    expect(outcomes.map((outcome) => outcome() === 'waiting')).toEqual([false, false, false, false, false, true]);
    expect(stepUp.prompt.get()).toMatchObject({ waitUntil: START + 5 * MINUTE, triesLeft: 3 });
    clock.ms = START + 5 * MINUTE;
    stepUp.submit('000005');
    await settled();
    expect(outcomes[5]?.()).toEqual({ value: { code: '000005' } });
  });

  test('backup codes are used up for good, TOTP digits may come again', async () => {
    const { stepUp, clock, codes } = scene();
    for (const code of ['0123456789AB', '123456', '0123456789AB', '123456']) {
      clock.ms += 20 * MINUTE;
      void watch(stepUp.ensure('step-up'));
      await settled();
      stepUp.submit(code);
      await settled();
      stepUp.cancel();
    }
    expect(codes()).toEqual(['0123456789AB', '123456', '123456']);
  });

  test('no code is ever sent twice within its life, whatever is typed', async () => {
    const typed = fc.array(fc.tuple(fc.constantFrom('111111', '222222', '0123456789AB', KEY_OTP, 'x'), fc.nat(20_000)));
    await fc.assert(
      fc.asyncProperty(typed, fc.boolean(), async (steps, isRight) => {
        const { stepUp, gateway, clock } = scene();
        const sent: [code: string, at: number][] = [];
        gateway.verify = async (code) => {
          sent.push([code, clock.ms]);
          if (!isRight) throw failure('mfa-rejected');
          return { stepUpExpiresAt: undefined };
        };
        for (const [code, pause] of steps) {
          void watch(stepUp.ensure('step-up'));
          await settled();
          stepUp.submit(code);
          await settled();
          clock.ms += pause;
        }
        sent.forEach(([code, at], index) => {
          for (const [other, earlier] of sent.slice(0, index)) {
            if (other === code) expect(code.length === 6 && at - earlier >= 90_000).toBe(true);
          }
          const lately = sent.slice(0, index + 1).filter(([, time]) => time > at - 5 * MINUTE);
          expect(lately.length).toBeLessThanOrEqual(isRight ? 5 : 3);
        });
      }),
      { numRuns: 40 },
    );
  });
});

describe('answers that end it', () => {
  test.each<[what: string, error: Failure, again: string]>([
    ['locked', failure('account-blocked'), 'asks'],
    ['too many attempts', failure('rate-limited', { retryAt: START + 5 * MINUTE }), 'refused'],
    ['logged out', failure('not-logged-in'), 'asks'],
  ])('%s', async (_what, error, again) => {
    const { stepUp, refuse } = scene();
    refuse(error);
    const outcome = watch(stepUp.ensure('step-up'));
    await settled();
    stepUp.submit('123456');
    await settled();
    expect(outcome()).toEqual({ failure: error });
    const next = watch(stepUp.ensure('step-up'));
    await settled();
    expect(next() === 'waiting' ? 'asks' : 'refused').toBe(again);
  });

  test('lost on the way, but taken: the window tells', async () => {
    const { stepUp, gateway, refuse, codes } = scene();
    refuse(failure('timeout'));
    const outcome = watch(stepUp.ensure('step-up'));
    await settled();
    gateway.status = { ...ENROLLED, stepUpExpiresAt: START + 10 * MINUTE };
    stepUp.submit('123456');
    await settled();
    expect([outcome(), stepUp.windowEndsAt(), codes()]).toEqual([DONE, START + 10 * MINUTE, ['123456']]);
  });

  test('lost on the way, and not taken: another code, never the same', async () => {
    const { stepUp, refuse, codes } = scene();
    refuse(failure('unreachable'));
    const outcome = watch(stepUp.ensure('step-up'));
    await settled();
    stepUp.submit('123456');
    await settled();
    expect(stepUp.prompt.get()).toMatchObject({
      triesLeft: 2,
      waitUntil: START + 30_000,
      problem: expect.stringMatching(/not clear/),
    });
    stepUp.submit('123456');
    await settled();
    expect([outcome(), codes()]).toEqual(['waiting', ['123456']]);
  });

  test('lost on the way, and the status tells the end that was wrong before: not taken', async () => {
    const { stepUp, refuse } = scene({ stepUpExpiresAt: START + 10 * MINUTE });
    refuse(failure('timeout'));
    stepUp.challenged(failure('mfa-required'));
    const outcome = watch(stepUp.ensure('step-up'));
    await settled();
    stepUp.submit('123456');
    await settled();
    expect([outcome(), stepUp.windowEndsAt(), stepUp.prompt.get()?.triesLeft]).toEqual(['waiting', undefined, 2]);
  });

  test('lost, and the gateway stays silent: what waits ends', async () => {
    const { stepUp, gateway, refuse } = scene();
    const silent = failure('unreachable');
    refuse(silent);
    const outcome = watch(stepUp.ensure('step-up'));
    await settled();
    gateway.status = failure('unreachable');
    stepUp.submit('123456');
    await settled();
    expect(outcome()).toEqual({ failure: silent });
  });
});

describe('who cannot be asked', () => {
  const keyOnly: Partial<MfaStatus> = { methods: [], unusedBackupCodes: 0 };
  const none: Partial<MfaStatus> = { enrolled: false, required: false, methods: [], unusedBackupCodes: 0 };
  test.each<[string, Partial<MfaStatus> | Failure, 'step-up' | 'always', string]>([
    ['API token', failure('forbidden'), 'step-up', 'nothing asked'],
    ['API token', failure('forbidden'), 'always', 'nothing asked'],
    ['second factors switched off', failure('unsupported'), 'step-up', 'nothing asked'],
    ['gateway silent', failure('unreachable'), 'step-up', 'unreachable'],
    ['locked', failure('account-blocked'), 'step-up', 'account-blocked'],
    ['MFA not enforced', none, 'step-up', 'nothing asked'],
    ['MFA not enforced', none, 'always', 'mfa-enrollment'],
    ['enforced, not enrolled', { ...none, required: true }, 'step-up', 'mfa-enrollment'],
    ['security key only', keyOnly, 'step-up', 'mfa-required'],
    ['security key only', keyOnly, 'always', 'mfa-required'],
  ])('%s, %j, %s: %s', async (_who, status, level, expected) => {
    const { stepUp } = scene(status);
    const outcome = watch(stepUp.ensure(level));
    await settled();
    expect(stepUp.prompt.get()).toBeUndefined();
    if (expected === 'nothing asked') expect(outcome()).toEqual(DONE);
    else expect(outcome()).toMatchObject({ failure: { kind: expected } });
  });

  test('not enrolled, and the window of the login is over: enrol, or log in again', async () => {
    const { stepUp } = scene(none);
    stepUp.challenged(failure('mfa-required'));
    await expect(stepUp.ensure('step-up')).rejects.toMatchObject({
      kind: 'mfa-enrollment',
      next: expect.stringMatching(/Set one up .* Logging in again/),
    });
  });

  test('people with a security key are told what works', async () => {
    const { stepUp } = scene({ methods: [], unusedBackupCodes: 2 });
    void watch(stepUp.ensure('step-up'));
    await settled();
    expect(stepUp.prompt.get()).toMatchObject({
      methods: ['a backup code (2 unused)'],
      advice: expect.stringMatching(/work in a browser only. Log in again/),
    });
  });

  test('the preferred method comes first', async () => {
    const methods = [
      { id: 1, type: 'totp', label: '' },
      { id: 2, type: 'yubiotp', label: 'blue' },
    ];
    const { stepUp } = scene({ methods, unusedBackupCodes: 0, preferredMethod: 'yubiotp' });
    void watch(stepUp.ensure('step-up'));
    await settled();
    expect(stepUp.prompt.get()?.methods).toEqual([
      'a touch of the YubiKey (blue)',
      'the 6 digits of the authenticator app',
    ]);
  });
});

test('a window that is about to close is none: somebody would be asked', async () => {
  const { clock, stepUp } = scene();
  const before = stepUp.ensure('step-up');
  await settled();
  stepUp.submit('111111');
  await before;
  expect(stepUp.isOpen()).toBe(true);
  clock.ms += 10 * MINUTE - 5_000;
  expect([stepUp.isOpen(), stepUp.windowEndsAt()]).toEqual([false, clock.ms + 5_000]);
});

describe('another login', () => {
  test('has a window of its own; whoever waits is asked on, and no code goes out twice', async () => {
    const { clock, stepUp, gateway, codes, refuse } = scene();
    const before = stepUp.ensure('step-up');
    await settled();
    stepUp.submit('111111');
    await before;
    expect(stepUp.windowEndsAt()).toBeGreaterThan(clock.ms);
    gateway.status = { ...ENROLLED, methods: [{ id: 2, type: 'totp', label: 'Tablet' }] };
    stepUp.renewed();
    expect(stepUp.windowEndsAt()).toBeUndefined();
    const after = watch(stepUp.ensure('step-up'));
    await settled();
    expect(stepUp.prompt.get()?.methods.join()).toContain('Tablet');
    stepUp.submit('111111');
    expect(stepUp.prompt.get()?.problem).toContain('sent already');
    stepUp.renewed();
    await settled();
    refuse(failure('mfa-rejected'));
    stepUp.submit('222222');
    await settled();
    expect(stepUp.prompt.get()?.triesLeft).toBe(2);
    expect(codes()).toEqual(['111111', '222222']);
    expect(after()).toBe('waiting');
  });
});
