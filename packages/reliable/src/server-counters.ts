import type { RefusalReason } from "@udp/core";
import type { FrameFault, ServerFrame } from "./frame.ts";

/** Why a datagram is not answered, or not carried out. */
export type IgnoredReason = RefusalReason | FrameFault | "not-a-request";

/** What a server has done so far. */
export interface ServerCounters {
  /** Datagrams that arrived. */
  receivedCount: number;
  /** Requests that were carried out, or are being. */
  executedCount: number;
  /** Transmissions of requests that were known already. */
  duplicateCount: number;
  /** Requests that are remembered, so that none is carried out twice. */
  rememberedCount: number;
  /** Answers that the system did not take. */
  unsentCount: number;
  /** Datagrams that were handed out to be sent, by type. */
  readonly sent: Record<ServerFrame["type"], number>;
  /** Datagrams without an answer, by reason. */
  readonly ignored: Record<FrameFault | "not-a-request", number> & {
    readonly refusals: Readonly<Record<RefusalReason, number>>;
  };
}

/** Nothing was done yet. @param refusals live figures. */
export function serverCounters(refusals: ServerCounters["ignored"]["refusals"]): ServerCounters {
  return {
    receivedCount: 0,
    executedCount: 0,
    duplicateCount: 0,
    rememberedCount: 0,
    unsentCount: 0,
    sent: {
      answer: 0,
      error: 0,
      acknowledgement: 0,
      cookie: 0,
      busy: 0,
      "stale-boot": 0,
      "too-large": 0,
    },
    ignored: {
      foreign: 0,
      "other-version": 0,
      malformed: 0,
      unauthenticated: 0,
      "not-a-request": 0,
      refusals,
    },
  };
}
