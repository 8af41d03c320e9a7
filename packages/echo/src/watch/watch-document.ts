/** The JSON documents of a watch: one for each interval, and one for the whole in the end. */
import type { Document } from "@udp/core/documents";
import { countSchema } from "@udp/core/documents";
import * as v from "valibot";
import type { ProbeDocument } from "../probe/probe-document.ts";
import { probeSchema, timeOfDaySchema } from "../probe/probe-document.ts";

/** One interval of a watch. */
export interface IntervalDocument extends Document<"udp-echo/1", "interval"> {
  /** The host as it was given, and the port. */
  readonly target: string;
  /** When its first datagram was due, by this host's time of day: `2026-11-26T03:00:00.000Z`. */
  readonly startedAt: string;
  /** When all was known of it. */
  readonly endedAt: string;
  /** Datagrams that were due and not sent, as the far end was not ready; none of those sent, and none of those lost. */
  readonly missedCount: number;
  /** Why the far end is down; null where it answered. */
  readonly failure: FailureDocument | null;
  /** Null where it could not begin. Without any answer all that was sent is lost. */
  readonly measurement: ProbeDocument | null;
}

/** Why nothing answered. */
export interface FailureDocument {
  /** As that of an error: `ECHO_NO_REPLY`, `UDP_NAME_NOT_FOUND`. */
  readonly code: string;
  readonly message: string;
}

/** Datagrams by direction; null where no interval knew of it. */
export interface DirectionTotalsDocument {
  readonly forward: number | null;
  readonly backward: number | null;
  /** Of intervals in which the directions could not be told apart. */
  readonly unknown: number | null;
}

/** All intervals of one host together. */
export interface WatchTotals {
  readonly intervalCount: number;
  /** Intervals in which nothing answered. */
  readonly downCount: number;
  /** Datagrams that were due and not sent, as the far end was not ready. */
  readonly missedCount: number;
  readonly sentCount: number;
  /** Different datagrams that were answered. */
  readonly receivedCount: number;
  readonly lost: DirectionTotalsDocument;
  readonly duplicated: DirectionTotalsDocument;
  readonly lateCount: number;
  /** What the far end's limits refused to answer; null where it never said. */
  readonly refusedCount: number | null;
  /** What this host's system did not take; none of those sent. */
  readonly unsentCount: number;
  readonly wrongSourceCount: number;
  /** Of round trips; null where there were none. */
  readonly minRttNs: number | null;
  readonly maxRttNs: number | null;
}

/** What a watch of one host has come to, at its end. */
export interface WatchDocument extends Document<"udp-echo/1", "watch">, WatchTotals {
  readonly target: string;
  /** Documents, of any host, that were not written because their reader was too slow. */
  readonly droppedLineCount: number;
}

const optionalCount = v.nullable(countSchema);

const directionTotalsSchema: v.GenericSchema<unknown, DirectionTotalsDocument> = v.strictObject({
  forward: optionalCount,
  backward: optionalCount,
  unknown: optionalCount,
});

/** Checks an {@link IntervalDocument}. */
export const intervalSchema: v.GenericSchema<unknown, IntervalDocument> = v.strictObject({
  schema: v.literal("udp-echo/1"),
  kind: v.literal("interval"),
  target: v.string(),
  startedAt: timeOfDaySchema,
  endedAt: timeOfDaySchema,
  missedCount: countSchema,
  failure: v.nullable(v.strictObject({ code: v.string(), message: v.string() })),
  measurement: v.nullable(probeSchema),
});

/** Checks a {@link WatchDocument}. */
export const watchSchema: v.GenericSchema<unknown, WatchDocument> = v.strictObject({
  schema: v.literal("udp-echo/1"),
  kind: v.literal("watch"),
  target: v.string(),
  intervalCount: countSchema,
  downCount: countSchema,
  missedCount: countSchema,
  sentCount: countSchema,
  receivedCount: countSchema,
  lost: directionTotalsSchema,
  duplicated: directionTotalsSchema,
  lateCount: countSchema,
  refusedCount: optionalCount,
  unsentCount: countSchema,
  wrongSourceCount: countSchema,
  minRttNs: v.nullable(v.number()),
  maxRttNs: v.nullable(v.number()),
  droppedLineCount: countSchema,
});
