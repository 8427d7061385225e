import { asFailure, Failure, withDetails } from '../domain/failure.ts';
import type { Interaction } from './interaction.ts';

/** `key`, `key-2` ... before giving up: what exists once must not be lost because a file of that name is there. */
const NAMES = 20;

/**
 * Saves what a rack gives out once (a key, a token) under the first of these names that is free. `what` begins the words of the
 * failure: `The new key`. By then it was made, which the failure must not hide.
 */
export async function saveOnce(
  { saveSecret }: Pick<Interaction, 'saveSecret'>,
  { name, extension, secret, what, next }: SavedSecret,
): Promise<string> {
  const base = fileName(name);
  let last: unknown;
  for (let count = 1; count <= NAMES; count += 1) {
    try {
      return await saveSecret(`${base}${count === 1 ? '' : `-${count}`}${extension}`, secret);
    } catch (error) {
      last = error;
    }
  }
  const failure = asFailure(last);
  throw withDetails(new Failure({ kind: 'usage', what: `${what} was made but could not be saved`, cause: failure }), {
    why: failure.why ?? failure.what,
    next,
  });
}

export interface SavedSecret {
  readonly name: string;
  /** With its dot. */
  readonly extension: string;
  readonly secret: string;
  readonly what: string;
  readonly next: string;
}

/** Names come from the rack: they must not lead anywhere. */
function fileName(name: string): string {
  const plain = name.replace(/[^\w.-]+/g, '-').replace(/^[.-]+/, '');
  return plain === '' ? 'secret' : plain.slice(0, 100);
}
