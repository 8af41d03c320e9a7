/** The JSON document of a measurement: everything that `udp-echo probe` says in words is made of it. */
import type { Document } from "@udp/core/documents";
import { countSchema, endpointSchema } from "@udp/core/documents";
import * as v from "valibot";
import type { EngineName } from "../engine.ts";
import type {
  ClocksDocument,
  DistributionDocument,
  HopLimitDocument,
  NoiseDocument,
  OneWayDocument,
  QueueingDocument,
} from "./delay-document.ts";
import {
  clocksSchema,
  distributionSchema,
  hopLimitSchema,
  noiseSchema,
  oneWaySchema,
  queueingSchema,
} from "./delay-document.ts";
import type {
  DirectionDocument,
  LossDocument,
  LossPlacesDocument,
  PeerDocument,
  ReorderingDocument,
  UnansweredDocument,
} from "./loss-document.ts";
import {
  directionSchema,
  lossPlacesSchema,
  lossSchema,
  peerSchema,
  ratioSchema,
  reorderingSchema,
  unansweredSchema,
} from "./loss-document.ts";
import type { ProbeProtocolName } from "./protocol.ts";

/** What was to be sent. */
export interface PlanDocument {
  readonly count: number;
  readonly intervalNs: number;
  readonly schedule: "fixed" | "poisson";
  readonly burstSize: number;
  readonly durationNs: number | null;
  readonly payloadBytes: number;
  readonly hopLimit: number | null;
  readonly dscp: number | null;
  readonly dontFragment: boolean;
  /** A reply later than this is late. */
  readonly lateAfterNs: number;
}

/** A measurement. */
export interface ProbeDocument extends Document<"udp-echo/1", "probe"> {
  /** When it began, by this host's time of day: `2026-11-26T03:00:00.000Z`. */
  readonly startedAt: string;
  readonly target: string;
  readonly local: string;
  readonly protocol: ProbeProtocolName;
  readonly engine: EngineName;
  /** Whether it was stopped before it was through. */
  readonly isStopped: boolean;
  readonly plan: PlanDocument;
  readonly sentCount: number;
  /** Datagrams that this host's system did not take; they are none of those sent. */
  readonly unsentCount: number;
  /** Those of them that are larger than what the interface, or the path, carries. */
  readonly tooLargeCount: number;
  /** Different datagrams that were answered. */
  readonly receivedCount: number;
  /** Replies, copies included. */
  readonly replyCount: number;
  readonly lateCount: number;
  readonly wrongSourceCount: number;
  readonly malformedCount: number;
  /** Replies that another key has made. */
  readonly wrongHmacCount: number;
  /** Answers of a server that does not know of the measurement any more. */
  readonly forgottenCount: number;
  /** Datagrams that came and that this host's buffer had no room for; null where nobody counts them. */
  readonly droppedCount: number | null;
  readonly unanswered: UnansweredDocument;
  /**
   * Null where it cannot be told from refusals: the far end does not say what it saw, or it refused datagrams
   * of which copies arrived.
   */
  readonly loss: LossDocument | null;
  readonly forward: DirectionDocument;
  readonly backward: DirectionDocument;
  readonly lossPlaces: LossPlacesDocument;
  /** Null where the far end does not say. */
  readonly peer: PeerDocument | null;
  /** Whose clock the round trips are by: the kernel's, or this program's, around its calls. */
  readonly stamps: "kernel" | "program";
  /** From the moment at which a datagram left; with the kernel's stamps behind this host's queue. */
  readonly rtt: DistributionDocument;
  /**
   * From the moment at which it was to leave, always by this program's clock: what a sender that was held up,
   * or this host's queue, has hidden.
   */
  readonly rttFromIntended: DistributionDocument;
  /** From the moment at which a datagram was to leave to that at which it was sent. */
  readonly timerError: DistributionDocument;
  /** The part of the datagrams that was sent more than 100 µs late. */
  readonly lateSendRatio: number | null;
  /** How long the calls took that sent. */
  readonly sendCall: DistributionDocument;
  /**
   * Between receipt and reply, by the far end's clock; null where it does not say. Our server received when its
   * program had the datagram, with `stamp` on Linux when its kernel had it.
   */
  readonly serverProcessing: DistributionDocument | null;
  /** By how much round trips of adjacent datagrams differ (RFC 3393), as absolute values. */
  readonly ipdv: DistributionDocument;
  /** Of RFC 3550 section 6.4.1, of round trips; null for fewer than two. */
  readonly jitterNs: number | null;
  readonly reordering: ReorderingDocument;
  /**
   * What datagrams had left of it at the far end; null where it does not say. Our server says so with `stamp`
   * only.
   */
  readonly peerHopLimit: HopLimitDocument | null;
  /** Null where the far end gives no times. */
  readonly queueing: QueueingDocument | null;
  readonly clocks: ClocksDocument;
  /** Null unless both clocks are said to be synchronised, and the kernel stamped at this end. */
  readonly oneWay: OneWayDocument | null;
  /** Null with the engine `portable`, and in a watch. */
  readonly noise: NoiseDocument | null;
}

/** Checks a time of day: ISO 8601, UTC. */
export const timeOfDaySchema: v.GenericSchema<unknown, string> = v.pipe(
  v.string(),
  v.isoTimestamp(),
);

const optionalCount = v.nullable(countSchema);
const time = v.number();
const optionalTime = v.nullable(time);

const planSchema: v.GenericSchema<unknown, PlanDocument> = v.strictObject({
  count: countSchema,
  intervalNs: time,
  schedule: v.picklist(["fixed", "poisson"]),
  burstSize: countSchema,
  durationNs: optionalTime,
  payloadBytes: countSchema,
  hopLimit: optionalCount,
  dscp: optionalCount,
  dontFragment: v.boolean(),
  lateAfterNs: time,
});

/** Checks a {@link ProbeDocument}. */
export const probeSchema: v.GenericSchema<unknown, ProbeDocument> = v.strictObject({
  schema: v.literal("udp-echo/1"),
  kind: v.literal("probe"),
  startedAt: timeOfDaySchema,
  target: endpointSchema,
  local: endpointSchema,
  protocol: v.picklist(["probe", "echo", "stamp"]),
  engine: v.picklist(["portable", "linux"]),
  isStopped: v.boolean(),
  plan: planSchema,
  sentCount: countSchema,
  unsentCount: countSchema,
  tooLargeCount: countSchema,
  receivedCount: countSchema,
  replyCount: countSchema,
  lateCount: countSchema,
  wrongSourceCount: countSchema,
  malformedCount: countSchema,
  wrongHmacCount: countSchema,
  forgottenCount: countSchema,
  droppedCount: optionalCount,
  unanswered: unansweredSchema,
  loss: v.nullable(lossSchema),
  forward: directionSchema,
  backward: directionSchema,
  lossPlaces: lossPlacesSchema,
  peer: v.nullable(peerSchema),
  stamps: v.picklist(["kernel", "program"]),
  rtt: distributionSchema,
  rttFromIntended: distributionSchema,
  timerError: distributionSchema,
  lateSendRatio: ratioSchema,
  sendCall: distributionSchema,
  serverProcessing: v.nullable(distributionSchema),
  ipdv: distributionSchema,
  jitterNs: optionalTime,
  reordering: reorderingSchema,
  peerHopLimit: v.nullable(hopLimitSchema),
  queueing: v.nullable(queueingSchema),
  clocks: clocksSchema,
  oneWay: v.nullable(oneWaySchema),
  noise: v.nullable(noiseSchema),
});
