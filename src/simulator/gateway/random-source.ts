import { randomBytes } from 'node:crypto';

/** Bytes for tokens and ids: from a seed in tests (repeatable), from the system otherwise (unguessable). */
export interface RandomSource {
  bytes(count: number): Buffer;
  base64url(count: number): string;
  uuid(): string;
  below(limit: number): number;
}

export function createRandomSource(seed: number | undefined): RandomSource {
  const bytes = seed === undefined ? randomBytes : seededBytes(seed);
  return {
    bytes,
    base64url: (count) => bytes(count).toString('base64url'),
    uuid: () => formatUuid(bytes(16)),
    below: (limit) => bytes(4).readUInt32BE(0) % limit,
  };
}

function seededBytes(seed: number): (count: number) => Buffer {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return (count) => Buffer.from(Array.from({ length: count }, () => next() & 0xff));
}

function formatUuid(raw: Buffer): string {
  const bytes = Buffer.from(raw);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
