import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reviewPermissions } from '../../../src/domain/iam-review.ts';

const ACCOUNT = '123456789012';
const CONTEXT = { prefixes: ['demo'], account: ACCOUNT };
const OWN_TRUST = {
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

function review(statement: unknown, trustPolicy: unknown = OWN_TRUST, arn?: string) {
  const policies = [{ name: 'p', arn, document: { Statement: statement } }];
  return reviewPermissions(
    [{ name: 'demo-api', arn: `arn:aws:iam::${ACCOUNT}:role/demo-api`, trustPolicy, policies }],
    CONTEXT,
  );
}

const allow = (Action: unknown, Resource: unknown, more = {}) => ({ Effect: 'Allow', Action, Resource, ...more });

describe('reviewPermissions', () => {
  it.each<[string, unknown, string]>([
    ['own bucket', allow('s3:*', ['arn:aws:s3:::demo-storage', 'arn:aws:s3:::demo-storage/*']), ''],
    [
      'own table, role with path, log group',
      allow('dynamodb:PutItem', [
        'arn:aws:dynamodb:eu:1:table/demo-builds',
        'arn:aws:iam::1:role/convox/demo-api',
        'arn:aws:logs:eu:1:log-group:demo-x:*',
      ]),
      '',
    ],
    ['a denial is no grant', { Effect: 'Deny', Action: '*', Resource: '*' }, ''],
    ['administrator', allow('*', '*'), 'administrator-access critical'],
    ['all of s3', allow('s3:*', '*'), 'all-actions-of-a-service warning|unprefixed-resources warning'],
    ['all of iam', allow(['iam:*'], ['*']), 'all-actions-of-a-service critical|unprefixed-resources critical'],
    ['may give itself any right', allow('iam:AttachRolePolicy', '*'), 'unprefixed-resources critical'],
    ['writes anywhere', allow('s3:PutObject', '*'), 'unprefixed-resources warning'],
    [
      'writes anywhere, under a condition',
      allow('s3:PutObject', '*', { Condition: { StringEquals: { 'aws:ResourceTag/x': 'y' } } }),
      'unprefixed-resources info',
    ],
    ['reads anywhere', allow(['ec2:DescribeInstances', 'logs:GetLogEvents'], '*'), 'unprefixed-resources info'],
    ['prefix of another rack', allow('s3:PutObject', 'arn:aws:s3:::demo2-storage/*'), 'unprefixed-resources warning'],
    ['own key in a foreign bucket', allow('s3:PutObject', 'arn:aws:s3:::other/demo-x'), 'unprefixed-resources warning'],
    [
      'everything but',
      { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' },
      'inverted-statement warning|unprefixed-resources info',
    ],
    ['no statement', 'x', 'unreadable unknown'],
  ])('%s', (_name, statement, wanted) => {
    expect(
      review(statement)
        .map(({ rule, severity }) => `${rule} ${severity}`)
        .join('|'),
    ).toBe(wanted);
  });

  it("knows AWS' AdministratorAccess by its ARN", () => {
    expect(review([], OWN_TRUST, 'arn:aws:iam::aws:policy/AdministratorAccess')[0]).toMatchObject({
      rule: 'administrator-access',
      policy: 'p',
    });
  });

  it.each([
    ['own account', { AWS: ACCOUNT }, undefined, ''],
    ['other account', { AWS: '999999999999' }, undefined, 'missing-external-id'],
    ['other account with external id', { AWS: '999999999999' }, { StringEquals: { 'sts:ExternalId': 'x' } }, ''],
    ['anybody', '*', undefined, 'open-trust'],
  ])('trust: %s', (_name, Principal, Condition, rule) => {
    const trust = {
      Statement: { Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...(Condition && { Condition }) },
    };
    expect(
      review([], trust)
        .map((finding) => finding.rule)
        .join(),
    ).toBe(rule);
  });

  it('what cannot be read is a finding; worst first; evidence is bounded', () => {
    const blind = { name: 'x', arn: '', trustPolicy: undefined, policies: undefined };
    expect(reviewPermissions([blind], CONTEXT).map(({ rule }) => rule)).toEqual(['unreadable', 'unreadable']);
    const found = review([
      allow('ec2:DescribeInstances', '*'),
      allow('*', '*'),
      allow(
        Array.from({ length: 90 }, (_, at) => `s3:Put${at}`),
        '*',
      ),
    ]);
    expect(found.map(({ severity }) => severity)).toEqual(['critical', 'warning', 'info']);
    expect(found.every(({ evidence }) => evidence.length <= 13)).toBe(true);
  });

  it('never throws on any document, and never lets a terminal be steered', () => {
    const text = fc.string({ unit: 'binary' });
    const statement = fc.record({
      Effect: fc.constantFrom('Allow', 'Deny'),
      Action: fc.array(text),
      Resource: fc.oneof(text, fc.jsonValue()),
    });
    fc.assert(
      fc.property(fc.oneof(fc.array(statement), fc.jsonValue()), fc.jsonValue(), (document, trust) => {
        const shown = JSON.stringify(review(document, trust));
        expect(shown).not.toMatch(/\\u00[01]|\\u009|\u009b/);
      }),
    );
  });
});
