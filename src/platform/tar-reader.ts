import { BLOCK, decodeHeader, malformedTar, padding, type TarHeader } from './tar-header.ts';

export interface TarEntry {
  /** As written: may be absolute, may contain `..`, may be anything. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'symlink' | 'hardlink' | 'other';
  readonly mode: number;
  /** Seconds since the epoch. */
  readonly modifiedAt: number;
  readonly linkPath: string;
  /** Empty for everything but a file. A view into the archive. */
  readonly body: Uint8Array;
}

const KINDS: ReadonlyMap<string, TarEntry['kind']> = new Map([
  ['0', 'file'],
  ['1', 'hardlink'],
  ['2', 'symlink'],
  ['5', 'folder'],
]);
/** Long names and pax records are small; larger ones are an attack or an error. */
const MAX_META = 1_048_576;

/** What the headers before an entry say about it. */
interface Overrides {
  path?: string;
  linkPath?: string;
  size?: number;
}

/**
 * Entries of a tar archive in order (ustar, GNU long names, pax paths and sizes). Throws a `malformed` Failure for what is no
 * archive, and for one that was cut off: without its end it is not complete, whatever the transport said.
 */
export function* readTar(archive: Uint8Array): Generator<TarEntry> {
  let at = 0;
  let next: Overrides = {};
  for (;;) {
    if (at + BLOCK > archive.length) throw malformedTar('it ends before its end mark: something is missing');
    const header = decodeHeader(archive.subarray(at, at + BLOCK));
    if (header === undefined) return;
    at += BLOCK;
    const size = isMeta(header.type) ? header.size : (next.size ?? header.size);
    const hasBody = !'123456'.includes(header.type);
    const length = hasBody ? size : 0;
    if (at + length > archive.length) throw malformedTar('it ends in the middle of a file');
    const body = archive.subarray(at, at + length);
    at += length + padding(length);
    if (isMeta(header.type)) {
      next = { ...next, ...overridesOf(header, body) };
      continue;
    }
    yield entryOf(header, next, body);
    next = {};
  }
}

function isMeta(type: string): boolean {
  return type === 'L' || type === 'K' || type === 'x' || type === 'g';
}

function entryOf(header: TarHeader, next: Overrides, body: Uint8Array): TarEntry {
  const path = next.path ?? header.path;
  const { type } = header;
  // Before ustar a folder was a file with a slash at the end.
  const kind = type === '0' && path.endsWith('/') ? 'folder' : (KINDS.get(type) ?? 'other');
  return {
    path,
    kind,
    mode: header.mode,
    modifiedAt: header.modifiedAt,
    linkPath: next.linkPath ?? header.linkPath,
    body: kind === 'file' ? body : body.subarray(0, 0),
  };
}

function overridesOf({ type }: TarHeader, body: Uint8Array): Overrides {
  if (body.length > MAX_META) throw malformedTar('a name in it is too long');
  const text = Buffer.from(body).toString('utf8');
  if (type === 'L') return { path: text.replace(/\0.*$/s, '') };
  if (type === 'K') return { linkPath: text.replace(/\0.*$/s, '') };
  // Records for all entries carry nothing that matters here.
  return type === 'x' ? paxOverrides(Buffer.from(body)) : {};
}

/** `<length> <key>=<value>\n`, the length counting itself. */
function paxOverrides(body: Buffer): Overrides {
  const found: Overrides = {};
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(0x20, at);
    const length = space < 0 ? Number.NaN : Number(body.subarray(at, space).toString('latin1'));
    const bounded = Number.isInteger(length) && length > space - at + 1 && at + length <= body.length;
    if (!bounded || body[at + length - 1] !== 0x0a) {
      throw malformedTar('an extended header in it is broken');
    }
    const record = body.subarray(space + 1, at + length - 1).toString('utf8');
    const equals = record.indexOf('=');
    const value = record.slice(equals + 1);
    const key = record.slice(0, Math.max(0, equals));
    if (key === 'path') found.path = value;
    else if (key === 'linkpath') found.linkPath = value;
    else if (key === 'size') found.size = paxSize(value);
    at += length;
  }
  return found;
}

function paxSize(value: string): number {
  const size = Number(value);
  if (!/^\d{1,15}$/.test(value) || !Number.isSafeInteger(size)) throw malformedTar('a size in it is no number');
  return size;
}
