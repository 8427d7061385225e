import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readAnswerMessage } from '../../../src/protocol/answer-message.ts';

const nothing = { text: undefined, code: undefined, html: false, empty: false };

test.each([
  ['{"error":"bad"}', 'application/json', { ...nothing, text: 'bad', code: 'bad' }],
  ['{"Error":"bad"}', '', { ...nothing, text: 'bad', code: 'bad' }],
  ['{"error":"code","message":"Words."}', 'application/json', { ...nothing, text: 'Words.', code: 'code' }],
  ['{"public_id":"x"}', 'application/json', nothing],
  ['{"error":""}', 'application/json', nothing],
  ['{"error":{"a":1}}', 'application/json', nothing],
  ['not json', 'application/json', { ...nothing, text: 'not json' }],
  ['[1,2]', 'application/json', nothing],
  ['{"error":"cut', 'application/json', nothing],
  ['  permission denied\n', 'text/plain', { ...nothing, text: 'permission denied' }],
  ['', 'text/plain', { ...nothing, empty: true }],
  [' \n', '', { ...nothing, empty: true }],
  ['<html>x</html>', '', { ...nothing, html: true }],
  ['<!DOCTYPE html>', 'text/plain', { ...nothing, html: true }],
  ['hello', 'text/html; charset=utf-8', { ...nothing, html: true }],
  ['<nil> pointer', 'text/plain', { ...nothing, text: '<nil> pointer' }],
  ['x'.repeat(501), 'text/plain', nothing],
])('%j as %s', (body, type, expected) => {
  expect(readAnswerMessage(body, type)).toEqual(expected);
});

test('never throws, and never says more than a line', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.json()),
      fc.constantFrom('', 'application/json'),
      (body, type) => {
        const { text } = readAnswerMessage(body, type);
        expect(text ?? '').not.toMatch(/[\n\u001b]/);
        expect((text ?? '').length).toBeLessThanOrEqual(500);
      },
    ),
  );
});
