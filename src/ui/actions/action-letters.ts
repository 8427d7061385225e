import type { AnyAction } from '../../actions/define-action.ts';

/** Letters that move, close or confirm somewhere: pressed once too often they must not choose an action. */
const RESERVED: ReadonlySet<string> = new Set(['a', 'j', 'k', 'q', 'y']);
const ALPHABET = [...'bcdefghilmnoprstuvwxz'];

/**
 * The letter of each action in the menu of a view: its own, else a free one of its title. They depend on the view alone, not
 * on what one may do or has chosen: fingers remember them.
 */
export function actionLetters(actions: readonly AnyAction[]): ReadonlyMap<string, string> {
  const letters = new Map<string, string>();
  const taken = new Set(RESERVED);
  const give = (action: AnyAction, letter: string | undefined): void => {
    if (letter === undefined || taken.has(letter) || letters.has(action.id)) return;
    letters.set(action.id, letter);
    taken.add(letter);
  };
  for (const action of actions) give(action, action.letter ?? action.key);
  for (const action of actions) {
    const wanted = [...action.title.toLowerCase().replace(/[^a-z]/g, ''), ...ALPHABET];
    give(
      action,
      wanted.find((letter) => !taken.has(letter)),
    );
  }
  return letters;
}
