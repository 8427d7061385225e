import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readableMessage } from '../../../src/domain/readable-message.ts';

describe('a JSON log message as a person reads one', () => {
  it.each([
    [
      'level, message, fields in their order, no second time',
      { time: '2026-03-01T03:00:00Z', level: 'error', msg: 'could not pay', request_id: 'r7', took_ms: 12 },
      'ERROR could not pay request_id=r7 took_ms=12',
    ],
    ['a level in numbers', { level: 50, msg: 'refused', pid: 1 }, 'ERROR refused pid=1'],
    [
      'nested fields',
      { message: 'done', user: { id: 12, address: { city: 'Bern' } } },
      'done user.id=12 user.address.city=Bern',
    ],
    [
      'deeper ones and lists as JSON',
      { msg: 'x', a: { b: { c: { d: 1 } } }, tags: [1, 2] },
      'x a.b.c="{\\"d\\":1}" tags=[1,2]',
    ],
    ['what has spaces in quotes', { msg: 'x', query: 'SELECT 1', empty: '' }, 'x query="SELECT 1" empty=""'],
    ['no message: the fields alone', { status: 500, ok: false, by: null }, 'status=500 ok=false by=null'],
    [
      'line breaks of a trace on one line',
      { msg: 'boom', stack: 'Error: boom\n  at a' },
      'boom stack="Error: boom\\n  at a"',
    ],
  ])('%s', (_name, fields, wanted) => {
    expect(readableMessage(JSON.stringify(fields), true)).toBe(wanted);
  });

  it('keeps its time where the line has none', () => {
    expect(readableMessage('{"ts":1700000000,"msg":"x"}', false)).toBe('x ts=1700000000');
  });

  it.each([
    ['plain text', 'GET / 200'],
    ['JSON with text around it', 'payload {"a":1} refused'],
    ['a list', '[1,2]'],
    ['a cut object', '{"msg":"half'],
    ['a brace', '{}}'],
  ])('leaves %s alone', (_name, message) => {
    expect(readableMessage(message, true)).toBeUndefined();
  });

  it('lets nothing hostile out of an escape', () => {
    expect(readableMessage('{"msg":"a\\u001b[2Jb\\u009b31mc\\u202egnp"}', true)).not.toMatch(/[\u001b\u009b\u202e]/);
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, fc.dictionary(text, text), (msg, fields) => {
        const shown = readableMessage(JSON.stringify({ msg, fields }), true);
        expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      }),
    );
  });
});
