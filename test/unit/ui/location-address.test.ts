import { describe, expect, it } from 'vitest';
import { formatViewAddress, parseViewAddress } from '../../../src/domain/view-address.ts';
import { locationOf } from '../../../src/ui/navigation/location.ts';
import { addressOf, startPlaceOf } from '../../../src/ui/navigation/location-address.ts';

describe('the address of a location', () => {
  it.each([
    [{ view: 'board' }, '-/-/board'],
    [{ view: 'apps', rack: 'acme/prod' }, 'acme/prod/-/apps'],
    [
      { view: 'processes', rack: 'acme/prod', place: { app: 'shop', service: 'web' }, filter: 'status:crashed age<1h' },
      'acme/prod/shop/processes?service=web&filter=status%3Acrashed%20age%3C1h',
    ],
    [{ view: 'logs', rack: 'prod', place: { app: 'shop', process: 'web-1' } }, 'prod/shop/logs?process=web-1'],
    [
      {
        view: 'describe',
        rack: 'prod',
        place: { app: 'shop' },
        subject: { resource: 'processes', rack: 'prod', rowKey: 'shop/web-1', name: 'web-1' },
      },
      'prod/shop/processes?row=shop%2Fweb-1&screen=describe',
    ],
  ])('%o', (destination, text) => {
    expect(formatViewAddress(addressOf(locationOf(destination)))).toBe(text);
  });

  it('leads back: view, rack, place and filter', () => {
    const destination = { view: 'processes', rack: 'acme/prod', place: { app: 'shop', service: 'web' }, filter: 'x y' };
    const [address] = parseViewAddress(formatViewAddress(addressOf(locationOf(destination))));
    if (!address) throw new Error('no address');
    expect(startPlaceOf(address)).toEqual({
      view: 'processes',
      rack: 'acme/prod',
      app: 'shop',
      filter: 'x y',
      place: { service: 'web' },
    });
  });

  it('opens the text of a row, and passes over what it does not know', () => {
    const [address] = parseViewAddress('prod/shop/processes?row=a&screen=raw&colour=red');
    if (!address) throw new Error('no address');
    expect(startPlaceOf(address)).toMatchObject({ row: { key: 'a', screen: 'raw' }, place: {} });
  });
});
