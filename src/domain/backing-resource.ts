/** A Convox resource (database, cache, webhook ...). `url` carries a password: show it only through `maskUrl`. */
export interface BackingResource {
  readonly name: string;
  readonly type: string;
  readonly url: string;
  readonly status: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface BackingResourceType {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly default: string; readonly description: string }[];
}
