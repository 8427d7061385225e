import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arnKey,
  arnText,
  mappingArn,
  normalisationNotes,
  partitionOfRegion,
  readArn,
  wrongHome,
} from '../../../src/domain/aws-arn.ts';

const ACCOUNT = '123456789012';

function principalOf(text: string) {
  const read = readArn(text);
  if (read.kind !== 'arn') throw new Error(read.reason);
  return read.principal;
}

describe('readArn', () => {
  it.each([
    [`arn:aws:iam::${ACCOUNT}:role/convox-ORG-ConsoleRole-0`, `arn:aws:iam::${ACCOUNT}:role/convox-ORG-ConsoleRole-0`],
    [`arn:aws:iam::${ACCOUNT}:role/convox/x`, `arn:aws:iam::${ACCOUNT}:role/x`],
    [`arn:aws-us-gov:iam::${ACCOUNT}:role/a/b/x`, `arn:aws-us-gov:iam::${ACCOUNT}:role/x`],
    [`arn:aws-cn:iam::${ACCOUNT}:role/x`, `arn:aws-cn:iam::${ACCOUNT}:role/x`],
    [`arn:aws:sts::${ACCOUNT}:assumed-role/x/i-0abc`, `arn:aws:iam::${ACCOUNT}:role/x`],
    [
      `arn:aws:sts::${ACCOUNT}:assumed-role/AWSReservedSSO_Admin_1/me@acme.com`,
      `arn:aws:iam::${ACCOUNT}:role/AWSReservedSSO_Admin_1`,
    ],
    [`arn:aws:iam::${ACCOUNT}:user/team/me`, `arn:aws:iam::${ACCOUNT}:user/team/me`],
    [`  "arn:aws:iam::${ACCOUNT}:role/x"\n`, `arn:aws:iam::${ACCOUNT}:role/x`],
  ])('%s is mapped as %s', (text, wanted) => {
    expect(mappingArn(principalOf(text))).toBe(wanted);
  });

  it.each([
    ['', /no ARN/],
    ['nonsense', /is no ARN/],
    [`arn:aws:iam::12345:role/x`, /twelve digits/],
    [`arn:aws:iam::${ACCOUNT}:role/`, /name of the role is missing/],
    [`arn:aws:iam::${ACCOUNT}:role`, /not a role or a user/],
    [`arn:aws:iam::${ACCOUNT}:role//x`, /path/],
    [`arn:aws:iam::${ACCOUNT}:root`, /whole account/],
    [`arn:aws:iam::${ACCOUNT}:group/x`, /"group"/],
    [`arn:aws:iam::${ACCOUNT}:role/my role`, /white space/],
    [`arn:azure:iam::${ACCOUNT}:role/x`, /no AWS partition/],
    [`arn:aws:iam:eu-west-1:${ACCOUNT}:role/x`, /no region/],
    [`arn:aws:s3:::bucket`, /account id|no ARN/],
    [`arn:aws:eks::${ACCOUNT}:role/x`, /ARN of "eks"/],
    [`arn:aws:sts::${ACCOUNT}:assumed-role/x`, /assumed-role\/<role>\/<session>/],
    [`arn:aws:sts::${ACCOUNT}:federated-user/x`, /federated/],
    [`arn:aws:iam::${ACCOUNT}:role/${'x'.repeat(65)}`, /not possible/],
  ])('%s is refused', (text, reason) => {
    const read = readArn(text);
    expect(read.kind === 'invalid' && read.reason).toMatch(reason);
  });

  it('keeps the path, and says what a mapping leaves out', () => {
    const text = ` arn:aws:iam::${ACCOUNT}:role/convox/x`;
    expect(arnText(principalOf(text))).toBe(text.trim());
    expect(normalisationNotes(text, principalOf(text))).toHaveLength(2);
    expect(normalisationNotes(mappingArn(principalOf(text)), principalOf(text.trim().replace('convox/', '')))).toEqual(
      [],
    );
  });

  it('checks account and partition', () => {
    const principal = principalOf(`arn:aws:iam::${ACCOUNT}:role/x`);
    expect(wrongHome(principal, { account: ACCOUNT, partition: 'aws' })).toBeUndefined();
    expect(wrongHome(principal, { account: '999999999999', partition: 'aws' })).toContain('999999999999');
    expect(wrongHome(principal, { account: ACCOUNT, partition: 'aws-cn' })).toContain('aws-cn');
    expect(
      ['eu-west-1', 'cn-north-1', 'us-gov-west-1', 'us-iso-east-1', 'us-isob-east-1'].map(partitionOfRegion),
    ).toEqual(['aws', 'aws-cn', 'aws-us-gov', 'aws-iso', 'aws-iso-b']);
  });

  it('never throws, and no reason can steer a terminal', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string().map((end) => `arn:aws:iam::${ACCOUNT}:${end}`),
        ),
        (text) => {
          const read = readArn(text);
          if (read.kind === 'invalid') expect(read.reason).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
          else expect(readArn(mappingArn(read.principal)).kind).toBe('arn');
        },
      ),
      { numRuns: 500 },
    );
  });

  it('normalising twice is normalising once, and any path has the same key', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9_+=,.@-]{1,20}$/);
    fc.assert(
      fc.property(word, fc.array(word, { maxLength: 4 }), fc.stringMatching(/^\d{12}$/), (name, parts, account) => {
        const plain = `arn:aws:iam::${account}:role/${name}`;
        const full = `arn:aws:iam::${account}:role/${[...parts, name].join('/')}`;
        expect(arnText(principalOf(full))).toBe(full);
        expect(mappingArn(principalOf(full))).toBe(plain);
        expect(mappingArn(principalOf(plain))).toBe(plain);
        expect(arnKey(full)).toBe(arnKey(`arn:aws:sts::${account}:assumed-role/${name}/s`));
      }),
    );
  });
});
