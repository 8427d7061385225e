import { type BigIntStats, readFileSync, statSync } from 'node:fs';
import { asFailure, Failure } from '../domain/failure.ts';
import { type GuardrailRules, noGuardrails } from '../domain/guardrail-rules.ts';
import { systemErrorCode } from './atomic-file.ts';
import { ConfigFile, settingsDocument } from './config-file.ts';
import type { Environment } from './environment.ts';
import { type GuardrailFile, lostGuardrails, readGuardrails } from './guardrail-settings.ts';

/** How long what is painted may lag behind the file, ms. */
const SHOWN_FOR_MS = 1_000;
/** Two writes within one tick of the file system's clock look alike: so long after a write its stamp proves nothing, ms. */
const TICK_MS = 100;
const UNREADABLE = 'it could not be read';

interface Known {
  readonly rules: GuardrailRules;
  /** Of the file that they were read from; undefined: not to be relied on, read again. */
  readonly stamp: string | undefined;
}

/**
 * The guardrails of the settings file as it is now. They are asked before every plan and before every request that changes
 * something, so a look is one `stat`, and the file is read only where it is another one. Whatever goes wrong, nothing may be
 * changed until the file is right again; so it is with a file that was there and is gone.
 */
export class LiveGuardrails {
  readonly #file: GuardrailFile;
  readonly #now: () => number;
  #known: Known;
  #existed: boolean;
  #lookedAt: number;

  /** `rules`: as they were just read. */
  constructor(file: GuardrailFile, rules: GuardrailRules, now: () => number) {
    this.#file = file;
    this.#now = now;
    this.#known = { rules, stamp: undefined };
    this.#lookedAt = now();
    this.#existed = exists(file.path);
  }

  /** Before something is planned or sent. Never throws. */
  current(): GuardrailRules {
    this.#lookedAt = this.#now();
    try {
      this.#known = this.#look();
    } catch (error) {
      this.#known = { rules: lostGuardrails(this.#file, asFailure(error).why ?? UNREADABLE), stamp: undefined };
    }
    return this.#known.rules;
  }

  /** For what is painted many times a second. */
  shown(): GuardrailRules {
    return this.#now() - this.#lookedAt < SHOWN_FOR_MS ? this.#known.rules : this.current();
  }

  #look(): Known {
    const { path, shown } = this.#file;
    const info = statOf(path);
    if (info === undefined) {
      const rules = this.#existed ? lostGuardrails(this.#file, 'it was there and is gone') : noGuardrails(shown);
      return { rules, stamp: undefined };
    }
    this.#existed = true;
    const stamp = stampOf(info);
    if (stamp === this.#known.stamp) return this.#known;
    const document = settingsDocument(readFileSync(path, 'utf8').replace(/^\ufeff/, ''), path);
    const rules = document === undefined ? noGuardrails(shown) : readGuardrails(document, this.#file).rules;
    const isSettled = Math.abs(Date.now() - Number(info.ctimeMs)) > TICK_MS;
    return { rules, stamp: isSettled ? stamp : undefined };
  }
}

function exists(path: string): boolean {
  try {
    return statOf(path) !== undefined;
  } catch {
    return true;
  }
}

function stampOf({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
}

/** Undefined where there is no such file. */
function statOf(path: string): BigIntStats | undefined {
  try {
    const info = statSync(path, { bigint: true });
    if (info.isFile()) return info;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
  throw new Failure({ kind: 'malformed', what: UNREADABLE, why: 'it is no file' });
}

/** Of this machine's settings file; `rules` as they were just read from it. */
export function liveGuardrails(environment: Environment, rules: GuardrailRules): LiveGuardrails {
  const { path } = new ConfigFile(environment);
  return new LiveGuardrails({ path, shown: rules.file }, rules, environment.now);
}
