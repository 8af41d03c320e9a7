/** So many requests are remembered: the last half MB. */
const CAPACITY = 65_536;

/** The timestamps that the last requests left with, by number. */
export class SentTimestamps {
  readonly #timestamps = new BigUint64Array(CAPACITY);
  #highest = -1;

  /** Notes what request `number` left with; from 0 on. */
  set(number: number, timestamp: bigint): void {
    this.#timestamps[number % CAPACITY] = timestamp;
    this.#highest = Math.max(this.#highest, number);
  }

  /** `undefined` for a request that has not left, and for one that was {@link CAPACITY} ago. */
  get(number: number): bigint | undefined {
    if (number > this.#highest || number <= this.#highest - CAPACITY) return undefined;
    return this.#timestamps[number % CAPACITY];
  }
}
