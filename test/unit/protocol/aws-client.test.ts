import { describe, expect, it } from 'vitest';
import { createAwsReads, createAwsWrites } from '../../../src/protocol/aws-client.ts';
import type { AwsCall, AwsTransport } from '../../../src/protocol/aws-transport.ts';
import { AwsError } from '../../../src/simulator/aws/aws-error.ts';
import { AwsWorld } from '../../../src/simulator/aws/aws-world.ts';

function answering(answer: (call: AwsCall) => unknown): AwsTransport & { readonly calls: AwsCall[] } {
  const calls: AwsCall[] = [];
  return {
    calls,
    send: async (call) => {
      calls.push(call);
      return answer(call);
    },
    region: async () => 'us-east-1',
    close: () => undefined,
  };
}

function failing(error: unknown): AwsTransport {
  return answering(() => {
    throw error;
  });
}

const named = (name: string, message = 'said so', more: object = {}) =>
  Object.assign(new Error(message), { name, ...more });

describe('what AWS says', () => {
  it.each([
    ['ExpiredTokenException', named('ExpiredTokenException'), 'not-logged-in', /aws sso login/],
    [
      'expired SSO',
      named('CredentialsProviderError', 'The SSO session associated with this profile has expired'),
      'not-logged-in',
      /aws sso login/,
    ],
    ['no credentials', named('CredentialsProviderError', 'Could not load credentials'), 'not-logged-in', /AWS_PROFILE/],
    ['unknown key', named('UnrecognizedClientException'), 'not-logged-in', /get-caller-identity/],
    ['denied', named('AccessDeniedException', 'User x is not authorized'), 'forbidden', /eks:DescribeCluster/],
    ['busy', named('ThrottlingException'), 'rate-limited', /Wait/],
    ['not there', named('ResourceNotFoundException'), 'not-found', /^$/],
    ['mode', named('InvalidRequestException'), 'unsupported', /^$/],
    ['no region', named('Error', 'Region is missing'), 'usage', /region/],
    ['offline', named('Error', 'connect', { code: 'ECONNREFUSED' }), 'unreachable', /network/],
    ['too slow', named('TimeoutError'), 'timeout', /./],
    ['a page', named('SyntaxError', `Unexpected token '<' Deserialization error`), 'malformed', /proxy/],
    ['cancelled', named('AbortError'), 'cancelled', /^$/],
    ['anything else', 'boom', 'server', /^$/],
  ])('%s', async (_name, error, kind, next) => {
    const failure = await createAwsReads(failing(error), 'us-east-1')
      .cluster('x')
      .catch((each: unknown) => each);
    expect(failure).toMatchObject({ kind });
    expect((failure as { next?: string }).next ?? '').toMatch(next);
  });

  it('shows nothing that could move a cursor, and no credentials', async () => {
    const error = named('AccessDenied', '\u001b[2Jhttps://user:pass@host is not allowed');
    const failure = await createAwsReads(failing(error), 'us-east-1')
      .caller()
      .catch((each: unknown) => each);
    expect(String(failure)).not.toMatch(/\u001b|user:pass/);
  });

  it('an answer of another shape is malformed, not a crash', async () => {
    const reads = createAwsReads(
      answering(() => ({ cluster: 7 })),
      undefined,
    );
    await expect(reads.cluster('x')).rejects.toMatchObject({ kind: 'malformed' });
  });
});

describe('lists', () => {
  it('are read to their end', async () => {
    const world = new AwsWorld({ account: '123456789012', now: () => 0 });
    const cluster = world.addCluster('big', 'us-east-1', 'API');
    for (let at = 0; at < 250; at += 1) {
      const principalArn = `arn:aws:iam::123456789012:user/u${at}`;
      const entry = { principalArn, type: 'STANDARD', username: 'u', groups: [], policies: new Map(), createdAt: 0 };
      cluster.entries.set(principalArn, entry);
    }
    const transport: AwsTransport = {
      send: (call) => world.send(call),
      region: () => world.region(),
      close: () => undefined,
    };
    expect(await createAwsReads(transport, undefined).accessEntries('big')).toHaveLength(250);
    expect(world.calls).toEqual(Array.from({ length: 3 }, () => 'eks:ListAccessEntries'));
  });

  it('that never end are given up', async () => {
    const endless = answering(() => ({ clusters: ['x'], nextToken: 'again' }));
    await expect(createAwsReads(endless, undefined).clusters()).rejects.toMatchObject({ kind: 'malformed' });
    expect(endless.calls.length).toBeLessThan(200);
  });
});

describe('changes', () => {
  const entry = { principalArn: 'arn:aws:iam::123456789012:role/convox/x', type: 'STANDARD' } as const;

  it('are admitted first, sent once, and given back where AWS refused them', async () => {
    const log: string[] = [];
    const transport = failing(new AwsError('ResourceInUseException', 'in use', 409));
    const guard = {
      admit: async ({ route }: { route: string }) => void log.push(`admit ${route}`),
      challenged: async () => false,
      refused: ({ route }: { route: string }) => void log.push(`refused ${route}`),
    };
    const writes = createAwsWrites(transport, 'us-east-1', guard as never);
    await expect(writes.createAccessEntry('x', entry)).rejects.toMatchObject({ kind: 'conflict' });
    expect(log).toEqual(['admit EKS CreateAccessEntry', 'refused EKS CreateAccessEntry']);
  });

  it('do not leave where the guard says no', async () => {
    const transport = answering(() => ({}));
    const guard = {
      admit: () => Promise.reject(new Error('no')),
      challenged: async () => false,
      refused: () => undefined,
    };
    const writes = createAwsWrites(transport, 'us-east-1', guard as never);
    for (const change of [
      () => writes.createAccessEntry('x', entry),
      () => writes.deleteAccessEntry('x', entry.principalArn),
      () => writes.disassociateAccessPolicy('x', entry.principalArn, 'p'),
    ]) {
      await expect(change()).rejects.toThrow('no');
    }
    expect(transport.calls).toEqual([]);
  });
});
