import { percentile } from "@udp/core";
import { meanOf } from "./mean.ts";

/** What a sample of durations tells. What it is too small to tell is `undefined`. */
export interface Distribution {
  /** At least 1. */
  readonly count: number;
  readonly minNs: number;
  readonly meanNs: number;
  /** p50 by nearest rank: of two middle values the smaller. */
  readonly medianNs: number | undefined;
  readonly p90Ns: number | undefined;
  readonly p95Ns: number | undefined;
  readonly p99Ns: number | undefined;
  /** p99.9. */
  readonly p999Ns: number | undefined;
  /** p99.99. */
  readonly p9999Ns: number | undefined;
  readonly maxNs: number;
  /** Of the sample (divided by `count - 1`); needs two values. */
  readonly standardDeviationNs: number | undefined;
  /**
   * The median of the distances from the median (MAD), not scaled to resemble a standard deviation.
   * A few outliers do not move it.
   */
  readonly medianAbsoluteDeviationNs: number | undefined;
}

/**
 * The distribution of finite values in any order, which may be negative; `undefined` of no values.
 * Percentiles are nearest ranks, given where `isPercentileSupported` says so. Sorts a copy.
 */
export function distributionOf(valuesNs: Float64Array): Distribution | undefined {
  return distributionOfAscending(valuesNs.toSorted());
}

function distributionOfAscending(ascendingNs: Float64Array): Distribution | undefined {
  const minNs = ascendingNs.at(0);
  const maxNs = ascendingNs.at(-1);
  if (minNs === undefined || maxNs === undefined) return undefined;
  const meanNs = meanOf(ascendingNs);
  const medianNs = percentile(ascendingNs, 0.5);
  return {
    count: ascendingNs.length,
    minNs,
    meanNs,
    medianNs,
    p90Ns: percentile(ascendingNs, 0.9),
    p95Ns: percentile(ascendingNs, 0.95),
    p99Ns: percentile(ascendingNs, 0.99),
    p999Ns: percentile(ascendingNs, 0.999),
    p9999Ns: percentile(ascendingNs, 0.9999),
    maxNs,
    standardDeviationNs: standardDeviation(ascendingNs, meanNs),
    medianAbsoluteDeviationNs:
      medianNs === undefined ? undefined : medianDistance(ascendingNs, medianNs),
  };
}

function standardDeviation(values: Float64Array, mean: number): number | undefined {
  if (values.length < 2) return undefined;
  let sum = 0;
  for (const value of values) sum += (value - mean) ** 2;
  return Math.sqrt(sum / (values.length - 1));
}

/** Walks outwards from the median, always to the nearer neighbour: distances come in order. */
function medianDistance(ascending: Float64Array, median: number): number {
  const middle = Math.ceil(ascending.length / 2) - 1;
  let [below, above] = [middle, middle + 1];
  let distance = 0;
  for (let walkedCount = 0; walkedCount <= middle; walkedCount++) {
    const toBelow = median - (ascending[below] ?? Number.NEGATIVE_INFINITY);
    const toAbove = (ascending[above] ?? Number.POSITIVE_INFINITY) - median;
    distance = Math.min(toBelow, toAbove);
    if (toBelow <= toAbove) below--;
    else above++;
  }
  return distance;
}
