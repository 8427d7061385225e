/** A private registry. The clear-text password of the wire is dropped at the edge. */
export interface Registry {
  readonly server: string;
  readonly username: string;
}
