import type { FrameFault } from "./frame.ts";

/** What was thought of a datagram. */
export type DiscoveryVerdict =
  /** An answer that was believed. */
  | "accepted"
  /** The end of a responder that is known. */
  | "goodbye"
  | DisbeliefReason;

/** Why a datagram was not believed. */
export type DisbeliefReason =
  | FrameFault
  /** A query. */
  | "not-an-answer"
  /** An answer to a query of somebody else, or a forged one. */
  | "other-query"
  /** To a round, or by a path, by which nothing was asked; or long ago. */
  | "never-asked"
  /** Not shown to be from the same link, where that was wanted. */
  | "off-link"
  /** A late answer of one that has said goodbye. */
  | "after-goodbye"
  /** A goodbye of one that is not known, or without its secret. */
  | "idle-goodbye"
  /** One more responder than are remembered, or more news than are taken. */
  | "overflow";

/** What a discovery has done so far. */
export interface DiscoveryCounters {
  /** Queries that were handed out to be sent. */
  sentCount: number;
  /** Queries that the system did not take. */
  unsentCount: number;
  /** Datagrams that arrived, by what was thought of them. */
  readonly verdicts: Record<DiscoveryVerdict, number>;
}

/** Nothing was done yet. */
export function discoveryCounters(): DiscoveryCounters {
  return {
    sentCount: 0,
    unsentCount: 0,
    verdicts: {
      accepted: 0,
      goodbye: 0,
      foreign: 0,
      "other-version": 0,
      malformed: 0,
      "not-an-answer": 0,
      "other-query": 0,
      "never-asked": 0,
      "off-link": 0,
      "after-goodbye": 0,
      "idle-goodbye": 0,
      overflow: 0,
    },
  };
}
