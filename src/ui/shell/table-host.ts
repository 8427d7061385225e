import type { Tone } from '../../resources/column.ts';
import type { ActionDoor } from '../actions/action-door.ts';
import type { KeyMap } from '../keys/key-map.ts';
import type { Destination, Location } from '../navigation/location.ts';
import type { BodyView } from './body-view.ts';
import type { PromptRequest } from './prompt.ts';

/** What a table needs from the shell around it. */
export interface TableHost {
  readonly keys: KeyMap;
  readonly actions?: ActionDoor;
  /** The painted second: ages on one screen agree with each other. */
  now(): number;
  /** The real time, for things shorter than a second. */
  clock(): number;
  /** Where the table on screen stands. */
  location(): Location;
  /** The same, or undefined while `body` is behind another view. */
  locationOf(body: BodyView): Location | undefined;
  patch(change: Partial<Location>): void;
  open(destination: Destination): void;
  prompt(request: PromptRequest): void;
  toast(text: string, tone?: Tone): void;
  copy(text: string, what: string): void;
}
