import type { Random } from "@udp/core";

const POOL_BYTES = 262_144;
const MAX_SMALL_BYTES = 2000;
const MAX_PAYLOAD_BYTES = 65_507;

/** So many payloads are in one window; they fit in the receive buffer that Linux gives a socket. */
const WINDOW = 32;

/** One window in so many is a single payload of the largest size. */
const WINDOWS_PER_LARGEST = 100;

/** Windows of `count` payloads in all: random bytes, 0 to 2000 of them, and now and then 65507. */
export function* randomWindows(count: number, random: Random): Generator<Uint8Array[]> {
  const pool = Uint8Array.from({ length: POOL_BYTES }, () => random() * 256);
  const slice = (bytes: number): Uint8Array => {
    const start = Math.floor(random() * (POOL_BYTES - bytes));
    return pool.subarray(start, start + bytes);
  };
  for (let left = count, index = 0; left > 0; index++) {
    const size = index % WINDOWS_PER_LARGEST === 0 ? 1 : Math.min(WINDOW, left);
    yield size === 1
      ? [slice(MAX_PAYLOAD_BYTES)]
      : Array.from({ length: size }, () => slice(Math.floor(random() * (MAX_SMALL_BYTES + 1))));
    left -= size;
  }
}
