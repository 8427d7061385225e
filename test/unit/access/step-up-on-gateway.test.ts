import { expect, onTestFinished, test } from 'vitest';
import { StepUp } from '../../../src/access/step-up.ts';
import { Failure } from '../../../src/domain/failure.ts';
import { createGatewayApi } from '../../../src/protocol/gateway-client.ts';
import type { SimulatedGatewayOptions } from '../../../src/simulator/gateway/gateway.ts';
import { type Fixture, startFixture } from '../simulator/gateway-fixture.ts';

/** Against the simulated gateway, which counts attempts, steps and locks as the real one does (gateway.md 4). */

interface Person {
  readonly fixture: Fixture;
  readonly stepUp: StepUp;
  readonly token: string;
  /** What the proxy says to a change: status and text. */
  stop(): Promise<string>;
  /** Types a code as soon as the person is asked. */
  answer(code: () => string): Promise<void>;
}

async function person(name: string, options: Partial<SimulatedGatewayOptions> = {}): Promise<Person> {
  const fixture = await startFixture(options);
  const token = fixture.session(name, { stepUp: false });
  return { ...asPerson(fixture, token), fixture, token };
}

function asPerson(fixture: Fixture, token: string): Omit<Person, 'fixture' | 'token'> {
  const now = () => fixture.clock.ms;
  const gateway = createGatewayApi(
    { baseUrl: fixture.gateway.url, authorization: () => `Bearer ${token}`, dialect: 'gateway' },
    { now, userAgent: 'rackdeck/test', random: () => 0 },
  );
  onTestFinished(async () => {
    await gateway.close();
    await fixture.close();
  });
  fixture.rack.routes['DELETE /apps/shop/processes/web-1'] = {};
  const stepUp = new StepUp({ gateway, now });
  const stop = async () => {
    const { status, headers, text } = await fixture.proxy('DELETE /apps/shop/processes/web-1', { token });
    return `${status} ${headers['x-mfa-level'] ?? ''} ${text.trim()}`;
  };
  const answer = async (code: () => string) => {
    await expect.poll(() => stepUp.prompt.get()?.checking).toBe(false);
    const before = stepUp.prompt.get();
    stepUp.submit(code());
    await expect.poll(() => stepUp.prompt.get()?.checking === true || stepUp.prompt.get() === before).toBe(false);
  };
  return { stepUp, stop, answer };
}

const failureOf = (promise: Promise<unknown>): Promise<Failure> =>
  promise.then(
    () => expect.fail('it should have been refused'),
    (error: unknown) => (error instanceof Failure ? error : expect.fail(String(error))),
  );

const ASKED = '401 step_up Multi-factor authentication is required for this action';
const DORA = 'deployer@example.com';

test('the window opens for what waits, lasts as long as the gateway says, and closes again', async () => {
  const { fixture, stepUp, stop, answer } = await person('deployer');
  expect(await stop()).toBe(ASKED);
  const waiting = Promise.all([stepUp.ensure('step-up'), stepUp.ensure('step-up')]);
  await answer(() => fixture.gateway.totpCode(DORA));
  expect(await waiting).toEqual([undefined, undefined]);
  expect(stepUp.windowEndsAt()).toBe(fixture.clock.ms + 10 * 60_000);
  expect(await stop()).toMatch(/^200 /);
  fixture.clock.ms += 10 * 60_000;
  expect([stepUp.windowEndsAt(), await stop()]).toEqual([undefined, ASKED]);
});

test('where every request takes a code of its own, it is used up with it; the next one waits for the next code', async () => {
  const { fixture, stepUp, token, answer } = await person('admin');
  const lock = (code?: string) =>
    fixture.send('POST /users/viewer@example.com/lock', {
      token,
      json: { reason: 'test' },
      ...(code === undefined ? {} : { headers: { 'x-mfa-totp': code } }),
    });
  const asked = await lock();
  expect([asked.status, asked.headers['x-mfa-required']]).toEqual([401, 'always']);
  const [first, second] = [stepUp.ensure('always'), stepUp.ensure('always')];
  await answer(() => fixture.gateway.totpCode('admin@example.com'));
  const proof = await first;
  expect((await lock(proof?.code)).status).toBe(200);
  // The same code is refused here, before it could cost an attempt there.
  stepUp.submit(proof?.code ?? '');
  expect(stepUp.prompt.get()).toMatchObject({ triesLeft: 3, waitUntil: fixture.clock.ms + 30_000 });
  stepUp.submit(fixture.freshCode('admin@example.com'));
  expect((await lock((await second)?.code)).status).toBe(200);
});

test('three wrong codes end it two short of the lock; after the pause the right one works', async () => {
  const { fixture, stepUp, stop, answer } = await person('deployer');
  const refused = failureOf(stepUp.ensure('step-up'));
  for (const wrong of ['000001', '000002', '000003']) await answer(() => wrong);
  expect(await refused).toMatchObject({ kind: 'mfa-rejected', retryAt: fixture.clock.ms + 5 * 60_000 });
  expect(await failureOf(stepUp.ensure('step-up'))).toMatchObject({ kind: 'mfa-rejected' });
  fixture.clock.ms += 5 * 60_000;
  const outcome = stepUp.ensure('step-up');
  await answer(() => fixture.gateway.totpCode(DORA));
  await outcome;
  expect(await stop()).toMatch(/^200 /);
});

test('a backup code opens the window once', async () => {
  const { fixture, stepUp, stop, answer } = await person('deployer');
  const code = fixture.gateway.users.find(({ email }) => email === DORA)?.backupCodes[0] ?? '';
  const outcome = stepUp.ensure('step-up');
  await answer(() => code.toLowerCase());
  await outcome;
  expect(await stop()).toMatch(/^200 /);
  fixture.clock.ms += 10 * 60_000;
  const again = failureOf(stepUp.ensure('step-up'));
  await expect.poll(() => stepUp.prompt.get()?.methods.join()).toMatch(/a backup code \(\d+ unused\)$/);
  stepUp.submit(code);
  expect(stepUp.prompt.get()).toMatchObject({ triesLeft: 3, problem: expect.stringMatching(/sent already/) });
  stepUp.cancel();
  expect(await again).toMatchObject({ kind: 'cancelled' });
});

test('an account that was locked meanwhile', async () => {
  const { fixture, stepUp, answer } = await person('deployer');
  const outcome = failureOf(stepUp.ensure('step-up'));
  await expect.poll(() => stepUp.prompt.get()).toBeDefined();
  fixture.gateway.lock(DORA);
  await answer(() => fixture.gateway.totpCode(DORA));
  expect(await outcome).toMatchObject({ kind: 'account-blocked' });
  expect(await failureOf(stepUp.ensure('step-up'))).toMatchObject({ kind: 'account-blocked' });
});

test('somebody with a passkey only, and an API token', async () => {
  const passkey = await person('passkey');
  expect(await failureOf(passkey.stepUp.ensure('step-up'))).toMatchObject({
    kind: 'mfa-required',
    why: expect.stringMatching(/in a browser only/),
    next: expect.stringMatching(/^Log in again/),
  });
  // As that login does.
  passkey.stepUp.learn(passkey.fixture.clock.ms + 10 * 60_000);
  await passkey.stepUp.ensure('step-up');

  const { fixture } = await person('admin');
  const { token } = fixture.gateway.issueApiToken('ci', 'admin@example.com', ['convox:process:terminate']);
  const ci = asPerson(fixture, token);
  expect([await ci.stepUp.ensure('step-up'), await ci.stepUp.ensure('always')]).toEqual([undefined, undefined]);
  expect(await ci.stop()).toMatch(/^200 /);
});

test('nobody has to have a factor, and this person has none: nothing is asked while the login is fresh', async () => {
  const fixture = await startFixture({ settings: { mfa_require_all_users: false } });
  const token = fixture.session('unenrolled');
  const { stepUp, stop } = asPerson(fixture, token);
  await stepUp.ensure('step-up');
  expect(await stop()).toMatch(/^200 /);
  fixture.clock.ms += 10 * 60_000;
  expect(await stop()).toBe(ASKED);
  stepUp.challenged(new Failure({ kind: 'mfa-required', what: 'asked', mfaLevel: 'step-up' }));
  expect(await failureOf(stepUp.ensure('step-up'))).toMatchObject({ kind: 'mfa-enrollment' });
});
