import type { Clock, ClockStatus } from "@udp/core";
import { msToNs, UNKNOWN_CLOCK } from "@udp/core";

/** The time of day, for stamps that others read. */
export interface WallClock {
  /** Nanoseconds of UNIX time. */
  unixNowNs(): bigint;
  /** What is known of it. */
  status(): ClockStatus;
}

/** This host's: on Linux the kernel's own, elsewhere that of the runtime, of which nothing is known. */
export async function systemWallClock(): Promise<WallClock> {
  if (process.platform !== "linux") return runtimeWallClock;
  const { hasLibc, readClockStatus, readUnixTimeNs } = await import("@udp/core/linux");
  if (!hasLibc()) return runtimeWallClock;
  return kernelWallClock(readUnixTimeNs, readClockStatus);
}

/**
 * Asks for the status once a second at most, and whenever the clock was set back: every packet of STAMP has it,
 * and the kernel takes its time.
 */
export function kernelWallClock(unixNowNs: () => bigint, readStatus: () => ClockStatus): WallClock {
  let status = readStatus();
  let askedAtUnixNs = unixNowNs();
  return {
    unixNowNs,
    status: () => {
      const nowUnixNs = unixNowNs();
      const agoNs = nowUnixNs - askedAtUnixNs;
      // A clock that was set back would else keep the status until it is there again.
      if (agoNs >= 0n && agoNs < STATUS_LIFETIME_NS) return status;
      askedAtUnixNs = nowUnixNs;
      status = readStatus();
      return status;
    },
  };
}

/** A clock of a simulation, which begins in 1970. */
export function simulatedWallClock(clock: Clock): WallClock {
  return { unixNowNs: () => BigInt(Math.round(clock.nowNs())), status: () => UNKNOWN_CLOCK };
}

/** To the millisecond. */
export function timeOfDay(wallClock: WallClock): Date {
  return new Date(Number(wallClock.unixNowNs() / NS_PER_MS));
}

const STATUS_LIFETIME_NS = 1_000_000_000n;

const NS_PER_MS = 1_000_000n;

const ORIGIN_UNIX_NS = BigInt(Math.round(performance.timeOrigin)) * NS_PER_MS;

/** That of the runtime, since the start of this thread: it never jumps. */
const runtimeWallClock: WallClock = {
  unixNowNs: () => ORIGIN_UNIX_NS + BigInt(Math.round(msToNs(performance.now()))),
  status: () => UNKNOWN_CLOCK,
};
