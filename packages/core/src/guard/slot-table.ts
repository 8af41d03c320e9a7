import type { Random } from "../random.ts";
import { randomWord, secureRandom } from "../random.ts";

const WAYS = 4;
const KEY_WORDS = 4;

/**
 * Memory of a fixed size for what is known of any number of keys of four 32-bit words. A key may
 * stand in one of four slots; a new key takes the one with the lowest `stampNs`. What the
 * stamp means is the owner's affair: the lower, the less is lost when the slot is taken over.
 */
export class SlotTable {
  readonly stampNs: Float64Array;
  readonly #keys: Uint32Array;
  readonly #setMask: number;
  readonly #seed: number;

  /** @param slotCount a power of two, at least 4. */
  constructor(slotCount: number, random: Random = secureRandom) {
    this.stampNs = new Float64Array(slotCount).fill(Number.NEGATIVE_INFINITY);
    this.#keys = new Uint32Array(slotCount * KEY_WORDS);
    this.#setMask = slotCount / WAYS - 1;
    this.#seed = randomWord(random);
  }

  /** The slot of a key; one that was taken over just now has `stampNs` of minus infinity. */
  slotOf(a: number, b: number, c: number, d: number): number {
    const first = this.#setOf(a, b, c, d) * WAYS;
    let lowest = first;
    for (let slot = first; slot < first + WAYS; slot++) {
      if (this.#holds(slot, a, b, c, d)) return slot;
      if (this.#stampOf(slot) < this.#stampOf(lowest)) lowest = slot;
    }
    this.#take(lowest, a, b, c, d);
    return lowest;
  }

  #stampOf(slot: number): number {
    return this.stampNs[slot] ?? 0;
  }

  #holds(slot: number, a: number, b: number, c: number, d: number): boolean {
    const keys = this.#keys;
    const at = slot * KEY_WORDS;
    return keys[at] === a && keys[at + 1] === b && keys[at + 2] === c && keys[at + 3] === d;
  }

  #take(slot: number, a: number, b: number, c: number, d: number): void {
    const at = slot * KEY_WORDS;
    this.#keys[at] = a;
    this.#keys[at + 1] = b;
    this.#keys[at + 2] = c;
    this.#keys[at + 3] = d;
    this.stampNs[slot] = Number.NEGATIVE_INFINITY;
  }

  /** Seeded, so that a sender who does not know the seed cannot aim at one set. */
  #setOf(a: number, b: number, c: number, d: number): number {
    let hash = mix(this.#seed ^ a);
    hash = mix(hash ^ b);
    hash = mix(hash ^ c);
    return mix(hash ^ d) & this.#setMask;
  }
}

/** The finaliser of MurmurHash3: every input bit reaches every output bit. */
function mix(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85_eb_ca_6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2_b2_ae_35);
  return mixed ^ (mixed >>> 16);
}
