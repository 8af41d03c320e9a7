/** The chance that the sample does not reach beyond the percentile. */
const MAX_MISS_CHANCE = 0.05;

/**
 * The value that the part `ratio` of the sample does not exceed (nearest rank). `undefined` where the
 * sample is too small to tell: fewer than `ln 0.05 / ln ratio` values, all of which may lie below it
 * with a chance of more than 5 %.
 *
 * @param ascending in ascending order.
 * @param ratio above 0 and below 1, such as 0.99.
 */
export function percentile(ascending: Float64Array, ratio: number): number | undefined {
  if (ascending.length < Math.log(MAX_MISS_CHANCE) / Math.log(ratio)) return undefined;
  return ascending[Math.ceil(ratio * ascending.length) - 1];
}

/** How many values are no larger than `limit`. */
export function countUpTo(ascending: Float64Array, limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? Number.POSITIVE_INFINITY) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
