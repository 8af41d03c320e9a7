const FIRST_LENGTH = 1024;

/** Numbers by index, as many as come; those that were never set are NaN. */
export class Column {
  #values = new Float64Array(FIRST_LENGTH).fill(Number.NaN);

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
    const values = new Float64Array(Math.max(length, this.#values.length * 2)).fill(Number.NaN);
    values.set(this.#values);
    this.#values = values;
  }
}
