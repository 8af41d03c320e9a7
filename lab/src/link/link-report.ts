import type { Way, WayCounters } from "./bad-link.ts";

/** What a bad link has done, each way by itself. `forward` is from the near end of its cable. */
export type LinkReport = Readonly<Record<Way, WayReport>>;

/** One way of a bad link. The {@link WayCounters} count IP packets, fragments each by itself. */
export interface WayReport extends WayCounters {
  /** Frames of ARP, neighbour discovery and group membership: passed on at once, never impaired. */
  readonly housekeeping: number;
  /** Frames lost before the link saw them, for want of time. Where it is not 0, a test proves nothing. */
  readonly missed: number;
  /** Frames that were to arrive, and that the port at the end did not take: too long for it, or it is down. */
  readonly unsent: number;
}
