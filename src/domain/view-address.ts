/**
 * Where a view stands, as text that can be pasted into a chat: `acme/prod/shop/processes?filter=status%3Acrashed`. The last
 * part is the view, the one before it the app, everything before that the rack (which may hold a slash); `-` stands for "none".
 */
export interface ViewAddress {
  /** Undefined: all racks. */
  readonly rack: string | undefined;
  readonly app: string | undefined;
  /** `''` where a typed address leaves it away. */
  readonly view: string;
  /** What narrows the view further (`service`, `process`, `release` ...), in any order. */
  readonly narrowed: Readonly<Record<string, string>>;
  readonly filter: string;
}

const NONE = '-';
const FILTER = 'filter';

/** One line, printable ASCII only; {@link parseViewAddress} reads it back. */
export function formatViewAddress({ rack, app, view, narrowed, filter }: ViewAddress): string {
  const path = [
    ...(rack === undefined ? [NONE] : rack.split('/').map(encoded)),
    app === undefined ? NONE : encoded(app),
  ];
  const query = [...Object.entries(narrowed).sort(([a], [b]) => (a < b ? -1 : 1)), [FILTER, filter] as const]
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${encodeURIComponent(key.toWellFormed())}=${encodeURIComponent(value.toWellFormed())}`);
  return `${[...path, encoded(view)].join('/')}${query.length > 0 ? `?${query.join('&')}` : ''}`;
}

/** A name that is itself `-` must not read as "none". */
function encoded(part: string): string {
  return part === NONE ? '%2D' : encodeURIComponent(part.toWellFormed());
}

/**
 * Every way to read an address, the canonical one first. What a person types may leave the app or the view away:
 * `acme/prod/apps` is a view of the rack acme/prod as well as of the app prod on acme; whoever knows the racks decides. Empty
 * for a text that is no address.
 */
export function parseViewAddress(text: string): readonly ViewAddress[] {
  const trimmed = text.trim();
  const mark = trimmed.indexOf('?');
  const path = mark < 0 ? trimmed : trimmed.slice(0, mark);
  const parts = path.split('/').map(decoded);
  const query = queryOf(mark < 0 ? '' : trimmed.slice(mark + 1));
  if (query === undefined || path === '' || parts.some((part) => part === undefined)) return [];
  const raw = path.split('/');
  const known = parts.filter((part) => part !== undefined);
  const { [FILTER]: filter = '', ...narrowed } = query;
  const at = (index: number): string | undefined => (raw[index] === NONE ? undefined : known[index]);
  const rackTo = (end: number): string | undefined => (end === 1 ? at(0) : known.slice(0, end).join('/'));
  const count = known.length;
  const readings: ViewAddress[] = [];
  const rest = { narrowed, filter };
  const last = at(count - 1);
  if (count >= 3 && last) readings.push({ rack: rackTo(count - 2), app: at(count - 2), view: last, ...rest });
  if (count >= 2 && last) {
    readings.push({ rack: rackTo(count - 1), app: undefined, view: last, ...rest });
    readings.push({ rack: rackTo(count - 1), app: last, view: '', ...rest });
  }
  readings.push({ rack: rackTo(count), app: undefined, view: '', ...rest });
  if (count === 1 && last) readings.push({ rack: undefined, app: undefined, view: last, ...rest });
  return readings.filter(({ rack }) => rack !== '');
}

function queryOf(text: string): Readonly<Record<string, string>> | undefined {
  const values = new Map<string, string>();
  for (const pair of text.split('&').filter((part) => part !== '')) {
    const equals = pair.indexOf('=');
    const key = decoded(equals < 0 ? pair : pair.slice(0, equals));
    const value = decoded(equals < 0 ? '' : pair.slice(equals + 1));
    if (key === undefined || value === undefined) return undefined;
    values.set(key, value);
  }
  return Object.fromEntries(values);
}

/** Undefined for an escape that is none. */
function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
