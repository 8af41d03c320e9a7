const WORD_BITS = 32;

/** What a number is to those that came before it: new, one of them again, or too old to say. */
export type SequenceNovelty = "first" | "copy" | "undecided";

/**
 * Tells first arrivals from copies in whatever order numbers come, in a memory that does not grow: one
 * bit for each of the last `size` numbers up to the highest one.
 */
export class SequenceWindow {
  readonly size: number;
  readonly #bits: Uint32Array;
  #highest = -1;

  /** @param size a power of two, at least 32. */
  constructor(size: number) {
    this.size = size;
    this.#bits = new Uint32Array(size / WORD_BITS);
  }

  /** Notes an arrival. `number` is a whole number from 0 on, and never wraps. */
  note(number: number): SequenceNovelty {
    if (number <= this.#highest - this.size) return "undecided";
    if (number > this.#highest) this.#advanceTo(number);
    return this.#mark(number) ? "first" : "copy";
  }

  #mark(number: number): boolean {
    const place = number & (this.size - 1);
    const word = place >>> 5;
    const bit = 1 << (place & (WORD_BITS - 1));
    const bits = this.#bits[word] ?? 0;
    this.#bits[word] = bits | bit;
    return (bits & bit) === 0;
  }

  #advanceTo(number: number): void {
    const oldest = Math.max(this.#highest + 1, number - this.size + 1);
    if (oldest > this.#highest + 1) this.#bits.fill(0);
    else for (let fresh = oldest; fresh <= number; fresh++) this.#clear(fresh);
    this.#highest = number;
  }

  #clear(number: number): void {
    const place = number & (this.size - 1);
    const word = place >>> 5;
    this.#bits[word] = (this.#bits[word] ?? 0) & ~(1 << (place & (WORD_BITS - 1)));
  }
}
