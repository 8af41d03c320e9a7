import { nearestRank, percentile } from "./percentile.ts";

/** How times are spread. `undefined`: the values do not say it, or not with enough certainty. */
export interface Distribution {
  readonly count: number;
  readonly minNs: number | undefined;
  readonly meanNs: number | undefined;
  readonly medianNs: number | undefined;
  readonly p90Ns: number | undefined;
  readonly p95Ns: number | undefined;
  readonly p99Ns: number | undefined;
  readonly p999Ns: number | undefined;
  readonly p9999Ns: number | undefined;
  readonly maxNs: number | undefined;
  /** Of a sample (n - 1); for two values and more. */
  readonly standardDeviationNs: number | undefined;
  /** The median of the distances from the median, not scaled. */
  readonly medianAbsoluteDeviationNs: number | undefined;
}

/** How values in any order are spread; none of them is NaN. */
export function distributionOf(values: Float64Array): Distribution {
  const sorted = values.toSorted();
  const count = sorted.length;
  const meanNs = count === 0 ? undefined : meanOf(sorted);
  const medianNs = percentile(sorted, 0.5);
  return {
    count,
    minNs: sorted[0],
    meanNs,
    medianNs,
    p90Ns: percentile(sorted, 0.9),
    p95Ns: percentile(sorted, 0.95),
    p99Ns: percentile(sorted, 0.99),
    p999Ns: percentile(sorted, 0.999),
    p9999Ns: percentile(sorted, 0.9999),
    maxNs: sorted[count - 1],
    standardDeviationNs: meanNs === undefined ? undefined : standardDeviation(sorted, meanNs),
    medianAbsoluteDeviationNs: medianNs === undefined ? undefined : spreadAround(sorted, medianNs),
  };
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function standardDeviation(values: Float64Array, mean: number): number | undefined {
  if (values.length < 2) return undefined;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

function spreadAround(values: Float64Array, middle: number): number | undefined {
  const distances = values.map((value) => Math.abs(value - middle)).sort();
  return nearestRank(distances, 0.5);
}
