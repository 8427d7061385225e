import { Failure } from '../domain/failure.ts';

export const BLOCK = 512;

/** Fields of one header block (POSIX ustar, with the GNU long names and sizes that are met in practice). */
export interface TarHeader {
  readonly path: string;
  /** Type flag: `0` file, `5` folder, `2` symbolic link, `1` hard link, `L` `K` GNU long names, `x` `g` pax, ... */
  readonly type: string;
  readonly size: number;
  readonly mode: number;
  /** Seconds since the epoch. */
  readonly modifiedAt: number;
  readonly linkPath: string;
}

/** Largest number that eleven octal digits hold. */
const MAX_OCTAL = 0o77777777777;
const SIZES = { name: 100, link: 100, prefix: 155 } as const;

/** One header block; undefined where path or link target do not fit into it. */
export function encodeHeader(header: TarHeader): Buffer | undefined {
  const place = splitPath(Buffer.from(header.path, 'utf8'));
  const link = Buffer.from(header.linkPath, 'utf8');
  if (place === undefined || link.length > SIZES.link) return undefined;
  const block = Buffer.alloc(BLOCK);
  place.name.copy(block, 0);
  octal(block, 100, 8, header.mode & 0o7777);
  octal(block, 108, 8, 0);
  octal(block, 116, 8, 0);
  octal(block, 124, 12, header.size);
  octal(block, 136, 12, Math.max(0, Math.floor(header.modifiedAt)));
  block.write(header.type, 156, 1, 'latin1');
  link.copy(block, 157);
  block.write('ustar\u000000', 257, 8, 'latin1');
  place.prefix.copy(block, 345);
  const sum = checksum(block);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 8, 'latin1');
  return block;
}

/** Undefined for a block of zeros; throws a `malformed` Failure for one that is no header. */
export function decodeHeader(block: Uint8Array): TarHeader | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  if (readNumber(bytes, 148, 8) !== checksum(bytes)) throw malformedTar('the checksum of a header is wrong');
  const name = textAt(bytes, 0, SIZES.name);
  const isPosix = textAt(bytes, 257, 6) === 'ustar';
  const prefix = isPosix ? textAt(bytes, 345, SIZES.prefix) : '';
  const type = String.fromCharCode(bytes[156] ?? 0);
  return {
    path: prefix === '' ? name : `${prefix}/${name}`,
    type: type === '\0' || type === '7' ? '0' : type,
    size: readNumber(bytes, 124, 12),
    mode: readNumber(bytes, 100, 8) & 0o7777,
    modifiedAt: readNumber(bytes, 136, 12),
    linkPath: textAt(bytes, 157, SIZES.link),
  };
}

export function malformedTar(why: string): Failure {
  return new Failure({
    kind: 'malformed',
    what: 'The archive could not be read',
    why,
    next: 'Copy again; a gateway cuts off what takes longer than 30 seconds.',
  });
}

/** How many bytes follow a body up to the next block. */
export function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

function splitPath(path: Buffer): { readonly name: Buffer; readonly prefix: Buffer } | undefined {
  if (path.length <= SIZES.name) return { name: path, prefix: Buffer.alloc(0) };
  const slash = path.indexOf(0x2f, path.length - SIZES.name - 1);
  // A prefix that is empty would lose the leading slash.
  if (slash < 1 || slash > SIZES.prefix || slash === path.length - 1) return undefined;
  return { name: path.subarray(slash + 1), prefix: path.subarray(0, slash) };
}

function octal(block: Buffer, at: number, length: number, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0 || value > MAX_OCTAL) throw malformedTar(`${value} does not fit in it`);
  block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, length, 'latin1');
}

/** Octal text, or the base-256 form of GNU for large values. */
function readNumber(block: Buffer, at: number, length: number): number {
  const first = block[at] ?? 0;
  if (first >= 0x80) return largeNumber(block.subarray(at, at + length));
  const text = block
    .subarray(at, at + length)
    .toString('latin1')
    .replace(/\0.*$/s, '')
    .trim();
  if (text === '') return 0;
  if (!/^[0-7]+$/.test(text)) throw malformedTar('a number in a header is no number');
  return Number.parseInt(text, 8);
}

function largeNumber(bytes: Buffer): number {
  // The first byte's remaining bits are zero for everything that a number can hold.
  if (bytes[0] !== 0x80) throw malformedTar('a number in a header is out of bounds');
  const value = bytes.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0);
  if (!Number.isSafeInteger(value)) throw malformedTar('a number in a header is out of bounds');
  return value;
}

function textAt(block: Buffer, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? length : end).toString('utf8');
}

/** Sum of all bytes, with the field of the sum itself taken as spaces. */
function checksum(block: Buffer): number {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 0x20 : (block[i] ?? 0);
  return sum;
}
