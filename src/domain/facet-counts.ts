/** One value of a field and how many of the counted lines have it. */
export interface FacetValue {
  readonly text: string;
  readonly count: number;
}

export interface FieldFacet {
  readonly name: string;
  /** Lines that have the field. */
  readonly lines: number;
  /** Undefined: more different values than are kept apart. */
  readonly distinct: number | undefined;
}

interface Cell {
  readonly field: Field;
  readonly text: string;
  count: number;
}

class Field {
  readonly name: string;
  lines = 0;
  /** Undefined once there were too many different values. */
  values: Map<string, Cell> | undefined = new Map();
  /** Stands for every value from then on. */
  readonly rest: Cell = { field: this, text: '', count: 0 };

  constructor(name: string) {
    this.name = name;
  }
}

export interface FacetLimits {
  readonly fields?: number;
  readonly values?: number;
}

const DEFAULT_FIELDS = 200;
const DEFAULT_VALUES = 2_000;

/**
 * Values of fields, counted over lines that come at the end and leave at the front. Each costs as much as it has fields,
 * whatever was counted before. A field with more than `values` different values (request ids) is counted as a whole only.
 */
export class FacetCounts {
  readonly #maxFields: number;
  readonly #maxValues: number;
  readonly #fields = new Map<string, Field>();
  /** Cells of all counted lines, line after line; `ends[i]` is where line `ids[i]` ends, counted from the very first cell. */
  #cells: Cell[] = [];
  #ids: number[] = [];
  #ends: number[] = [];
  #head = 0;
  /** Cells taken out of the front of `cells` so far. */
  #gone = 0;
  #cellHead = 0;

  constructor(limits: FacetLimits = {}) {
    this.#maxFields = limits.fields ?? DEFAULT_FIELDS;
    this.#maxValues = limits.values ?? DEFAULT_VALUES;
  }

  /** Lines counted that have any field. */
  get lines(): number {
    return this.#ids.length - this.#head;
  }

  /** Begins a line; `id` is greater than every one before. Fields follow with {@link field}. */
  begin(id: number): void {
    const last = this.#ends.length - 1;
    // The line before had no field: it leaves no trace.
    if (last >= this.#head && this.#ends[last] === this.#startOf(last)) {
      this.#ids[last] = id;
      return;
    }
    this.#ids.push(id);
    this.#ends.push(this.#gone + this.#cells.length);
  }

  /** A field of the line begun last. */
  readonly field = (name: string, value: string): void => {
    const field = this.#fields.get(name) ?? this.#newField(name);
    if (!field) return;
    const cell = this.#cellOf(field, value);
    cell.count += 1;
    field.lines += 1;
    this.#cells.push(cell);
    this.#ends[this.#ends.length - 1] = this.#gone + this.#cells.length;
  };

  /** Forgets lines before `id`. */
  dropBefore(id: number): void {
    while (this.#head < this.#ids.length && (this.#ids[this.#head] ?? 0) < id) {
      const end = (this.#ends[this.#head] ?? 0) - this.#gone;
      for (; this.#cellHead < end; this.#cellHead += 1) this.#take(this.#cells[this.#cellHead]);
      this.#head += 1;
    }
    this.#compact();
  }

  /** Fields by the number of lines that have them. */
  fields(): readonly FieldFacet[] {
    return [...this.#fields.values()]
      .filter((field) => field.lines > 0)
      .map(({ name, lines, values }) => ({ name, lines, distinct: values?.size }))
      .sort((a, b) => b.lines - a.lines || (a.name < b.name ? -1 : 1));
  }

  /** The most frequent values of a field; equal ones by their text. Undefined: too many to be kept apart. */
  top(name: string, most: number): readonly FacetValue[] | undefined {
    const field = this.#fields.get(name);
    if (!field) return [];
    if (!field.values) return undefined;
    return mostFrequent(field.values.values(), most).map(({ text, count }) => ({ text, count }));
  }

  #startOf(index: number): number {
    return index === 0 ? this.#gone : (this.#ends[index - 1] ?? 0);
  }

  #newField(name: string): Field | undefined {
    if (this.#fields.size >= this.#maxFields) return undefined;
    const field = new Field(name);
    this.#fields.set(name, field);
    return field;
  }

  #cellOf(field: Field, value: string): Cell {
    if (!field.values) return field.rest;
    const known = field.values.get(value);
    if (known) return known;
    if (field.values.size >= this.#maxValues) {
      field.values = undefined;
      return field.rest;
    }
    const cell = { field, text: value, count: 0 };
    field.values.set(value, cell);
    return cell;
  }

  #take(cell: Cell | undefined): void {
    if (!cell) return;
    cell.count -= 1;
    cell.field.lines -= 1;
    if (cell.count === 0 && cell !== cell.field.rest) cell.field.values?.delete(cell.text);
    if (cell.field.lines === 0) this.#fields.delete(cell.field.name);
  }

  #compact(): void {
    if (this.#head < 4_096 || this.#head * 2 < this.#ids.length) return;
    this.#ids = this.#ids.slice(this.#head);
    this.#ends = this.#ends.slice(this.#head);
    this.#cells = this.#cells.slice(this.#cellHead);
    this.#gone += this.#cellHead;
    this.#head = 0;
    this.#cellHead = 0;
  }
}

/** The first `most` in order, without putting all of them in order. */
function mostFrequent(cells: Iterable<Cell>, most: number): readonly Cell[] {
  const best: Cell[] = [];
  for (const cell of cells) {
    const last = best[best.length - 1];
    if (best.length >= most && last && !isBefore(cell, last)) continue;
    let at = best.length;
    while (at > 0 && isBefore(cell, best[at - 1] ?? cell)) at -= 1;
    best.splice(at, 0, cell);
    if (best.length > most) best.pop();
  }
  return best;
}

function isBefore(a: Cell, b: Cell): boolean {
  return a.count > b.count || (a.count === b.count && a.text < b.text);
}
