import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asFailure, Failure } from '../domain/failure.ts';
import { readTextFile, systemErrorCode } from '../platform/atomic-file.ts';
import type { Environment } from '../platform/environment.ts';
import { writeNewFile } from '../platform/new-file.ts';
import { ensurePrivateFolder, stateFolder } from '../platform/state-folder.ts';

export interface KeptFile {
  readonly path: string;
  readonly sha256: string;
}

/**
 * What guides keep before they change something: copies in `guides/kept/` of the state folder, files 0600 in folders 0700. Each
 * gets a new name, so nothing is ever overwritten.
 */
export class GuideFiles {
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  async text(name: string, text: string): Promise<KeptFile> {
    const folder = await this.#folder();
    const path = join(folder, `${this.#stamp()}-${name}`);
    await writeNewFile(path, text);
    return { path, sha256: sha256(Buffer.from(text, 'utf8')) };
  }

  /**
   * A copy of a folder with a list of checksums beside it; `.terraform` is left out. Links are refused: they lead elsewhere. `begun`
   * is told its path before anything is in it, so that what a program that dies leaves behind is known.
   */
  async copyOf(
    source: string,
    name: string,
    begun = async (_path: string): Promise<void> => undefined,
  ): Promise<KeptFile> {
    const target = join(await this.#folder(), `${this.#stamp()}-${name}`);
    const sums: string[] = [];
    await begun(target);
    try {
      await mkdir(target, { mode: 0o700 });
      await copyInto(source, target, '', sums);
    } catch (error) {
      await rm(target, { recursive: true, force: true });
      throw asFailure(error, `Could not copy ${source}`);
    }
    const list = `${sums.sort().join('\n')}\n`;
    await writeNewFile(`${target}.sha256`, list);
    return { path: target, sha256: sha256(Buffer.from(list, 'utf8')) };
  }

  /** Only what lies in the folder of kept files: notes may have been edited. */
  async read(path: string): Promise<string | undefined> {
    return this.#isKept(path) ? readTextFile(path) : undefined;
  }

  /** SHA-256 of the same, hex. */
  async digest(path: string): Promise<string | undefined> {
    if (!this.#isKept(path)) return undefined;
    return readFile(path).then(sha256, (error: unknown) => {
      if (systemErrorCode(error) === 'ENOENT') return undefined;
      throw asFailure(error, `Could not read ${path}`);
    });
  }

  /** Only what lies in the folder of kept files, with its list of checksums. */
  async remove(path: string): Promise<void> {
    if (!this.#isKept(path)) throw notKept(path);
    await rm(path, { recursive: true, force: true });
    await rm(`${path}.sha256`, { force: true });
  }

  #isKept(path: string): boolean {
    return path.startsWith(`${join(stateFolder(this.#environment), 'guides', 'kept')}/`) && !path.includes('..');
  }

  async #folder(): Promise<string> {
    const state = stateFolder(this.#environment);
    for (const folder of [state, join(state, 'guides'), join(state, 'guides', 'kept')])
      await ensurePrivateFolder(folder);
    return join(state, 'guides', 'kept');
  }

  /** Sorts by time; the random part keeps two copies of one instant apart. */
  #stamp(): string {
    const time = new Date(this.#environment.now()).toISOString().replace(/[:.]/g, '-');
    return `${time}-${crypto.randomUUID().slice(0, 8)}`;
  }
}

async function copyInto(source: string, target: string, below: string, sums: string[]): Promise<void> {
  for (const name of await readdir(join(source, below))) {
    if (name === '.terraform') continue;
    const part = below === '' ? name : `${below}/${name}`;
    const info = await lstat(join(source, part));
    if (info.isDirectory()) {
      await mkdir(join(target, part), { mode: 0o700 });
      await copyInto(source, target, part, sums);
    } else if (info.isFile()) {
      const bytes = await readFile(join(source, part));
      await writeFile(join(target, part), bytes, { flag: 'wx', mode: 0o600 });
      const digest = sha256(bytes);
      if (sha256(await readFile(join(source, part))) !== digest) throw changedMeanwhile(part);
      sums.push(`${digest}  ${part}`);
    } else {
      throw notAFile(part);
    }
  }
}

function notKept(path: string): Failure {
  return new Failure({ kind: 'usage', what: `${path} is not a copy that a guide has made`, nothingSent: true });
}

function changedMeanwhile(part: string): Failure {
  return new Failure({
    kind: 'conflict',
    what: `${part} changed while it was copied`,
    why: 'somebody, or terraform, is working in this folder',
    next: 'Wait until nothing works on the rack, then try again.',
  });
}

function notAFile(part: string): Failure {
  return new Failure({
    kind: 'unsupported',
    what: `${part} is neither a file nor a folder`,
    why: 'a link in a rack folder may lead anywhere, so a copy would not be whole',
    next: 'Replace it by the file itself, or copy the folder by hand.',
  });
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
