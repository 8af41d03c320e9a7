/** The chance that the whole sample lies below the percentile it gives is no more than this. */
const MAX_MISS_CHANCE = 0.05;

/**
 * Whether a sample is large enough to give a percentile: with a chance of 95 % it has a value that is
 * no smaller. That takes `ln 0.05 / ln ratio` values: 5 for the median, 29, 59, 299, 2995 and 29 956
 * for p90, p95, p99, p99.9 and p99.99.
 *
 * @param ratio above 0 and below 1, such as 0.99 for p99.
 */
export function isPercentileSupported(ratio: number, count: number): boolean {
  return count >= Math.log(MAX_MISS_CHANCE) / Math.log(ratio);
}

/**
 * The smallest value that the part `ratio` of the sample does not exceed (nearest rank, so that it is
 * one of the values); `undefined` where the sample does not support it.
 *
 * @param ascending in ascending order, without NaN.
 * @param ratio above 0 and below 1, such as 0.99 for p99.
 */
export function percentile(ascending: Float64Array, ratio: number): number | undefined {
  if (!isPercentileSupported(ratio, ascending.length)) return undefined;
  return ascending[Math.ceil(ratio * ascending.length) - 1];
}
