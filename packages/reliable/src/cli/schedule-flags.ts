import type { BackoffOptions } from "@udp/core";
import { UdpError } from "@udp/core";
import { describeMs } from "@udp/core/cli";
import type { PresetName } from "../retransmission.ts";
import { PRESETS } from "../retransmission.ts";

/** The options of a schedule as they were given; durations in milliseconds. */
export interface ScheduleFlags {
  readonly preset: PresetName;
  readonly initial?: number | undefined;
  readonly factor?: number | undefined;
  readonly max?: number | undefined;
  readonly attempts?: number | undefined;
  readonly backoffJitter?: "none" | "upward" | "equal" | undefined;
}

/**
 * The preset's waits, with what was given in place of its own. Where a number of attempts is given,
 * no wait ends the schedule for being too long.
 *
 * @throws UdpError `UDP_BAD_OPTION`, also for a schedule that would not end.
 */
export function chosenBackoff(flags: ScheduleFlags): BackoffOptions {
  const { initial, factor, max, attempts, backoffJitter } = flags;
  const backoff: BackoffOptions = {
    ...PRESETS[flags.preset].backoff,
    ...(initial !== undefined && { initialMs: initial }),
    ...(factor !== undefined && { factor }),
    ...(max !== undefined && { maxMs: max }),
    ...(attempts !== undefined && { attempts, atMax: "hold" }),
    ...(backoffJitter !== undefined && { jitter: backoffJitter }),
  };
  const { initialMs, maxMs = Number.POSITIVE_INFINITY } = backoff;
  if (initialMs > maxMs) throw new UdpError("UDP_BAD_OPTION", tooLong(flags, initialMs, maxMs));
  if (backoff.factor === 1 && backoff.attempts === undefined) {
    throw new UdpError("UDP_BAD_OPTION", "factor: 1 never ends; give --attempts too");
  }
  return backoff;
}

function tooLong(
  { preset, initial, max }: ScheduleFlags,
  initialMs: number,
  maxMs: number,
): string {
  const of = (given: number | undefined): string => (given === undefined ? ` of ${preset}` : "");
  const first = `the first wait${of(initial)}, ${describeMs(initialMs)}`;
  return `max: ${first}, is longer than the longest${of(max)}, ${describeMs(maxMs)}`;
}
