const WORD_BITS = 32;

/** What a number is to those that came before it: new, one of them again, or too old to say. */
export type SequenceNovelty = "first" | "copy" | "undecided";

/**
 * Tells first arrivals from copies in whatever order numbers come, in a memory that does not grow: one
 * bit for each of the last `size` numbers up to the highest one (RFC 4303 section 3.4.3).
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

  /** The highest number that was noted; -1 for none. */
  get highest(): number {
    return this.#highest;
  }

  /** What an arrival would be. `number` is a whole number from 0 on, and never wraps. */
  noveltyOf(number: number): SequenceNovelty {
    if (number <= this.#highest - this.size) return "undecided";
    if (number > this.#highest) return "first";
    return (this.#wordOf(number) & bitOf(number)) === 0 ? "first" : "copy";
  }

  /** Notes an arrival, and says as {@link noveltyOf} what it was. */
  note(number: number): SequenceNovelty {
    const novelty = this.noveltyOf(number);
    if (novelty !== "first") return novelty;
    if (number > this.#highest) this.#advanceTo(number);
    this.#bits[this.#indexOf(number)] = this.#wordOf(number) | bitOf(number);
    return novelty;
  }

  #advanceTo(number: number): void {
    if (number - this.#highest >= this.size) this.#bits.fill(0);
    else for (let fresh = this.#highest + 1; fresh <= number; fresh++) this.#clear(fresh);
    this.#highest = number;
  }

  #clear(number: number): void {
    this.#bits[this.#indexOf(number)] = this.#wordOf(number) & ~bitOf(number);
  }

  #wordOf(number: number): number {
    return this.#bits[this.#indexOf(number)] ?? 0;
  }

  #indexOf(number: number): number {
    return (number % this.size) >>> 5;
  }
}

function bitOf(number: number): number {
  return 1 << (number & (WORD_BITS - 1));
}
