import type { Way, WayCounters } from "../link/bad-link.ts";

/** What a relay has done, each way by itself. `forward` is from the clients to the target. */
export interface RelayReport extends Readonly<Record<Way, RelayWayReport>> {
  /** Datagrams of clients that came when the relay had as many as it takes: they met no link. */
  readonly refused: number;
}

/**
 * One way of a relay. The {@link WayCounters} count datagrams, each as one IP packet: `delivered`
 * is what leaves the relay at the other side, `underWay` and `unsent` included.
 */
export interface RelayWayReport extends WayCounters {
  /** Datagrams that were to arrive, and that the system did not take. Where it is not 0, a test proves nothing. */
  readonly unsent: number;
}
