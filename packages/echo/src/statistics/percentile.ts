const CONFIDENCE = 0.95;

/**
 * The fewest values that support a percentile: among so many at least one lies beyond it with a probability
 * of 95 %. For p99 299, for p99.9 2,995.
 *
 * @param ratio above 0 and below 1, such as 0.99.
 */
export function supportingCount(ratio: number): number {
  return Math.ceil(Math.log(1 - CONFIDENCE) / Math.log(ratio));
}

/**
 * The smallest value that at least this part of the values does not exceed (nearest rank); `undefined`
 * where too few values support it.
 */
export function percentile(sorted: Float64Array, ratio: number): number | undefined {
  return sorted.length < supportingCount(ratio) ? undefined : nearestRank(sorted, ratio);
}

/** The same without a look at how many values there are; `undefined` where there are none. */
export function nearestRank(sorted: Float64Array, ratio: number): number | undefined {
  // A ratio such as 0.07 times 100 is a little more than 7.
  const rank = Math.ceil(Number((ratio * sorted.length).toPrecision(12)));
  return sorted[Math.max(rank, 1) - 1];
}
