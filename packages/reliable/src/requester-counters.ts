import type { FrameFault, ServerFrame } from "./frame.ts";

/** What a requester has done so far. */
export interface RequesterCounters {
  /** Transmissions, the first ones and the others. */
  sentCount: number;
  /** Transmissions after the first of each request. */
  resentCount: number;
  /** Transmissions that were not needed: an earlier one of the same request was answered. */
  spuriousCount: number;
  /** Transmissions that the system did not take. */
  unsentCount: number;
  /** Datagrams from endpoints that were never asked. */
  strangerCount: number;
  /** Datagrams from peers that were no frame to be believed, by reason. */
  readonly faults: Record<FrameFault | "not-an-answer", number>;
  /** Frames that were believed, by type. */
  readonly believed: Record<ServerFrame["type"], number>;
}

/** Nothing was done yet. */
export function requesterCounters(): RequesterCounters {
  return {
    sentCount: 0,
    resentCount: 0,
    spuriousCount: 0,
    unsentCount: 0,
    strangerCount: 0,
    faults: {
      foreign: 0,
      "other-version": 0,
      malformed: 0,
      unauthenticated: 0,
      "not-an-answer": 0,
    },
    believed: {
      answer: 0,
      error: 0,
      acknowledgement: 0,
      cookie: 0,
      busy: 0,
      "stale-boot": 0,
      "too-large": 0,
    },
  };
}
