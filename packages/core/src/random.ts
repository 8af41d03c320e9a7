/** Uniform numbers from 0 (inclusive) to 1 (exclusive). Handed in, so that runs can be repeated. */
export type Random = () => number;

const TWO_POW_32 = 0x1_00_00_00_00;

/** A whole number of 32 bits. */
export function randomWord(random: Random): number {
  return Math.floor(random() * TWO_POW_32);
}

/** 64 bits; with {@link secureRandom} nobody can guess them who has not seen them. */
export function randomIdentifier(random: Random = secureRandom): bigint {
  return (BigInt(randomWord(random)) << 32n) | BigInt(randomWord(random));
}

/** Numbers that an observer cannot predict, with 32 bits each. */
export const secureRandom: Random = () => {
  const [word = 0] = crypto.getRandomValues(new Uint32Array(1));
  return word / TWO_POW_32;
};

/** The same numbers for the same 32-bit seed (mulberry32). Predictable: never for identifiers. */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / TWO_POW_32;
  };
}
