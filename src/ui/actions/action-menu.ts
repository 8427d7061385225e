import type { KeyPress } from '../keys/key-press.ts';
import type { Dashboard } from '../shell/dashboard.ts';
import type { Offer } from './action-door.ts';
import type { Selection } from './selection.ts';

/**
 * The actions of what was chosen when it was opened; what a poll does to the rows behind it changes nothing in it. Opened before
 * there were rows, it is about the row under the cursor as soon as there is one.
 */
export interface ActionMenuOverlay {
  readonly kind: 'actions';
  readonly selection: Selection;
  readonly selected: number;
}

export function menuSelection(dashboard: Dashboard, { selection }: ActionMenuOverlay): Selection {
  if (selection.subjects.length > 0) return selection;
  const now = dashboard.selection();
  return now.view === selection.view ? now : selection;
}

export function pressActionMenu(dashboard: Dashboard, opened: ActionMenuOverlay, press: KeyPress): void {
  const menu = { ...opened, selection: menuSelection(dashboard, opened) };
  const offers = dashboard.actions.offers(menu.selection);
  const selected = Math.min(menu.selected, offers.length - 1);
  // A letter names its action whatever the keys of a menu are mapped to.
  const lettered = offers.find(({ letter }) => letter === press.name);
  if (lettered) {
    choose(dashboard, menu, lettered);
    return;
  }
  switch (dashboard.keys.find('menu', press.name)?.id) {
    case 'menu.down':
      dashboard.overlay({ ...menu, selected: (selected + 1) % offers.length });
      return;
    case 'menu.up':
      dashboard.overlay({ ...menu, selected: (selected + offers.length - 1) % offers.length });
      return;
    case 'menu.accept':
      choose(dashboard, menu, offers[selected]);
      return;
    case 'menu.close':
      dashboard.overlay(undefined);
  }
}

function choose(dashboard: Dashboard, menu: ActionMenuOverlay, offer: Offer | undefined): void {
  if (offer === undefined) return;
  // A refused one says why and leaves the menu where it is: another may do.
  if (offer.verdict.allowed) dashboard.overlay(undefined);
  dashboard.actions.choose(offer.action, menu.selection);
}
