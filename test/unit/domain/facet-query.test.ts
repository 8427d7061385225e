import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_TOP, parseFacetQuery } from '../../../src/domain/facet-query.ts';
import { parseLogLine } from '../../../src/domain/log-line.ts';
import { quotedValue } from '../../../src/domain/log-term.ts';

const passes = (text: string, message: string): boolean | undefined => {
  const read = parseFacetQuery(text);
  if ('problem' in read) throw new Error(read.problem);
  return read.query.where?.matches(parseLogLine(message)) ?? true;
};

describe('facet queries', () => {
  it.each([
    ['top 5 path where status>=500', 5, 'path', 'status>=500'],
    ['top 5 path where status >= 500 and took_ms<10', 5, 'path', 'status>=500 took_ms<10'],
    ['TOP path', 10, 'path', undefined],
    ['path', 10, 'path', undefined],
    ['3 http.status', 3, 'http.status', undefined],
    ['top signature where level>=error', 10, 'signature', 'level>=error'],
    ['  top   2   user   where   name="a and >= b"  ', 2, 'user', 'name="a and >= b"'],
    ['top 4 path where connection refused', 4, 'path', 'connection refused'],
  ])('%s', (text, count, field, where) => {
    const read = parseFacetQuery(text);
    expect(read).toMatchObject({ query: { count, field, text } });
    expect('query' in read ? read.query.where?.text : '').toBe(where);
  });

  it.each([
    '',
    'top',
    'where',
    'top 5',
    'top 5 where status=1',
    'top 0 path',
    'top 999 path',
    'a b c',
    'top 5 pa$th',
    'path where /(/',
    'path where level>=loud',
  ])('says what is wrong with %j', (text) =>
    expect(parseFacetQuery(text)).toMatchObject({ problem: expect.stringMatching(/\w{3}/) }),
  );

  it('keeps the lines that the condition means', () => {
    expect(passes('path where status>=500', 'GET path=/a status=503')).toBe(true);
    expect(passes('path where status >= 500', '{"path":"/a","status":404}')).toBe(false);
    expect(passes('path where status>=500 and path="/a b"', '{"path":"/a b","status":500}')).toBe(true);
    expect(passes('path where status>=500 and path="/a"', '{"path":"/a b","status":500}')).toBe(false);
  });

  it('reads back what it was made of', () => {
    const name = fc.stringMatching(/^[A-Za-z_@][\w.@-]{0,12}$/).filter((text) => !/^(top|where)$/i.test(text));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: MAX_TOP }),
        name,
        name,
        fc.string({ maxLength: 20 }),
        (count, field, other, value) => {
          fc.pre(other.toLowerCase() !== 'level');
          const text = `top ${count} ${field} where ${other}=${quotedValue(value)}`;
          const read = parseFacetQuery(text);
          expect(read).toMatchObject({ query: { count, field } });
          const where = 'query' in read ? read.query.where : undefined;
          const message = (given: string) => JSON.stringify({ [other]: given });
          expect(where?.matches(parseLogLine(message(value)))).toBe(true);
          expect(where?.matches(parseLogLine(message(`${value}x`)))).toBe(false);
        },
      ),
    );
  });

  it('never throws, and never accepts a field that no line can have', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((rest) => `top 5 a where ${rest}`),
        ),
        (text) => {
          const read = parseFacetQuery(text);
          if ('query' in read) expect(read.query.field).toMatch(/^[A-Za-z_@][\w.@-]*$/);
          else expect(read.problem).not.toBe('');
        },
      ),
    );
  });
});
