import type { TableHost } from '../shell/table-host.ts';
import type { ActionDoor } from './action-door.ts';

/** What the panel of a run needs of the shell. */
export interface PanelHost extends TableHost {
  back(): void;
  readonly actions: ActionDoor;
}
