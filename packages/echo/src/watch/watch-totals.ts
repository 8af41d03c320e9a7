import type { DistributionDocument } from "../probe/delay-document.ts";
import type { DirectionDocument, PeerDocument } from "../probe/loss-document.ts";
import type { ProbeDocument } from "../probe/probe-document.ts";
import type { DirectionTotalsDocument, IntervalDocument, WatchTotals } from "./watch-document.ts";

const NONE: DirectionTotalsDocument = { forward: null, backward: null, unknown: null };

/** What is counted of an interval. */
export interface CountedInterval extends Pick<IntervalDocument, "failure" | "missedCount"> {
  readonly measurement: CountedMeasurement | null;
}

type CountedMeasurement = Pick<
  ProbeDocument,
  | "sentCount"
  | "receivedCount"
  | "replyCount"
  | "lateCount"
  | "unsentCount"
  | "wrongSourceCount"
  | "forward"
  | "backward"
> & {
  readonly unanswered: Pick<ProbeDocument["unanswered"], "count">;
  readonly peer: Pick<PeerDocument, "refusedCount"> | null;
  readonly rtt: Pick<DistributionDocument, "minNs" | "maxNs">;
};

/** Before the first interval. */
export const NO_TOTALS: WatchTotals = {
  intervalCount: 0,
  downCount: 0,
  missedCount: 0,
  sentCount: 0,
  receivedCount: 0,
  lost: NONE,
  duplicated: NONE,
  lateCount: 0,
  refusedCount: null,
  unsentCount: 0,
  wrongSourceCount: 0,
  minRttNs: null,
  maxRttNs: null,
};

/** The totals with one more interval in them. What is not known of it adds nothing. */
export function addInterval(totals: WatchTotals, interval: CountedInterval): WatchTotals {
  const { failure, missedCount, measurement } = interval;
  const counted = {
    ...totals,
    intervalCount: totals.intervalCount + 1,
    downCount: totals.downCount + (failure === null ? 0 : 1),
    missedCount: totals.missedCount + missedCount,
  };
  return measurement === null ? counted : addMeasurement(counted, measurement);
}

function addMeasurement(totals: WatchTotals, measurement: CountedMeasurement): WatchTotals {
  const { rtt, peer } = measurement;
  return {
    ...totals,
    sentCount: totals.sentCount + measurement.sentCount,
    receivedCount: totals.receivedCount + measurement.receivedCount,
    lost: addDirections(totals.lost, lostOf(measurement)),
    duplicated: addDirections(totals.duplicated, duplicatedOf(measurement)),
    lateCount: totals.lateCount + measurement.lateCount,
    refusedCount: known(totals.refusedCount, peer?.refusedCount ?? null, sum),
    unsentCount: totals.unsentCount + measurement.unsentCount,
    wrongSourceCount: totals.wrongSourceCount + measurement.wrongSourceCount,
    minRttNs: known(totals.minRttNs, rtt.minNs, Math.min),
    maxRttNs: known(totals.maxRttNs, rtt.maxNs, Math.max),
  };
}

function lostOf({
  forward,
  backward,
  unanswered,
  peer,
}: CountedMeasurement): DirectionTotalsDocument {
  const of = ({ lostCount }: DirectionDocument): number | null => lostCount;
  // Copies may be among what was refused.
  const together = Math.max(0, unanswered.count - (peer?.refusedCount ?? 0));
  return directions(of(forward), of(backward), together);
}

function duplicatedOf(measurement: CountedMeasurement): DirectionTotalsDocument {
  const of = ({ duplicatedCount }: DirectionDocument): number | null => duplicatedCount;
  const { forward, backward, replyCount, receivedCount } = measurement;
  return directions(of(forward), of(backward), replyCount - receivedCount);
}

/** By direction where both are known, else of both together. */
function directions(
  forward: number | null,
  backward: number | null,
  together: number,
): DirectionTotalsDocument {
  const isKnown = forward !== null && backward !== null;
  return isKnown ? { forward, backward, unknown: null } : { ...NONE, unknown: together };
}

function addDirections(
  one: DirectionTotalsDocument,
  other: DirectionTotalsDocument,
): DirectionTotalsDocument {
  return {
    forward: known(one.forward, other.forward, sum),
    backward: known(one.backward, other.backward, sum),
    unknown: known(one.unknown, other.unknown, sum),
  };
}

/** Both joined; where one is not known, the other. */
function known(
  one: number | null,
  other: number | null,
  join: (one: number, other: number) => number,
): number | null {
  if (one === null || other === null) return one ?? other;
  return join(one, other);
}

function sum(one: number, other: number): number {
  return one + other;
}
