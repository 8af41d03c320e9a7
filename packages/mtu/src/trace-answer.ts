/** One datagram of a trace, to be sent with DF set. */
export interface TraceProbe {
  /** Counts up from 0; the sender keeps which nonce stands for it. */
  readonly id: number;
  /** The time to live, or hop limit, that it leaves with. */
  readonly hopLimit: number;
  readonly packetBytes: number;
}

/** What came back for one probe, in the words of ICMP or from the far end itself. */
export type TraceAnswer = PlainAnswer | TooBigAnswer;

interface Answer {
  /** Of the {@link TraceProbe} that it quotes or acknowledges. */
  readonly probeId: number;
  /** Who sent it, a canonical address. */
  readonly from: string;
}

interface PlainAnswer extends Answer {
  /**
   * `time-exceeded`: a router where the hops were used up. `reached`: the far end, by an
   * acknowledgement or by its closed port. `unreachable`: the network gives up here (no route,
   * prohibited, no such host).
   */
  readonly kind: "time-exceeded" | "reached" | "unreachable";
}

interface TooBigAnswer extends Answer {
  readonly kind: "packet-too-big";
  /** What the router says its next link carries; not yet believed. */
  readonly mtuBytes: number;
}
