import { createHash, randomUUID } from 'node:crypto';
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { asFailure } from '../domain/failure.ts';
import type { GuideProgress, GuideProgressStore, LoadedProgress } from '../domain/guide-progress.ts';
import { safeText } from '../domain/safe-text.ts';
import { readTextFile, writeFileAtomic } from '../platform/atomic-file.ts';
import type { Environment } from '../platform/environment.ts';
import { withFileLock } from '../platform/file-lock.ts';
import { homePath } from '../platform/home-path.ts';
import { ensurePrivateFolder, stateFolder } from '../platform/state-folder.ts';

const SCHEMA = 'rackdeck/guide-progress@1';

const texts = z.record(z.string(), z.string());
const state = z.enum(['ok', 'not-needed', 'todo', 'pending', 'blocked', 'waiting', 'unknown']);
const what = z.enum(['apply', 'undo']);
const done = z.object({
  what,
  at: z.number(),
  outcome: z.enum(['verified', 'unproven', 'failed', 'rejected', 'no-effect', 'unclear']),
  words: z.string(),
  kept: texts,
});
const step = z.object({
  state,
  words: z.string(),
  evidence: z.array(z.object({ label: z.string(), text: z.string() })),
  checkedAt: z.number(),
  done: z.optional(done),
});
const document = z.object({
  schema: z.literal(SCHEMA),
  guide: z.string(),
  target: z.string(),
  startedAt: z.number(),
  updatedAt: z.number(),
  input: texts,
  steps: z.record(z.string(), step),
  underWay: z.optional(z.object({ step: z.string(), what, at: z.number(), kept: texts })),
});

/** `guides/<guide>-<target>.json` in the state folder, one file per guide and target: several may go on side by side. */
export class GuideProgressFolder implements GuideProgressStore {
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  async load(guide: string, target: string): Promise<LoadedProgress> {
    const path = this.#path(guide, target);
    const text = await readTextFile(path);
    if (text === undefined) return { progress: undefined, damage: undefined };
    const progress = parsed(text);
    if (progress?.guide === guide && progress.target === target) return { progress, damage: undefined };
    const shown = homePath(path, this.#environment.home);
    return {
      progress: undefined,
      damage: `The notes in ${shown} cannot be understood. They are kept; this guide starts with new ones.`,
    };
  }

  async all(guide: string): Promise<readonly GuideProgress[]> {
    const folder = join(stateFolder(this.#environment), 'guides');
    const names = await readdir(folder).catch((): readonly string[] => []);
    const mine = names.filter((name) => name.startsWith(`${guide}-`) && name.endsWith('.json'));
    const texts = await Promise.all(mine.map((name) => readTextFile(join(folder, name)).catch(() => undefined)));
    return texts.flatMap((text) => {
      const found = text === undefined ? undefined : parsed(text);
      return found?.guide === guide ? [found] : [];
    });
  }

  /** Two programs on the same guide write one after the other; the last one's notes stay. */
  async save(progress: GuideProgress): Promise<void> {
    const path = this.#path(progress.guide, progress.target);
    await ensurePrivateFolder(stateFolder(this.#environment));
    await ensurePrivateFolder(join(path, '..'));
    const { now, hostname } = this.#environment;
    await withFileLock(`${path}.lock`, () => this.#write(path, progress), { now, hostname });
  }

  async #write(path: string, progress: GuideProgress): Promise<void> {
    const known = await readTextFile(path);
    if (known !== undefined && parsed(known) === undefined) {
      await rename(path, `${path}.damaged-${randomUUID()}`).catch((error: unknown) => {
        throw asFailure(error, 'The damaged notes of this guide could not be moved aside');
      });
    }
    await writeFileAtomic(path, `${JSON.stringify({ schema: SCHEMA, ...progress }, undefined, 2)}\n`);
  }

  #path(guide: string, target: string): string {
    const readable = target.replace(/[^A-Za-z0-9.-]+/g, '_').slice(0, 60);
    const digest = createHash('sha256').update(target, 'utf8').digest('hex').slice(0, 10);
    return join(stateFolder(this.#environment), 'guides', `${guide}-${readable}-${digest}.json`);
  }
}

/** Whatever is in the file may be shown: it is made printable. */
function parsed(text: string): GuideProgress | undefined {
  try {
    const result = z.safeParse(
      document,
      JSON.parse(text, (_key, value) => (typeof value === 'string' ? clean(value) : value)),
    );
    if (!result.success) return undefined;
    const { schema: _schema, underWay, ...rest } = result.data;
    const steps = Object.fromEntries(
      Object.entries(rest.steps).map(([id, { done: last, ...seen }]) => [id, last ? { ...seen, done: last } : seen]),
    );
    return { ...rest, steps, ...(underWay ? { underWay } : {}) };
  } catch {
    return undefined;
  }
}

const clean = (text: string): string => safeText(text);

/** For a demo, whose past ends with it. */
export class GuideProgressMemory implements GuideProgressStore {
  readonly #known = new Map<string, GuideProgress>();

  async load(guide: string, target: string): Promise<LoadedProgress> {
    return { progress: this.#known.get(`${guide} ${target}`), damage: undefined };
  }

  async all(guide: string): Promise<readonly GuideProgress[]> {
    return [...this.#known.values()].filter((progress) => progress.guide === guide);
  }

  async save(progress: GuideProgress): Promise<void> {
    this.#known.set(`${progress.guide} ${progress.target}`, progress);
  }
}
