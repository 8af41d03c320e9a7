const FIRST_LENGTH = 1024;

/** Numbers by index, as many as come; those that were never set are NaN. */
export class Column {
  readonly #limit: number;
  #values: Float64Array;

  /** @param limit how many there will be at most. */
  constructor(limit: number) {
    this.#limit = limit;
    this.#values = new Float64Array(Math.min(FIRST_LENGTH, limit)).fill(Number.NaN);
  }

  get(index: number): number {
    return this.#values[index] ?? Number.NaN;
  }

  set(index: number, value: number): void {
    if (index >= this.#values.length) this.#grow(index + 1);
    this.#values[index] = value;
  }

  /** The first `length` of them; a view for as long as no more are set. */
  view(length: number): Float64Array {
    if (length > this.#values.length) this.#grow(length);
    return this.#values.subarray(0, length);
  }

  #grow(length: number): void {
    const doubled = Math.min(this.#values.length * 2, this.#limit);
    const values = new Float64Array(Math.max(length, doubled));
    values.set(this.#values);
    values.fill(Number.NaN, this.#values.length);
    this.#values = values;
  }
}
