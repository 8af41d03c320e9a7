import { formatEndpoint, msToNs } from "@udp/core";
import { distributionOf } from "../statistics/distribution.ts";
import { ipdvOf } from "../statistics/ipdv.ts";
import { interarrivalJitterNs } from "../statistics/jitter.ts";
import { latenessNs, lateRatio } from "../statistics/lateness.ts";
import type { TransitTimes } from "../statistics/queueing-delay.ts";
import { queueingDelaysOf } from "../statistics/queueing-delay.ts";
import { reorderingOf } from "../statistics/reordering.ts";
import type { DirectionCounts } from "./accounting.ts";
import type {
  DistributionDocument,
  NoiseDocument,
  OneWayDocument,
  QueueingDocument,
} from "./delay-document.ts";
import type { DirectionDocument, PeerDocument, ReorderingDocument } from "./loss-document.ts";
import { lossDocument, unansweredDocument } from "./losses.ts";
import type { PeerCounts } from "./peer-counts.ts";
import type { PlanDocument, ProbeDocument } from "./probe-document.ts";
import type { NoiseFloor, ProbeResult } from "./result.ts";
import type { RoundTrips } from "./round-trips.ts";
import { difference, isClockSet, roundTrips } from "./round-trips.ts";
import type { SampleArrays } from "./samples.ts";

/** Later than this a datagram was not sent in time. */
const IN_TIME_NS = 100_000;

/** Everything that can be said of a measurement. */
export function reportOf(result: ProbeResult): ProbeDocument {
  const { startedAt, target, local, protocol, engine, isStopped, plan, counts, peer, samples } =
    result;
  const { sentCount, unsentCount, tooLargeCount, answeredCount, replyCount, lateCount } = counts;
  const trips = roundTrips(samples);
  const { stamps, rttsNs } = trips;
  const latenessesNs = latenessNs(samples);
  return {
    schema: "udp-echo/1",
    kind: "probe",
    startedAt: startedAt.toISOString(),
    target: formatEndpoint(target),
    local: formatEndpoint(local),
    protocol,
    engine,
    isStopped,
    plan: planDocument(plan),
    sentCount,
    unsentCount,
    tooLargeCount,
    receivedCount: answeredCount,
    replyCount,
    lateCount,
    wrongSourceCount: counts.wrongSourceCount,
    malformedCount: counts.malformedCount,
    wrongHmacCount: counts.wrongHmacCount,
    forgottenCount: counts.forgottenCount,
    droppedCount: counts.droppedCount ?? null,
    unanswered: unansweredDocument(samples),
    loss: lossDocument(result),
    forward: directionDocument(result.forward),
    backward: directionDocument(result.backward),
    lossPlaces: result.lossPlaces,
    peer: peer === undefined ? null : peerDocument(peer),
    stamps,
    rtt: spread(rttsNs),
    rttFromIntended: spread(difference(samples.receivedAtNs, samples.intendedAtNs)),
    timerError: spread(latenessesNs),
    lateSendRatio: lateRatio(latenessesNs, IN_TIME_NS) ?? null,
    sendCall: spread(samples.sendCallNs),
    serverProcessing: spreadWhereKnown(difference(samples.peerSentAtNs, samples.peerReceivedAtNs)),
    ipdv: spread(ipdvOf(rttsNs).map(Math.abs)),
    jitterNs: rounded(interarrivalJitterNs(inArrivalOrder(rttsNs, samples))),
    reordering: reorderingDocument(samples),
    peerHopLimit: samples.peerHopLimits ?? null,
    queueing: queueingDocument(samples, trips),
    clocks: {
      isOwnSynchronised: result.isClockSynchronised,
      isPeerSynchronised: samples.isPeerSynchronised,
    },
    oneWay: result.isClockSynchronised ? oneWayDocument(samples) : null,
    noise: result.noise === undefined ? null : noiseDocument(result.noise),
  };
}

/** Of which datagrams a value is known. */
function numbersOf(values: Float64Array): Float64Array {
  return knownOnly(values.map((value, number) => (Number.isNaN(value) ? value : number)));
}

function knownOnly(values: Float64Array): Float64Array {
  const known = new Float64Array(values.length);
  let count = 0;
  for (const value of values) if (!Number.isNaN(value)) known[count++] = value;
  return known.subarray(0, count);
}

function inArrivalOrder(valuesNs: Float64Array, { arrivals }: SampleArrays): Float64Array {
  return knownOnly(arrivals.map((number) => valuesNs[number] ?? Number.NaN));
}

function reorderingDocument({ arrivals }: SampleArrays): ReorderingDocument {
  const { reorderedCount, reorderedRatio, maxExtent } = reorderingOf(new Uint32Array(arrivals));
  return { reorderedCount, reorderedRatio: reorderedRatio ?? null, maxExtent };
}

function directionDocument({ lostCount, duplicatedCount }: DirectionCounts): DirectionDocument {
  return { lostCount: lostCount ?? null, duplicatedCount: duplicatedCount ?? null };
}

function peerDocument({ droppedCount, ...counts }: PeerCounts): PeerDocument {
  return { ...counts, droppedCount: droppedCount ?? null };
}

function noiseDocument({ selfRttNs, sleepErrorNs }: NoiseFloor): NoiseDocument {
  return { selfRtt: spread(selfRttNs), sleepError: spread(sleepErrorNs) };
}

function planDocument(plan: ProbeResult["plan"]): PlanDocument {
  const { count, intervalMs, schedule, burstSize, durationMs, payloadBytes } = plan;
  return {
    count,
    intervalNs: Math.round(msToNs(intervalMs)),
    schedule,
    burstSize,
    durationNs: durationMs === undefined ? null : Math.round(msToNs(durationMs)),
    payloadBytes,
    hopLimit: plan.hopLimit ?? null,
    dscp: plan.dscp ?? null,
    dontFragment: plan.dontFragment,
    lateAfterNs: Math.round(msToNs(plan.lateAfterMs)),
  };
}

/** By both clocks, where the far end's is synchronised too, and the kernel stamped here by one that nobody set. */
function oneWayDocument(samples: SampleArrays): OneWayDocument | null {
  const { originUnixNs, peerOriginUnixNs, isPeerSynchronised } = samples;
  if (!isPeerSynchronised || originUnixNs === undefined || peerOriginUnixNs === undefined) {
    return null;
  }
  if (isClockSet(samples)) return null;
  const aheadNs = Number(peerOriginUnixNs - originUnixNs);
  const forwardNs = difference(samples.peerReceivedAtNs, samples.kernelSentAtNs);
  const backwardNs = difference(samples.kernelReceivedAtNs, samples.peerSentAtNs);
  return {
    forward: spread(forwardNs.map((ns) => ns + aheadNs)),
    backward: spread(backwardNs.map((ns) => ns - aheadNs)),
  };
}

/** In each direction by itself, as far as the clocks of both ends, which need not agree, let it be known. */
function queueingDocument(
  { peerReceivedAtNs, peerSentAtNs }: SampleArrays,
  { sentAtNs, receivedAtNs, rttsNs }: RoundTrips,
): QueueingDocument | null {
  const answered = numbersOf(difference(rttsNs, peerReceivedAtNs));
  if (answered.length === 0) return null;
  const of = (times: Float64Array): Float64Array =>
    answered.map((number) => times[number] ?? Number.NaN);
  const forward = queueingDelaysOf({ sentAtNs: of(sentAtNs), arrivedAtNs: of(peerReceivedAtNs) });
  const backward = queueingDelaysOf(
    inOrder({ sentAtNs: of(peerSentAtNs), arrivedAtNs: of(receivedAtNs) }),
  );
  return {
    forward: spread(forward.relativeDelaysNs),
    backward: spread(backward.relativeDelaysNs),
    driftPpm: forward.driftPpm ?? null,
  };
}

/** The far end sends in the order in which datagrams reach it. */
function inOrder(times: TransitTimes): TransitTimes {
  const { sentAtNs, arrivedAtNs } = times;
  // Seldom not so, and to sort millions takes seconds.
  if (sentAtNs.every((atNs, index) => atNs >= (sentAtNs[index - 1] ?? atNs))) return times;
  const order = sentAtNs
    .map((_, index) => index)
    .sort((a, b) => (sentAtNs[a] ?? 0) - (sentAtNs[b] ?? 0));
  const of = (times: Float64Array): Float64Array => order.map((index) => times[index] ?? 0);
  return { sentAtNs: of(sentAtNs), arrivedAtNs: of(arrivedAtNs) };
}

function spreadWhereKnown(values: Float64Array): DistributionDocument | null {
  const distribution = spread(values);
  return distribution.count === 0 ? null : distribution;
}

/** Whole nanoseconds: the clocks say no more. */
function spread(values: Float64Array): DistributionDocument {
  const distribution = distributionOf(knownOnly(values));
  return {
    count: distribution?.count ?? 0,
    minNs: rounded(distribution?.minNs),
    meanNs: rounded(distribution?.meanNs),
    medianNs: rounded(distribution?.medianNs),
    p90Ns: rounded(distribution?.p90Ns),
    p95Ns: rounded(distribution?.p95Ns),
    p99Ns: rounded(distribution?.p99Ns),
    p999Ns: rounded(distribution?.p999Ns),
    p9999Ns: rounded(distribution?.p9999Ns),
    maxNs: rounded(distribution?.maxNs),
    standardDeviationNs: rounded(distribution?.standardDeviationNs),
    medianAbsoluteDeviationNs: rounded(distribution?.medianAbsoluteDeviationNs),
  };
}

function rounded(ns: number | undefined): number | null {
  return ns === undefined ? null : Math.round(ns);
}
