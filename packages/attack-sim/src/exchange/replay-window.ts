/** How far behind the highest sequence number one may be (RFC 4303 section 3.4.3: at least 32). */
const WINDOW = 64;

/** Which sequence numbers were believed: none is twice, and none that is too old to tell. */
export class ReplayWindow {
  #highest = 0;
  readonly #seen = new Set<number>();

  /** Whether a datagram with this number is one that was believed, or may be. */
  hasSeen(sequence: number): boolean {
    return sequence <= this.#highest - WINDOW || this.#seen.has(sequence);
  }

  /** A datagram with this number is believed. */
  add(sequence: number): void {
    this.#seen.add(sequence);
    if (sequence <= this.#highest) return;
    this.#highest = sequence;
    for (const old of this.#seen) if (old <= sequence - WINDOW) this.#seen.delete(old);
  }
}
