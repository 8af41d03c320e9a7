/** What a measurement says of losses, copies and order. */
import { countSchema } from "@udp/core/documents";
import * as v from "valibot";
import type { LossPlaces } from "./loss-places.ts";

/** Datagrams without an answer, whichever way they were lost. */
export interface LossDocument {
  readonly lostCount: number;
  readonly lossRatio: number | null;
  /** Between these the true ratio lies with 95 % (Wilson); loss in runs makes it less certain than that. */
  readonly lowerRatio: number | null;
  readonly upperRatio: number | null;
  /** Of datagrams in the order in which they were sent. */
  readonly longestRunCount: number;
  readonly runCount: number;
  /** Null without any loss. */
  readonly meanRunCount: number | null;
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

/** Checks a {@link LossDocument}. */
export const lossSchema: v.GenericSchema<unknown, LossDocument> = v.strictObject({
  lostCount: countSchema,
  lossRatio: ratioSchema,
  lowerRatio: ratioSchema,
  upperRatio: ratioSchema,
  longestRunCount: countSchema,
  runCount: countSchema,
  meanRunCount: v.nullable(v.pipe(v.number(), v.minValue(1))),
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
