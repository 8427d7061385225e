import { writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { couldNotSave } from '../platform/new-file.ts';

/** Writes a new file, gzipped where its name ends in `.gz`, its owner's only: logs may hold anything. Never overwrites. */
export async function saveNew(path: string, lines: Iterable<string>): Promise<string> {
  try {
    const text = joinLines(lines);
    const data = path.endsWith('.gz') ? Readable.from(text).pipe(createGzip()) : text;
    await writeFile(path, data, { flag: 'wx', mode: 0o600 });
    return path;
  } catch (error) {
    throw couldNotSave(path, error);
  }
}

function* joinLines(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`;
}
