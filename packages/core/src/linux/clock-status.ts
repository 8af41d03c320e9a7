import { ptr } from "bun:ffi";
import type { ClockStatus } from "../timing/clock-status.ts";
import { UNKNOWN_CLOCK } from "../timing/clock-status.ts";
import { libc } from "./libc.ts";

// struct timex where long has 64 bits       adjtimex(2)
//  0  modes    int, 0 changes nothing
// 24  maxerror long, microseconds
// 40  status   int

const TIMEX_BYTES = 208;
const MAXERROR_OFFSET = 24;
const STATUS_OFFSET = 40;

const STA_UNSYNC = 0x40;
const TIME_ERROR = 5;
const FAILED = -1;

const NS_PER_MICROSECOND = 1000;

/**
 * What the kernel says of this host's clock: synchronised where a time service has told it so.
 * {@link UNKNOWN_CLOCK} where it does not say, as on other systems. Needs no rights.
 */
export function readClockStatus(): ClockStatus {
  if (process.platform !== "linux") return UNKNOWN_CLOCK;
  const timex = new Uint8Array(TIMEX_BYTES);
  return decodeClockStatus(libc().adjtimex(ptr(timex)), timex);
}

/** @param state what `adjtimex` returned, having filled a `struct timex`. */
export function decodeClockStatus(state: number, timex: Uint8Array): ClockStatus {
  if (state === FAILED) return UNKNOWN_CLOCK;
  const view = new DataView(timex.buffer, timex.byteOffset, timex.byteLength);
  const isUnsynchronised = (view.getInt32(STATUS_OFFSET, true) & STA_UNSYNC) !== 0;
  return {
    isSynchronised: state !== TIME_ERROR && !isUnsynchronised,
    maxErrorNs: Number(view.getBigInt64(MAXERROR_OFFSET, true)) * NS_PER_MICROSECOND,
  };
}
