/** A rack as a Convox console lists it (convox-api.md 7.5). The terraform state is kept out of this type on purpose. */
export interface ConsoleRack {
  readonly organization: string;
  readonly name: string;
  readonly provider: string;
  readonly status: string;
}
