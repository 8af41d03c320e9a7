/** The JSON document of a measurement: everything that `udp-echo probe` says in words is made of it. */
import type { Document } from "@udp/core/documents";
import { countSchema, endpointSchema } from "@udp/core/documents";
import * as v from "valibot";
import type { EngineName } from "../engine.ts";
import type { ProbeProtocolName } from "./protocol.ts";

/**
 * Times in nanoseconds, and how they are spread. A percentile is null where the sample is too small for it:
 * below ln 0.05 / ln p values it is not likely (95 %) that any lies beyond. All but `count` are null where there
 * are no values at all.
 */
export interface DistributionDocument {
  readonly count: number;
  readonly minNs: number | null;
  readonly meanNs: number | null;
  readonly medianNs: number | null;
  readonly p90Ns: number | null;
  readonly p95Ns: number | null;
  readonly p99Ns: number | null;
  readonly p999Ns: number | null;
  readonly p9999Ns: number | null;
  readonly maxNs: number | null;
  /** Of the sample (n - 1); null for fewer than two values. */
  readonly standardDeviationNs: number | null;
  /** The median of the distances from the median. */
  readonly medianAbsoluteDeviationNs: number | null;
}

/** One direction of the path; null where it cannot be known. */
export interface DirectionDocument {
  /** Different datagrams of which no copy arrived. */
  readonly lostCount: number | null;
  /** Arrivals beyond the first of each. */
  readonly duplicatedCount: number | null;
}

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

/**
 * Where datagrams and replies were lost. What a buffer had no room for is put down to it only where nothing else
 * can have been among it; what cannot be told is in `unknownCount`.
 */
export interface LossPlacesDocument {
  /** Datagrams that this host's system did not take; they are none of those sent. */
  readonly ownSendBufferCount: number;
  readonly forwardPathCount: number;
  readonly peerReceiveBufferCount: number;
  readonly peerSendBufferCount: number;
  readonly backwardPathCount: number;
  readonly ownReceiveBufferCount: number;
  readonly unknownCount: number;
}

/** Delays by the clocks of both ends: as good as these agree. */
export interface OneWayDocument {
  readonly forward: DistributionDocument;
  readonly backward: DistributionDocument;
}

/** TTL or hop limit; of one path the same in all datagrams. */
export interface HopLimitDocument {
  readonly min: number;
  readonly max: number;
}

/** What is known of the clocks of both ends. */
export interface ClocksDocument {
  /** Whether this host's is said to be synchronised. */
  readonly isOwnSynchronised: boolean;
  /** Whether the far end has said so of its own with every reply. */
  readonly isPeerSynchronised: boolean;
}

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

/** A measurement. */
export interface ProbeDocument extends Document<"udp-echo/1", "probe"> {
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
  readonly loss: LossDocument;
  readonly forward: DirectionDocument;
  readonly backward: DirectionDocument;
  readonly lossPlaces: LossPlacesDocument;
  /** Null where the far end does not say. */
  readonly peer: PeerDocument | null;
  /** Whose clock the round trips are by: the kernel's, or this program's, around its calls. */
  readonly stamps: "kernel" | "program";
  /** From the moment at which a datagram left. */
  readonly rtt: DistributionDocument;
  /** From the moment at which it was to leave: what a sender that was held up has hidden. */
  readonly rttFromIntended: DistributionDocument;
  /** From the moment at which a datagram was to leave to that at which it was sent. */
  readonly timerError: DistributionDocument;
  /** The part of the datagrams that was sent more than 100 µs late. */
  readonly lateSendRatio: number | null;
  /** How long the calls took that sent. */
  readonly sendCall: DistributionDocument;
  /** Between receipt and reply, by the far end's clock; null where it does not say. */
  readonly serverProcessing: DistributionDocument | null;
  /** By how much round trips of adjacent datagrams differ (RFC 3393), as absolute values. */
  readonly ipdv: DistributionDocument;
  /** Of RFC 3550 section 6.4.1, of round trips; null for fewer than two. */
  readonly jitterNs: number | null;
  readonly reordering: ReorderingDocument;
  /** What datagrams had left of it at the far end; null where it does not say. */
  readonly peerHopLimit: HopLimitDocument | null;
  /** Null where the far end gives no times. */
  readonly queueing: QueueingDocument | null;
  readonly clocks: ClocksDocument;
  /** Null unless both clocks are said to be synchronised, and the kernel stamped at this end. */
  readonly oneWay: OneWayDocument | null;
  /** Null with the engine `portable`, and in a watch. */
  readonly noise: NoiseDocument | null;
}

/**
 * By how much one-way delays exceed the least one of their direction. Relative: the clocks need not agree, and
 * what no datagram was without is taken for a part of the path.
 */
export interface QueueingDocument {
  readonly forward: DistributionDocument;
  readonly backward: DistributionDocument;
  /** How much faster the far end's clock runs, in millionths; null where the run is too short to tell. */
  readonly driftPpm: number | null;
}

/** What this machine adds to whatever it measures, measured beforehand. */
export interface NoiseDocument {
  /** Round trips of datagrams that a socket sends to itself, by this program's clock. */
  readonly selfRtt: DistributionDocument;
  /** How much later than asked for the thread was woken. */
  readonly sleepError: DistributionDocument;
}

/** One datagram of a measurement. Times are nanoseconds after the first one was to leave. */
export interface DatagramDocument extends Document<"udp-echo/1", "datagram"> {
  readonly number: number;
  readonly intendedAtNs: number;
  /** Before the call that sent it. */
  readonly sentAtNs: number;
  /** How long that call took. */
  readonly sendCallNs: number;
  /** When the first reply was there; null where none came. */
  readonly receivedAtNs: number | null;
  /** By this program's clock. */
  readonly rttNs: number | null;
  /** By the kernel's stamps; null where it gave none. */
  readonly kernelRttNs: number | null;
  /** Between receipt and reply, by the far end's clock; null where it does not say. */
  readonly serverProcessingNs: number | null;
  /** Replies that came, copies included. */
  readonly replyCount: number;
}

/** Replies that came after those to later datagrams (RFC 4737). */
export interface ReorderingDocument {
  readonly reorderedCount: number;
  readonly reorderedRatio: number | null;
  /** By how many replies the furthest one was overtaken. */
  readonly maxExtent: number;
}

const optionalCount = v.nullable(countSchema);
const ratio = v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1)));
const time = v.number();
const optionalTime = v.nullable(time);

const distributionSchema: v.GenericSchema<unknown, DistributionDocument> = v.strictObject({
  count: countSchema,
  minNs: optionalTime,
  meanNs: optionalTime,
  medianNs: optionalTime,
  p90Ns: optionalTime,
  p95Ns: optionalTime,
  p99Ns: optionalTime,
  p999Ns: optionalTime,
  p9999Ns: optionalTime,
  maxNs: optionalTime,
  standardDeviationNs: optionalTime,
  medianAbsoluteDeviationNs: optionalTime,
});

const directionSchema: v.GenericSchema<unknown, DirectionDocument> = v.strictObject({
  lostCount: optionalCount,
  duplicatedCount: optionalCount,
});

const peerSchema: v.GenericSchema<unknown, PeerDocument> = v.strictObject({
  distinctCount: countSchema,
  copyCount: countSchema,
  replyCount: countSchema,
  refusedCount: countSchema,
  undecidedCount: countSchema,
  unsentCount: countSchema,
  foreignCount: countSchema,
  droppedCount: optionalCount,
});

const lossPlacesSchema: v.GenericSchema<unknown, LossPlacesDocument> = v.strictObject({
  ownSendBufferCount: countSchema,
  forwardPathCount: countSchema,
  peerReceiveBufferCount: countSchema,
  peerSendBufferCount: countSchema,
  backwardPathCount: countSchema,
  ownReceiveBufferCount: countSchema,
  unknownCount: countSchema,
});

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

const lossSchema: v.GenericSchema<unknown, LossDocument> = v.strictObject({
  lostCount: countSchema,
  lossRatio: ratio,
  lowerRatio: ratio,
  upperRatio: ratio,
  longestRunCount: countSchema,
  runCount: countSchema,
  meanRunCount: v.nullable(v.pipe(v.number(), v.minValue(1))),
});

const reorderingSchema: v.GenericSchema<unknown, ReorderingDocument> = v.strictObject({
  reorderedCount: countSchema,
  reorderedRatio: ratio,
  maxExtent: countSchema,
});

const queueingSchema: v.GenericSchema<unknown, QueueingDocument> = v.strictObject({
  forward: distributionSchema,
  backward: distributionSchema,
  driftPpm: optionalTime,
});

const clocksSchema: v.GenericSchema<unknown, ClocksDocument> = v.strictObject({
  isOwnSynchronised: v.boolean(),
  isPeerSynchronised: v.boolean(),
});

const hopLimitSchema: v.GenericSchema<unknown, HopLimitDocument> = v.strictObject({
  min: countSchema,
  max: countSchema,
});

const oneWaySchema: v.GenericSchema<unknown, OneWayDocument> = v.strictObject({
  forward: distributionSchema,
  backward: distributionSchema,
});

const noiseSchema: v.GenericSchema<unknown, NoiseDocument> = v.strictObject({
  selfRtt: distributionSchema,
  sleepError: distributionSchema,
});

/** Checks a {@link ProbeDocument}. */
export const probeSchema: v.GenericSchema<unknown, ProbeDocument> = v.strictObject({
  schema: v.literal("udp-echo/1"),
  kind: v.literal("probe"),
  target: endpointSchema,
  local: endpointSchema,
  protocol: v.picklist(["probe", "echo", "stamp"]),
  engine: v.picklist(["portable", "linux"]),
  isStopped: v.boolean(),
  plan: planSchema,
  sentCount: countSchema,
  unsentCount: countSchema,
  receivedCount: countSchema,
  replyCount: countSchema,
  lateCount: countSchema,
  wrongSourceCount: countSchema,
  malformedCount: countSchema,
  wrongHmacCount: countSchema,
  forgottenCount: countSchema,
  droppedCount: optionalCount,
  loss: lossSchema,
  forward: directionSchema,
  backward: directionSchema,
  lossPlaces: lossPlacesSchema,
  peer: v.nullable(peerSchema),
  stamps: v.picklist(["kernel", "program"]),
  rtt: distributionSchema,
  rttFromIntended: distributionSchema,
  timerError: distributionSchema,
  lateSendRatio: ratio,
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

/** Checks a {@link DatagramDocument}. */
export const datagramSchema: v.GenericSchema<unknown, DatagramDocument> = v.strictObject({
  schema: v.literal("udp-echo/1"),
  kind: v.literal("datagram"),
  number: countSchema,
  intendedAtNs: time,
  sentAtNs: time,
  sendCallNs: time,
  receivedAtNs: optionalTime,
  rttNs: optionalTime,
  kernelRttNs: optionalTime,
  serverProcessingNs: optionalTime,
  replyCount: countSchema,
});
