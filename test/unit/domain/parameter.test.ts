import { describe, expect, test } from 'vitest';
import { shownParameters } from '../../../src/domain/parameter.ts';
import { isSecretParameter } from '../../../src/domain/secret-parameter.ts';

const packed = (value: unknown): string => Buffer.from(JSON.stringify(value), 'utf8').toString('base64');
const valueIn = (parameters: Record<string, string>, name: string): string | undefined =>
  shownParameters(parameters).find((parameter) => parameter.name === name)?.value;

describe('secret parameters', () => {
  test.each([
    'docker_hub_password',
    'secret_key',
    'token',
    'access_id',
    'private_eks_host',
    'private_eks_user',
    'private_eks_pass',
    'webhook_signing_key',
    'Password',
    'HttpProxy',
    'http_proxy',
    'ApiToken',
    'datadog_api_key',
  ])('%s is masked', (name) => {
    expect(isSecretParameter(name)).toBe(true);
    expect(shownParameters({ [name]: 'hunter2' })).toEqual([{ name, value: '****', secret: true }]);
  });

  test.each(['node_type', 'InstanceCount', 'cidr', 'high_availability', 'idle_timeout', 'key_pair_name'])(
    '%s is shown',
    (name) => {
      expect(shownParameters({ [name]: '3' })).toEqual([{ name, value: '3', secret: false }]);
    },
  );

  test('an empty secret hides nothing', () => {
    expect(shownParameters({ token: '' })).toEqual([{ name: 'token', value: '', secret: false }]);
  });
});

describe('values', () => {
  test('sorted by name', () => {
    expect(shownParameters({ b: '1', a: '2' }).map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('packed JSON is shown unpacked, its own secrets and control characters removed', () => {
    const groups = [{ type: 't3.large', label: 'ü\u001b[2J', dockerPassword: 'hunter2' }];
    expect(valueIn({ additional_node_groups_config: packed(groups) }, 'additional_node_groups_config')).toBe(
      '[{"type":"t3.large","label":"ü\\u001b[2J","dockerPassword":"****"}]',
    );
  });

  test.each(['not base64 %', packed('x').slice(0, 3), Buffer.from('{oops').toString('base64')])(
    'what is no packed JSON stays: %s',
    (value) => {
      expect(valueIn({ karpenter_config: value }, 'karpenter_config')).toBe(value);
    },
  );

  test('a URL in a value loses its password', () => {
    expect(valueIn({ syslog: 'tcp://u:hunter2@logs:514' }, 'syslog')).toBe('tcp://u:****@logs:514');
  });
});
