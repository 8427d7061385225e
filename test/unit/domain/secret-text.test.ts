import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSecretParameter } from '../../../src/domain/secret-parameter.ts';
import { isSecretName, withoutSecrets } from '../../../src/domain/secret-text.ts';
import { ownTime } from '../../support/own-time.ts';

describe('isSecretName', () => {
  test.each([
    'SECRET_KEY_BASE',
    'STRIPE_API_KEY',
    'AWS_ACCESS_KEY_ID',
    'dbPassword',
    'GITHUB_TOKEN',
    'SMTP_PASS',
    'apiKey',
    'private_key',
  ])('%s', (name) => expect(isSecretName(name)).toBe(true));
  test.each(['PORT', 'command', 'memory', 'KEYBOARD', 'privileged', 'author', 'passenger', 'monkey', 'build'])(
    'not %s',
    (name) => expect(isSecretName(name)).toBe(false),
  );
});

describe('one rule for names', () => {
  test.each(['access_id', 'private_eks_host', 'HttpProxy', 'docker_hub_password', 'webhookSigningKey', 'api-key'])(
    'what is hidden as a parameter is hidden in a text: %s',
    (name) => {
      expect(isSecretParameter(name)).toBe(true);
      expect(isSecretName(name)).toBe(true);
      expect(withoutSecrets(`run --${name}=hunter2`)).not.toContain('hunter2');
    },
  );
});

describe('withoutSecrets', () => {
  test.each([
    ['postgres://app:hunter2@db/x', 'postgres://(hidden)@db/x'],
    ['bin/run --password hunter2 --port 3000', 'bin/run --password (hidden) --port 3000'],
    ['run --api-key=hunter2', 'run --api-key=(hidden)'],
    ['API_KEY=hunter2 PORT=3000 rails s', 'API_KEY=(hidden) PORT=3000 rails s'],
    ['env: DB_PASSWORD: "hunter2 with spaces"', 'env: DB_PASSWORD: (hidden)'],
    ['Authorization: Bearer abcdefgh12345678', 'Authorization: Bearer (hidden)'],
    ['{"token": "hunter2"}', '{"token": (hidden)}'],
    ['bundle exec puma -C config/puma.rb', 'bundle exec puma -C config/puma.rb'],
    ['token://host/path', 'token://host/path'],
  ])('%s', (text, expected) => expect(withoutSecrets(text)).toBe(expected));

  test('never throws, never shows the secret, hides no more the second time', () => {
    fc.assert(
      fc.property(fc.string(), fc.stringMatching(/^[a-z]{12}$/), fc.string(), (before, secret, after) => {
        fc.pre(!before.includes(secret) && !after.includes(secret));
        expect(withoutSecrets(`${before} API_KEY=${secret} ${after}`)).not.toContain(secret);
      }),
    );
  });

  test('a long hostile text costs no more than it should', () => {
    const started = ownTime();
    for (const part of ['a', 'a=', '--a ', 'x://', ' ', '"', 'token:', 'bearer ']) withoutSecrets(part.repeat(500_000));
    expect(ownTime() - started).toBeLessThan(1_500);
  });
});
