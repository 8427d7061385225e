import fc from 'fast-check';
import { expect, it } from 'vitest';
import { eachLogField, logField } from '../../../src/domain/log-fields.ts';

function fieldsOf(message: string): Record<string, string> {
  const fields: Record<string, string> = {};
  eachLogField(message, (name, value) => {
    fields[name] = value;
  });
  return fields;
}

it.each([
  [
    '{"a":1,"b":{"c":"x","d":{"e":true,"f":{"g":1}}},"list":[1],"none":null}',
    { a: '1', 'b.c': 'x', 'b.d.e': 'true', none: 'null' },
  ],
  [
    'level=info msg="two words" path=/a?b=c took=12ms',
    { level: 'info', msg: 'two words', path: '/a?b=c', took: '12ms' },
  ],
  ['\u001b[32mINFO\u001b[0m GET /search?q=lamp \u001b[1mstatus=200\u001b[0m', { status: '200' }],
  ['{"broken": a=1', { a: '1' }],
  ['no field here', {}],
  ['[1,2]', {}],
])('fields of %j', (message, wanted) => expect(fieldsOf(message)).toEqual(wanted));

it('agrees with the field that a filter reads', () => {
  const value = fc.oneof(fc.stringMatching(/^[\w/.-]{1,12}$/), fc.integer(), fc.boolean());
  const message = fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), value, { maxKeys: 5 });
  fc.assert(
    fc.property(message, fc.boolean(), (fields, json) => {
      const text = json
        ? JSON.stringify(fields)
        : Object.entries(fields)
            .map(([name, each]) => `${name}=${each}`)
            .join(' ');
      for (const [name, each] of Object.entries(fieldsOf(text))) expect(logField(text, name)).toBe(each);
      expect(new Set(Object.keys(fieldsOf(text)))).toEqual(new Set(Object.keys(fields)));
    }),
  );
});

it('never throws, and bounds what it finds', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      for (const [name, value] of Object.entries(fieldsOf(text))) expect(value.length, name).toBeLessThanOrEqual(200);
    }),
  );
  const many = Array.from({ length: 100 }, (_, at) => `f${at}=1`).join(' ');
  expect(Object.keys(fieldsOf(many))).toHaveLength(40);
});
