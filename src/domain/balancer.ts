export interface Balancer {
  readonly name: string;
  readonly endpoint: string;
  readonly service: string;
  readonly ports: readonly { readonly protocol: string; readonly source: number; readonly target: number }[];
}
