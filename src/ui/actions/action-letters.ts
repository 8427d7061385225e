import type { AnyAction } from '../../actions/define-action.ts';

/** Letters that move, close or confirm somewhere: pressed once too often they must not choose an action. */
const RESERVED: ReadonlySet<string> = new Set(['a', 'j', 'k', 'q', 'y']);
const ALPHABET = [...'bcdefghilmnoprstuvwxz'];

/** The same verb has the same letter wherever it is offered; an action with a key of its own has that. */
const LETTERS: Readonly<Record<string, string>> = {
  'process.proxy': 'f',
  'process.copy-to': 'c',
  'process.copy-from': 'g',
  'process.run': 'o',
  'service.restart': 'r',
  'service.scale': 's',
  'app.restart': 'r',
  'env.set': 'v',
  'env.unset': 'n',
  'env.edit': 'e',
  'release.rollback': 'b',
  'deploy.cancel': 'c',
  'app.lock': 'l',
  'app.unlock': 'u',
  'app.params': 'm',
  'app.create': 'w',
  'app.delete': 'd',
  'certificate.renew': 't',
  'instance.terminate': 't',
  'instance.keyroll': 'g',
  'instance.shell': 's',
  'resource.console': 'o',
  'resource.proxy': 'f',
  'certificate.import': 'i',
  'certificate.generate': 'g',
  'certificate.delete': 'd',
  'registry.add': 'w',
  'registry.remove': 'd',
  'resource.create': 'w',
  'resource.delete': 'd',
  'rack.params': 'm',
  'rack.update': 'u',
  'approval.request': 'w',
  'approval.approve': 'p',
  'approval.reject': 'r',
  'approval.extend': 'e',
};

/**
 * The letter of each action in the menu of a view; one that is not in the table gets a free one of its title. They depend on
 * the view alone, not on what one may do or has chosen: fingers remember them.
 */
export function actionLetters(actions: readonly AnyAction[]): ReadonlyMap<string, string> {
  const letters = new Map<string, string>();
  const taken = new Set(RESERVED);
  const give = ({ id }: AnyAction, letter: string | undefined): void => {
    if (letter === undefined || taken.has(letter) || letters.has(id)) return;
    letters.set(id, letter);
    taken.add(letter);
  };
  for (const action of actions) give(action, action.key ?? LETTERS[action.id]);
  for (const action of actions) {
    const wanted = [...action.title.toLowerCase().replace(/[^a-z]/g, ''), ...ALPHABET];
    give(
      action,
      wanted.find((letter) => !taken.has(letter)),
    );
  }
  return letters;
}
