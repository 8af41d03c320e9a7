import type { AddressWords } from "../address/ip-address.ts";

const PLACES = 256;

/** Routes change, and so may what they carry: some tenth of a second under full load. Then all are forgotten. */
const MEMORY_BATCHES = 1024;

/**
 * Destinations to which the system sends datagrams one by one only: the way's MTU is too small for joined ones
 * (EMSGSIZE; EINVAL before Linux 6.14), or they are to be encrypted (EIO). Holds for a number of batches at most, and
 * for so many destinations as there are places: who loses its place, or is there by the hash of another one, pays
 * with a little time.
 */
export class SingleDestinations {
  readonly #hashes = new Uint32Array(PLACES);
  #batchCount = 0;
  #isEmpty = true;

  add(destination: AddressWords): void {
    const hash = hashOf(destination);
    this.#hashes[hash % PLACES] = hash;
    this.#isEmpty = false;
  }

  has(destination: AddressWords): boolean {
    if (this.#isEmpty) return false;
    const hash = hashOf(destination);
    return this.#hashes[hash % PLACES] === hash;
  }

  /** A batch was sent. */
  passBatch(): void {
    if (this.#isEmpty || ++this.#batchCount < MEMORY_BATCHES) return;
    this.#batchCount = 0;
    this.#isEmpty = true;
    this.#hashes.fill(0);
  }
}

/** Never 0, which stands for nobody. */
function hashOf(words: AddressWords): number {
  const network = Math.imul((words[0] ?? 0) ^ Math.imul(words[1] ?? 0, ODD), ODD);
  const host = Math.imul((words[2] ?? 0) ^ Math.imul(words[3] ?? 0, ODD), ODD);
  const hash = (network + host) >>> 0;
  return ((hash ^ (hash >>> 16)) | 0x80_00_00_00) >>> 0;
}

/** 2^32 over the golden ratio. */
const ODD = 0x9e_37_79_b9;
