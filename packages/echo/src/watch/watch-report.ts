import type { UdpError } from "@udp/core";
import type { ProbeResult } from "../probe/result.ts";

/** One interval of a watch. */
export interface WatchReport {
  /** Whom it asked: the host as it was given, and the port. `example.net:1060`, `[::1]:1060`. */
  readonly target: string;
  /** When the interval began: its first datagram was due. */
  readonly startedAt: Date;
  /** When all was known of it: replies are awaited, and what the far end saw. */
  readonly endedAt: Date;
  /**
   * Datagrams that were due and not sent, as the far end was not ready: all of them where it was down, those
   * before it was ready where it was late. With `poisson` the former is what was to be expected.
   */
  readonly missedCount: number;
  /** What was measured; `undefined` where it could not begin. Without any answer all that was sent is lost. */
  readonly result: ProbeResult | undefined;
  /** Why the far end is down; `undefined` where it answered. */
  readonly failure: UdpError | undefined;
}
