import { type BigIntStats, lstatSync, readFileSync, statSync } from 'node:fs';
import { asFailure, Failure } from '../domain/failure.ts';
import { type GuardrailRules, noGuardrails } from '../domain/guardrail-rules.ts';
import { systemErrorCode } from './atomic-file.ts';
import { ConfigFile, settingsDocument } from './config-file.ts';
import type { Environment } from './environment.ts';
import { type GuardrailFile, lostGuardrails, readGuardrails } from './guardrail-settings.ts';

/** How long what is painted may lag behind the file, ms. */
const SHOWN_FOR_MS = 1_000;
/**
 * Two writes within one tick of the file system's clock look alike: so long after a write its stamp proves nothing, ms. There are
 * file systems that count in two seconds.
 */
const TICK_MS = 2_000;
const UNREADABLE = 'it could not be read';

interface Known {
  readonly rules: GuardrailRules;
  /** Of the file that they were read from; undefined: not to be relied on, read again. */
  readonly stamp: string | undefined;
}

/**
 * The guardrails of the settings file as it is now. They are asked before every plan and again right before what was confirmed
 * is sent, so a look is one `stat`, and the file is read only where it is another one. Whatever goes wrong, nothing may be
 * changed until the file is right again; so it is with a file that was there and is gone, or is empty now, as it is for a moment
 * while it is written anew.
 */
export class LiveGuardrails {
  readonly #file: GuardrailFile;
  readonly #now: () => number;
  #known: Known;
  /** There was something in it. */
  #held: boolean;
  #lookedAt: number;

  /** `rules`: as they were just read. */
  constructor(file: GuardrailFile, rules: GuardrailRules, now: () => number) {
    this.#file = file;
    this.#now = now;
    this.#known = { rules, stamp: undefined };
    this.#lookedAt = now();
    this.#held = holdsText(file.path);
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
    return Math.abs(this.#now() - this.#lookedAt) < SHOWN_FOR_MS ? this.#known.rules : this.current();
  }

  #look(): Known {
    const { path } = this.#file;
    const info = statOf(path);
    if (info === undefined) return { rules: this.#without('is gone'), stamp: undefined };
    const stamp = stampOf(info);
    if (stamp === this.#known.stamp) return this.#known;
    const text = textOf(path);
    this.#held ||= text.trim() !== '';
    const document = settingsDocument(text, path);
    const rules = document === undefined ? this.#without('is empty now') : readGuardrails(document, this.#file).rules;
    const isSettled = Math.abs(Date.now() - Number(info.ctimeMs)) > TICK_MS;
    return { rules, stamp: isSettled ? stamp : undefined };
  }

  #without(how: string): GuardrailRules {
    return this.#held ? lostGuardrails(this.#file, `it was there and ${how}`) : noGuardrails(this.#file.shown);
  }
}

function holdsText(path: string): boolean {
  try {
    return statOf(path) !== undefined && textOf(path).trim() !== '';
  } catch {
    return true;
  }
}

function textOf(path: string): string {
  return readFileSync(path, 'utf8').replace(/^\ufeff/, '');
}

function stampOf({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
}

/** Undefined where there is no such file. */
function statOf(path: string): BigIntStats | undefined {
  try {
    const info = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (info?.isFile()) return info;
    // A link to what is not there now, such as a disk that is not mounted: what it holds is not known.
    if (info === undefined && !lstatSync(path, { throwIfNoEntry: false })) return undefined;
    throw notUsable(info === undefined ? 'it leads to no file' : 'it is no file');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

function notUsable(why: string): Failure {
  return new Failure({ kind: 'malformed', what: UNREADABLE, why });
}

/** Of this machine's settings file; `rules` as they were just read from it. */
export function liveGuardrails(environment: Environment, rules: GuardrailRules): LiveGuardrails {
  const { path } = new ConfigFile(environment);
  return new LiveGuardrails({ path, shown: rules.file }, rules, environment.now);
}
