import { envKeyText, MASK, parseEnv } from './env-text.ts';

/** The last line of an encoded key may look like a variable without a value. */
function isEncoded(key: string): boolean {
  return key.length > 24 && /[a-z]/.test(key) && /[A-Z]/.test(key) && /\d/.test(key);
}

/** Longest list of values remembered per variable; what comes later counts as new each time. */
const MAX_VALUES = 500;

/**
 * Environments without their values: `KEY=(value 2)` says that it is another value than before and nothing else. The values
 * are known to one run only, as digests; nothing of them can be worked out from the numbers.
 */
export class EnvOrdinals {
  readonly #digest: (text: string) => string;
  readonly #seen = new Map<string, Map<string, number>>();

  /** `digest`: a keyed one with a key that is thrown away, so that not even memory holds a value. */
  constructor(digest: (text: string) => string) {
    this.#digest = digest;
  }

  /** The environment text of a release of an app (`scope`), in the format it came in. */
  redact(scope: string, env: string): string {
    const lines: string[] = [];
    for (const [key, value] of parseEnv(env)) {
      // A line of a value of several lines is no variable: it is dropped, name and all.
      if (envKeyText(key) !== key || isEncoded(key)) continue;
      // What a gateway has masked already stays so: whether it changed cannot be seen.
      lines.push(`${key}=${value === MASK ? MASK : `(value ${this.#ordinal(`${scope}\n${key}`, value)})`}`);
    }
    return lines.join('\n');
  }

  #ordinal(variable: string, value: string): number {
    const values = this.#seen.get(variable) ?? new Map<string, number>();
    this.#seen.set(variable, values);
    const digest = this.#digest(value);
    const ordinal = values.get(digest) ?? values.size + 1;
    if (values.size < MAX_VALUES) values.set(digest, ordinal);
    return ordinal;
  }
}
