/** One thing that was looked at: `processes on RNEW: 3 of 4`. */
export interface ObservedCheck {
  readonly label: string;
  readonly state: 'ok' | 'pending' | 'bad' | 'unknown';
  readonly words: string;
}

/**
 * What one look found.
 * - `done`: the effect is there, whole.
 * - `pending`: under way (the rack works on it).
 * - `absent`: no trace of it; after a request whose outcome is unclear this means that it did not take place.
 * - `failed`: it went wrong for good, waiting does not help.
 * - `unknown`: could not be read.
 */
export interface Observation {
  readonly state: 'done' | 'pending' | 'absent' | 'failed' | 'unknown';
  /** A whole sentence: `web-1 is gone; web-2 runs in its place.` */
  readonly words: string;
  readonly checks?: readonly ObservedCheck[];
}
