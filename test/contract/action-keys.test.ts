import { describe, expect, it } from 'vitest';
import { ACTIONS } from '../../src/actions/index.ts';
import { RESOURCES } from '../../src/resources/index.ts';
import { ACTION_BINDINGS } from '../../src/ui/actions/action-bindings.ts';
import { actionLetters } from '../../src/ui/actions/action-letters.ts';
import { isOfferedOn } from '../../src/ui/actions/selection.ts';
import { SHELL_BINDINGS } from '../../src/ui/keys/key-table.ts';
import { ACTION_KEYS } from '../../src/ui/shell/table-commands.ts';

/** What a slip of the finger away from a key is: the other case, or one modifier more or less. */
const bare = (key: string): string => key.replace(/^(?:ctrl|alt|shift)\+/, '').toLowerCase();
const VIEWS = RESOURCES.map(({ id }) => id).filter((id) => ACTIONS.some((action) => isOfferedOn(action, id)));
/** Whoever holds a key too long, or answers what is no longer asked, must not start something with it. */
const ANSWERS = ['y', 'enter', 'space', 'escape', 'tab', 'q', 'a'];

describe('keys of actions', () => {
  it('are offered in views that exist', () => {
    const known = new Set(RESOURCES.map(({ id }) => id));
    for (const action of ACTIONS)
      expect(
        action.on.filter((view) => !known.has(view)),
        action.id,
      ).toEqual([]);
    expect(VIEWS.length).toBeGreaterThan(8);
    expect(VIEWS).toContain('board');
  });

  it.each(VIEWS)('%s: each verb has a letter of its own that nothing answers or moves with', (view) => {
    const actions = ACTIONS.filter((action) => isOfferedOn(action, view));
    const letters = [...actionLetters(actions).values()];
    expect(letters).toHaveLength(actions.length);
    expect(new Set(letters).size).toBe(letters.length);
    for (const letter of letters) expect(letter).toMatch(/^[a-z]$/);
    for (const { context, keys, id } of SHELL_BINDINGS) {
      if (context === 'menu') for (const key of keys) expect(letters, `${id} in ${view}`).not.toContain(key);
    }
    for (const answer of ANSWERS) expect(letters).not.toContain(answer);
  });

  it.each(VIEWS)('%s: no key of an action means anything else there', (view) => {
    const keys = ACTIONS.filter((action) => isOfferedOn(action, view)).flatMap(({ key }) => key ?? []);
    const links = Object.keys(RESOURCES.find(({ id }) => id === view)?.open ?? {});
    const taken = SHELL_BINDINGS.filter(
      ({ context, id }) => (context === 'table' || context === 'global') && !(id in ACTION_KEYS),
    );
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) {
      expect(links, `${key} in ${view}`).not.toContain(key);
      expect(taken.filter((binding) => binding.keys.includes(key)).map(({ id }) => id)).toEqual([]);
      expect(ANSWERS).not.toContain(key);
    }
  });

  it.each(VIEWS)('%s: no two verbs of different risk are one modifier apart', (view) => {
    const verbs = ACTIONS.filter((action) => isOfferedOn(action, view));
    const letters = actionLetters(verbs);
    const risks = new Map<string, Set<number>>();
    for (const action of verbs) {
      // In the view itself, and in its menu.
      for (const key of new Set([action.key, letters.get(action.id)])) {
        if (key === undefined) continue;
        const known = risks.get(bare(key)) ?? new Set();
        risks.set(bare(key), known.add(action.tier));
      }
    }
    for (const [key, tiers] of risks) expect([...tiers], `${key} in ${view}`).toHaveLength(1);
  });

  it('the keys of the table that stand for actions are those of actions', () => {
    for (const [id, key] of Object.entries(ACTION_KEYS)) {
      expect(SHELL_BINDINGS.find((binding) => binding.id === id)?.keys).toEqual([key]);
      expect(
        ACTIONS.some((action) => action.key === key),
        key,
      ).toBe(true);
    }
  });

  it('what confirms in a panel starts nothing in a table', () => {
    const confirming = ACTION_BINDINGS.filter(({ id }) => id === 'action.yes').flatMap(({ keys }) => keys);
    for (const key of confirming) expect(ACTIONS.filter((action) => action.key === key)).toEqual([]);
  });

  it('a verb has the same letter in every view that offers it', () => {
    const known = new Map<string, string>();
    for (const view of VIEWS) {
      for (const [id, letter] of actionLetters(ACTIONS.filter((action) => isOfferedOn(action, view)))) {
        expect(known.get(id) ?? letter, `${id} in ${view}`).toBe(letter);
        known.set(id, letter);
      }
    }
  });
});
