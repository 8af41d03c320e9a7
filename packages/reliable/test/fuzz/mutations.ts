import type { Random } from "@udp/core";

/** Where the fields of a frame begin, and where the body does. */
const FIELD_OFFSETS = [0, 4, 5, 6, 8, 24, 32, 36];
const BOOT = [24, 32] as const;
const COOKIE = [36, 60] as const;
const LONGEST_EXTENSION_BYTES = 64;

/** Makes another datagram of one that was sent, perhaps with parts of a second one. */
type Mutation = (bytes: Uint8Array, other: Uint8Array, random: Random) => Uint8Array;

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  replay: (bytes) => bytes,
  flipBits: (bytes, _, random) => {
    const mutated = Uint8Array.from(bytes);
    for (let flips = 1 + below(random, 8); flips > 0; flips--) {
      const index = below(random, mutated.length);
      mutated[index] = (mutated[index] ?? 0) ^ (1 << below(random, 8));
    }
    return mutated;
  },
  truncate: (bytes, _, random) => bytes.slice(0, below(random, bytes.length)),
  extend: (bytes, _, random) =>
    concat(bytes, randomBytes(random, 1 + below(random, LONGEST_EXTENSION_BYTES))),
  splice: (bytes, other, random) =>
    concat(
      bytes.subarray(0, below(random, bytes.length)),
      other.subarray(below(random, other.length)),
    ),
  swapField: (bytes, other, random) => {
    const field = below(random, FIELD_OFFSETS.length);
    return overwrite(
      bytes,
      FIELD_OFFSETS[field] ?? 0,
      other.subarray(FIELD_OFFSETS[field], FIELD_OFFSETS[field + 1]),
    );
  },
  otherType: (bytes, _, random) => overwrite(bytes, 5, Uint8Array.of(below(random, 256))),
  otherBoot: (bytes, _, random) =>
    overwrite(bytes, BOOT[0], randomBytes(random, BOOT[1] - BOOT[0])),
  otherCookie: (bytes, other, random) =>
    overwrite(
      bytes,
      COOKIE[0],
      random() < 0.5 ? randomBytes(random, 24) : other.subarray(...COOKIE),
    ),
  anything: (bytes, _, random) => randomBytes(random, below(random, 2 * bytes.length)),
};

const ALL = Object.values(MUTATIONS);

export function mutate(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const mutation = ALL[below(random, ALL.length)];
  return mutation === undefined ? bytes : mutation(bytes, other, random);
}

/** A whole number from 0 to `limit - 1`; 0 where there is none. */
export function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

export function randomBytes(random: Random, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => random() * 256);
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** What does not fit is left out. */
function overwrite(bytes: Uint8Array, offset: number, part: Uint8Array): Uint8Array {
  const mutated = Uint8Array.from(bytes);
  if (offset < mutated.length) mutated.set(part.subarray(0, mutated.length - offset), offset);
  return mutated;
}
