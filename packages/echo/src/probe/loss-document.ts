/** What a measurement says of losses, copies and order. */
import { countSchema } from "@udp/core/documents";
import * as v from "valibot";
import type { LossPlaces } from "./loss-places.ts";

/** A part of datagrams; null of none. */
export interface RatioDocument {
  readonly ratio: number | null;
  /** Between these the true ratio lies with 95 % (Wilson); where they come in runs it is less certain than that. */
  readonly lowerRatio: number | null;
  readonly upperRatio: number | null;
}

/** Datagrams without an answer: lost, whichever way, or refused by the far end. */
export interface UnansweredDocument extends RatioDocument {
  readonly count: number;
  /** Of datagrams in the order in which they were sent. */
  readonly longestRunCount: number;
  readonly runCount: number;
  /** Null where all were answered. */
  readonly meanRunCount: number | null;
}

/** Datagrams that were lost, whichever way, of those that the far end did not refuse to answer. */
export interface LossDocument extends RatioDocument {
  readonly count: number;
}

/** One direction of the path; null where it cannot be known. */
export interface DirectionDocument {
  /** Different datagrams of which no copy arrived. */
  readonly lostCount: number | null;
  /** Arrivals beyond the first of each. */
  readonly duplicatedCount: number | null;
}

/** Where datagrams and replies were lost: {@link LossPlaces} as it is. */
export type LossPlacesDocument = LossPlaces;

/** What the far end says that it saw. */
export interface PeerDocument {
  readonly distinctCount: number;
  readonly copyCount: number;
  readonly replyCount: number;
  /** Arrivals that its limits refused to answer: not lost. */
  readonly refusedCount: number;
  /** Arrivals of which it could not say whether they are copies. */
  readonly undecidedCount: number;
  /** Replies to anybody that its system did not take. */
  readonly unsentCount: number;
  /** Datagrams of anybody else that arrived meanwhile. */
  readonly foreignCount: number;
  /** Datagrams of anybody that its buffer had no room for; null where nobody counts them. */
  readonly droppedCount: number | null;
}

/** Replies that came after those to later datagrams (RFC 4737). */
export interface ReorderingDocument {
  readonly reorderedCount: number;
  readonly reorderedRatio: number | null;
  /** By how many replies the furthest one was overtaken. */
  readonly maxExtent: number;
}

const optionalCount = v.nullable(countSchema);

/** Checks a part of a whole, where it is known. */
export const ratioSchema: v.GenericSchema<unknown, number | null> = v.nullable(
  v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
);

const ratioEntries = { ratio: ratioSchema, lowerRatio: ratioSchema, upperRatio: ratioSchema };

/** Checks an {@link UnansweredDocument}. */
export const unansweredSchema: v.GenericSchema<unknown, UnansweredDocument> = v.strictObject({
  count: countSchema,
  ...ratioEntries,
  longestRunCount: countSchema,
  runCount: countSchema,
  meanRunCount: v.nullable(v.pipe(v.number(), v.minValue(1))),
});

/** Checks a {@link LossDocument}. */
export const lossSchema: v.GenericSchema<unknown, LossDocument> = v.strictObject({
  count: countSchema,
  ...ratioEntries,
});

/** Checks a {@link DirectionDocument}. */
export const directionSchema: v.GenericSchema<unknown, DirectionDocument> = v.strictObject({
  lostCount: optionalCount,
  duplicatedCount: optionalCount,
});

/** Checks a {@link LossPlacesDocument}. */
export const lossPlacesSchema: v.GenericSchema<unknown, LossPlacesDocument> = v.strictObject({
  ownSendBufferCount: countSchema,
  forwardPathCount: countSchema,
  peerReceiveBufferCount: countSchema,
  peerSendBufferCount: countSchema,
  backwardPathCount: countSchema,
  ownReceiveBufferCount: countSchema,
  unknownCount: countSchema,
});

/** Checks a {@link PeerDocument}. */
export const peerSchema: v.GenericSchema<unknown, PeerDocument> = v.strictObject({
  distinctCount: countSchema,
  copyCount: countSchema,
  replyCount: countSchema,
  refusedCount: countSchema,
  undecidedCount: countSchema,
  unsentCount: countSchema,
  foreignCount: countSchema,
  droppedCount: optionalCount,
});

/** Checks a {@link ReorderingDocument}. */
export const reorderingSchema: v.GenericSchema<unknown, ReorderingDocument> = v.strictObject({
  reorderedCount: countSchema,
  reorderedRatio: ratioSchema,
  maxExtent: countSchema,
});
