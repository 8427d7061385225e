import { BLOCK, encodeHeader, malformedTar, padding, type TarHeader } from './tar-header.ts';

export type TarInput =
  | (TarInputBase & { readonly kind: 'file'; readonly size: number; readonly body: AsyncIterable<Uint8Array> })
  | (TarInputBase & { readonly kind: 'folder' })
  | (TarInputBase & { readonly kind: 'symlink'; readonly linkPath: string });

interface TarInputBase {
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  /** Seconds since the epoch. */
  readonly modifiedAt: number;
}

const TYPES = { file: '0', folder: '5', symlink: '2' } as const;
const LONG_NAME = '././@LongLink';

/**
 * A tar stream: ustar, with GNU's form of long names, which the small `tar` programs inside containers read, too. Owner is
 * always root: who somebody is on this machine is nobody's business there. Throws a `malformed` Failure where a body is not
 * as long as was said.
 */
export async function* writeTar(entries: AsyncIterable<TarInput> | Iterable<TarInput>): AsyncGenerator<Uint8Array> {
  for await (const entry of entries) {
    yield* headersOf(entry);
    if (entry.kind === 'file') yield* bodyOf(entry.path, entry.size, entry.body);
  }
  yield Buffer.alloc(2 * BLOCK);
}

function* headersOf(entry: TarInput): Generator<Uint8Array> {
  const header: TarHeader = {
    path: entry.kind === 'folder' && !entry.path.endsWith('/') ? `${entry.path}/` : entry.path,
    type: TYPES[entry.kind],
    size: entry.kind === 'file' ? entry.size : 0,
    mode: entry.mode,
    modifiedAt: entry.modifiedAt,
    linkPath: entry.kind === 'symlink' ? entry.linkPath : '',
  };
  if (/\0/.test(header.path + header.linkPath)) throw malformedTar('a name contains a NUL');
  const whole = encodeHeader(header);
  if (whole !== undefined) {
    yield whole;
    return;
  }
  if (encodeHeader({ ...header, linkPath: '' }) === undefined) yield* longName('L', header.path);
  if (Buffer.byteLength(header.linkPath) > 100) yield* longName('K', header.linkPath);
  const short = { ...header, path: cut(header.path), linkPath: cut(header.linkPath) };
  yield encodeHeader(short) ?? malformed();
}

function* longName(type: 'L' | 'K', name: string): Generator<Uint8Array> {
  const body = Buffer.from(`${name}\0`, 'utf8');
  const size = body.length;
  yield encodeHeader({ path: LONG_NAME, type, size, mode: 0o644, modifiedAt: 0, linkPath: '' }) ?? malformed();
  yield body;
  yield Buffer.alloc(padding(size));
}

/** Stands in for a name that was given before it in full. */
function cut(name: string): string {
  let short = name.slice(0, 100);
  while (Buffer.byteLength(short) > 100) short = short.slice(0, -1);
  return short;
}

async function* bodyOf(path: string, size: number, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left = size;
  for await (const chunk of body) {
    left -= chunk.length;
    if (left < 0) break;
    yield chunk;
  }
  if (left !== 0) throw malformedTar(`${path} changed while it was read`);
  yield Buffer.alloc(padding(size));
}

function malformed(): never {
  throw malformedTar('a name does not fit in it');
}
