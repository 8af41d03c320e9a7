import { ptr } from "bun:ffi";
import { libc } from "./libc.ts";

const CLOCK_REALTIME = 0;
const NS_PER_SECOND = 1_000_000_000n;

const time = new BigInt64Array(2); // struct timespec { i64 seconds; i64 nanoseconds; }
const timeAddress = ptr(time);

/** This host's time of day in nanoseconds of UNIX time, by the clock that stamps datagrams. */
export function readUnixTimeNs(): bigint {
  libc().clock_gettime(CLOCK_REALTIME, timeAddress);
  const [seconds = 0n, nanoseconds = 0n] = time;
  return seconds * NS_PER_SECOND + nanoseconds;
}
