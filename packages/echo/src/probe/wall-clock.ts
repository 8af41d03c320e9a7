import type { ProbeReflectorHost } from "./reflector.ts";

const NS_PER_MS = 1e6;

/**
 * The time of day at the start of this thread, and how much has passed since: it never jumps, but
 * nobody says how well it agrees with the clocks of others.
 */
export const monotonicWallClock: Pick<ProbeReflectorHost, "unixNowNs" | "isClockSynchronised"> = {
  unixNowNs: () => ORIGIN_UNIX_NS + BigInt(Math.round(performance.now() * NS_PER_MS)),
  isClockSynchronised: false,
};

const ORIGIN_UNIX_NS = BigInt(Math.round(performance.timeOrigin)) * BigInt(NS_PER_MS);
