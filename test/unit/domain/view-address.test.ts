import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatViewAddress, parseViewAddress, type ViewAddress } from '../../../src/domain/view-address.ts';

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
const rack = fc
  .array(
    text.filter((part) => !part.includes('/')),
    { minLength: 1, maxLength: 3 },
  )
  .map((p) => p.join('/'));
const address: fc.Arbitrary<ViewAddress> = fc.record({
  rack: fc.option(fc.oneof(rack, text, fc.constant('-')), { nil: undefined }),
  app: fc.option(fc.oneof(text, fc.constant('-'), fc.constant('a/b')), { nil: undefined }),
  view: fc.oneof(text, fc.constant('-')),
  narrowed: fc.dictionary(
    text.filter((key) => key !== 'filter' && key !== '__proto__'),
    text,
    { noNullPrototype: true },
  ),
  filter: fc.string({ unit: 'grapheme', maxLength: 40 }),
});

describe('view address', () => {
  it('what is formatted is read back, first of all readings', () => {
    fc.assert(
      fc.property(address, (given) => {
        expect(parseViewAddress(formatViewAddress(given))[0]).toEqual(given);
      }),
    );
  });

  it('is one line of printable ASCII without blanks, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.record({ rack: fc.string(), app: fc.string(), view: fc.string(), filter: fc.string() }),
        (parts) => {
          const formatted = formatViewAddress({ ...parts, narrowed: { [parts.view]: parts.filter } });
          expect(formatted).toMatch(/^[!-~]*$/);
        },
      ),
    );
  });

  it('never throws, and never reads an empty rack', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (typed) => {
        for (const reading of parseViewAddress(typed)) expect(reading.rack).not.toBe('');
      }),
    );
  });

  it.each([
    ['acme/prod/shop/processes?filter=status:crashed', 'acme/prod', 'shop', 'processes', 'status:crashed'],
    ['prod/-/apps', 'prod', undefined, 'apps', ''],
    ['-/-/board', undefined, undefined, 'board', ''],
    ['acme/prod/shop/logs?process=web-1', 'acme/prod', 'shop', 'logs', ''],
    ['  staging/shop/builds  ', 'staging', 'shop', 'builds', ''],
  ])('%s', (typed, wantedRack, app, view, filter) => {
    expect(parseViewAddress(typed)[0]).toMatchObject({ rack: wantedRack, app, view, filter });
  });

  it('offers what a short address may mean', () => {
    const readings = parseViewAddress('acme/prod/apps').map(({ rack: name, app, view }) => [name, app, view]);
    expect(readings).toEqual([
      ['acme', 'prod', 'apps'],
      ['acme/prod', undefined, 'apps'],
      ['acme/prod', 'apps', ''],
      ['acme/prod/apps', undefined, ''],
    ]);
    expect(parseViewAddress('board').map(({ rack: name, view }) => [name, view])).toEqual([
      ['board', ''],
      [undefined, 'board'],
    ]);
  });

  it.each(['', '   ', '%', 'a/%E0%A4%A/b', 'a/b/c?filter=%zz', '?filter=x'])('%j is none', (typed) =>
    expect(parseViewAddress(typed)).toEqual([]),
  );
});
