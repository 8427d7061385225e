import { writeFile } from 'node:fs/promises';
import { asFailure, Failure } from '../domain/failure.ts';
import { systemErrorCode } from './atomic-file.ts';

/** Writes a new file, readable by its owner only: it may hold anything. What exists is never overwritten. */
export async function writeNewFile(path: string, content: string | Iterable<string>): Promise<string> {
  try {
    await writeFile(path, content, { flag: 'wx', mode: 0o600 });
    return path;
  } catch (error) {
    throw couldNotSave(path, error);
  }
}

export function couldNotSave(path: string, error: unknown): Failure {
  const exists = systemErrorCode(error) === 'EEXIST';
  return new Failure({
    kind: 'usage',
    what: `Could not save ${path}`,
    why: exists ? 'the file exists already' : asFailure(error).what,
    next: exists ? 'Choose another name.' : 'Choose another place.',
    cause: error,
  });
}
