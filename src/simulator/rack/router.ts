import type { Generation } from '../wire/version.ts';
import type { HttpRoute, SocketRoute } from './call.ts';

type Params = Record<string, string>;

export type HttpMatch =
  | { readonly kind: 'found'; readonly route: HttpRoute; readonly params: Params }
  /** The path exists, the method does not: 405. */
  | { readonly kind: 'wrong-method' }
  | { readonly kind: 'unknown' };

interface Compiled<R> {
  readonly route: R;
  readonly expression: RegExp;
}

/** Literal path matching in table order: no cleaning, no tolerance for a trailing slash (convox-api.md 1.3). */
export class Router {
  readonly #http: readonly Compiled<HttpRoute>[];
  readonly #sockets: readonly Compiled<SocketRoute>[];

  constructor(http: readonly HttpRoute[], sockets: readonly SocketRoute[]) {
    this.#http = http.map((route) => ({ route, expression: expressionOf(route.pattern) }));
    this.#sockets = sockets.map((route) => ({ route, expression: expressionOf(route.pattern) }));
  }

  http(method: string, path: string, generation: Generation): HttpMatch {
    let result: HttpMatch = { kind: 'unknown' };
    for (const { route, expression } of this.#http) {
      const match = exists(route, generation) ? expression.exec(path) : null;
      if (match === null) continue;
      if (route.method === method || route.method === 'ANY')
        return { kind: 'found', route, params: { ...match.groups } };
      result = { kind: 'wrong-method' };
    }
    return result;
  }

  socket(path: string, generation: Generation): { route: SocketRoute; params: Params } | undefined {
    for (const { route, expression } of this.#sockets) {
      const match = exists(route, generation) ? expression.exec(path) : null;
      if (match !== null) return { route, params: { ...match.groups } };
    }
    return undefined;
  }
}

function exists(route: HttpRoute | SocketRoute, generation: Generation): boolean {
  if (generation.v2) return route.v3Only !== true && route.since === undefined;
  return route.since === undefined || generation.since(route.since);
}

function expressionOf(pattern: string): RegExp {
  const source = pattern
    .split(/(\{[^}]+\})/)
    .map((part) => {
      const variable = /^\{(\w+)(?::(.+))?\}$/.exec(part);
      return variable === null
        ? part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
        : `(?<${variable[1]}>${variable[2] ?? '[^/]+'})`;
    })
    .join('');
  return new RegExp(`^${source}$`, 's');
}
