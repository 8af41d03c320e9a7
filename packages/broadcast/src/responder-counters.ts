import type { RefusalReason } from "@udp/core";
import type { FrameFault } from "./frame.ts";

/** Why a query, or what is none, is not answered. */
export type SilenceReason =
  | RefusalReason
  | FrameFault
  /** An answer, or a goodbye. */
  | "not-a-query"
  /** From a source that is on no network of this host. */
  | "other-network"
  /** The one who asks knows already. */
  | "known"
  /** Another copy of a round that is, or was, answered; or an older round. */
  | "duplicate";

/** What a responder has done so far. */
export interface ResponderCounters {
  /** Datagrams that arrived. */
  receivedCount: number;
  /** Answers that were handed out to be sent. */
  answeredCount: number;
  /** Answers that were given up, since more queries came than are remembered. */
  crowdedOutCount: number;
  /** Answers that the system did not take. */
  unsentCount: number;
  /** Datagrams without an answer of their own, by reason. */
  readonly silences: Record<Exclude<SilenceReason, RefusalReason>, number> & {
    readonly refusals: Readonly<Record<RefusalReason, number>>;
  };
}

/** Nothing was done yet. @param refusals live figures. */
export function responderCounters(
  refusals: ResponderCounters["silences"]["refusals"],
): ResponderCounters {
  return {
    receivedCount: 0,
    answeredCount: 0,
    crowdedOutCount: 0,
    unsentCount: 0,
    silences: {
      foreign: 0,
      "other-version": 0,
      malformed: 0,
      "not-a-query": 0,
      "other-network": 0,
      known: 0,
      duplicate: 0,
      refusals,
    },
  };
}
