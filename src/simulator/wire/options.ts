import type { IncomingHttpHeaders } from 'node:http';
import { parseDuration, parseFloatValue, parseInteger, parseList, parseMap, parseTime } from './go-values.ts';
import { RackError } from './rack-error.ts';

type Place = 'form' | 'query' | 'header' | 'arg';

interface OptionSource {
  method: string;
  /** Raw query text. */
  query: string;
  body: Buffer;
  headers: IncomingHttpHeaders;
}

/**
 * Options of one request, each readable only from the place where the server looks for it (convox-api.md 1.3):
 * `form` = body and query for POST/PUT/PATCH but query alone for the others, `query`, `header`, and `arg` = form, then
 * header. A JSON body yields nothing. An empty value counts as absent for everything but text.
 */
export class Options {
  readonly #query: URLSearchParams;
  readonly #form: URLSearchParams;
  readonly #headers: IncomingHttpHeaders;

  private constructor(query: URLSearchParams, form: URLSearchParams, headers: IncomingHttpHeaders) {
    this.#query = query;
    this.#form = form;
    this.#headers = headers;
  }

  static async read(source: OptionSource): Promise<Options> {
    const query = new URLSearchParams(source.query);
    const form = ['POST', 'PUT', 'PATCH'].includes(source.method) ? await bodyFields(source) : new URLSearchParams();
    for (const [name, value] of query) form.append(name, value);
    return new Options(query, form, source.headers);
  }

  text(place: Place, name: string): string | undefined {
    switch (place) {
      case 'query':
        return this.#query.get(name) ?? undefined;
      case 'form':
        return this.#form.get(name) ?? undefined;
      case 'header':
        return this.#header(name);
      case 'arg':
        return this.#form.get(name) ?? this.#header(name);
    }
  }

  required(place: Place, name: string): string {
    const value = this.text(place, name);
    if (value === undefined || value === '') throw new RackError(400, `${name} required`);
    return value;
  }

  /** Only the exact text `true` is true. */
  flag(place: Place, name: string): boolean | undefined {
    return this.#parsed(place, name, (text) => text === 'true');
  }

  integer(place: Place, name: string): number | undefined {
    return this.#parsed(place, name, parseInteger);
  }

  float(place: Place, name: string): number | undefined {
    return this.#parsed(place, name, parseFloatValue);
  }

  /** Milliseconds. */
  duration(place: Place, name: string): number | undefined {
    return this.#parsed(place, name, parseDuration);
  }

  /** Milliseconds since the epoch. */
  time(place: Place, name: string): number | undefined {
    return this.#parsed(place, name, parseTime);
  }

  list(place: Place, name: string): string[] | undefined {
    return this.#parsed(place, name, parseList);
  }

  map(place: Place, name: string): Record<string, string> | undefined {
    return this.#parsed(place, name, parseMap);
  }

  #parsed<T>(place: Place, name: string, parse: (text: string) => T): T | undefined {
    const text = this.text(place, name);
    return text === undefined || text === '' ? undefined : parse(text);
  }

  #header(name: string): string | undefined {
    const value = this.#headers[name.toLowerCase()];
    const text = Array.isArray(value) ? value[0] : value;
    // Node hands header bytes over as latin1; the wire carries UTF-8.
    return text === undefined ? undefined : Buffer.from(text, 'latin1').toString('utf8');
  }
}

async function bodyFields(source: OptionSource): Promise<URLSearchParams> {
  const type = source.headers['content-type'] ?? '';
  if (type.startsWith('application/x-www-form-urlencoded')) return new URLSearchParams(source.body.toString('utf8'));
  if (!type.startsWith('multipart/form-data')) return new URLSearchParams();
  try {
    const fields = new URLSearchParams();
    const form = await new Response(new Uint8Array(source.body), { headers: { 'content-type': type } }).formData();
    for (const [name, value] of form) if (typeof value === 'string') fields.append(name, value);
    return fields;
  } catch {
    throw new RackError(500, 'multipart: NextPart: EOF');
  }
}
