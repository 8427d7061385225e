import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCredentialsCsv, shownKeyId } from '../../../src/domain/aws-credentials-csv.ts';

const ID = 'AKIAEXAMPLE12345';
const SECRET = 'planted/1+ababABCDTP1AbcabcaTTabcABC=';
const NEW = `User name,Password,Access key ID,Secret access key,Console login link\nme,,${ID},${SECRET},https://123456789012.signin.aws.amazon.com/console\n`;
const OLD = `User Name,Access Key Id,Secret Access Key\n"me",${ID},${SECRET}\n`;

describe('readCredentialsCsv', () => {
  it.each([
    ['with the login link', NEW, 'me', '123456789012'],
    ['older form', OLD, 'me', undefined],
    ['Windows line ends and a byte order mark', `\ufeff${NEW.replaceAll('\n', '\r\n')}`, 'me', '123456789012'],
    ['without a user', `Access key ID,Secret access key\r\n${ID},${SECRET}`, '', undefined],
    ['other order, quotes', `"Secret access key","Access key ID"\n"${SECRET}","${ID}"\n\n`, '', undefined],
  ])('%s', (_name, text, userName, account) => {
    const read = readCredentialsCsv(text);
    if (read.kind !== 'key') throw new Error(read.reason);
    expect(read.key).toMatchObject({ userName, accessKeyId: ID, account, notes: [] });
    expect(read.key.secret()).toBe(SECRET);
  });

  it('shows the secret nowhere', () => {
    const read = readCredentialsCsv(NEW);
    expect(`${JSON.stringify(read)}${inspect(read, { depth: 9, showHidden: true })}${String(read)}`).not.toContain(
      'planted',
    );
    expect(shownKeyId(ID)).toBe('AKIA…2345');
  });

  it.each([
    ['', /no line/],
    ['a,b\n1,2\n', /does not name/],
    [`${OLD}"you",${ID},${SECRET}\n`, /more than one/],
    [OLD.replace(ID, 'no id!'), /key id/],
    [OLD.replace(SECRET, 'planted'), /secret access key is missing/],
    [OLD.replace('"me"', '"me'), /not closed/],
    ['x'.repeat(20_000), /too large/],
  ])('refuses %j without quoting it', (text, reason) => {
    const read = readCredentialsCsv(text);
    expect(read.kind === 'invalid' && read.reason).toMatch(reason);
    expect(JSON.stringify(read)).not.toContain('planted');
  });

  it('warns of temporary keys and of passwords in the file', () => {
    const read = readCredentialsCsv(NEW.replace('me,,AKIA', 'me,pw,ASIA'));
    expect(read.kind === 'key' && read.key.notes).toHaveLength(2);
  });

  it('never throws, and never repeats what stands in a secret column', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.stringMatching(/^[A-Za-z0-9/+=]{16,40}$/), (noise, secret) => {
        readCredentialsCsv(noise);
        const read = readCredentialsCsv(`User Name,Access Key Id,Secret Access Key\nme,${ID},${secret}`);
        expect(read.kind === 'key' && read.key.secret()).toBe(secret);
        expect(JSON.stringify(read)).not.toContain(secret);
      }),
    );
  });
});
