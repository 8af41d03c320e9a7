/**
 * By how much the delays of adjacent datagrams differ: IP packet delay variation, RFC 3393, of
 * singletons that follow each other as they were sent. Where one of a pair is lost (NaN), there is none.
 *
 * @param delaysNs by the order in which the datagrams were sent.
 * @returns the later delay less the earlier one, for each pair that arrived.
 */
export function delayVariation(delaysNs: Float64Array): Float64Array {
  return delaysNs
    .subarray(1)
    .map((delayNs, index) => delayNs - (delaysNs[index] ?? Number.NaN))
    .filter((variationNs) => !Number.isNaN(variationNs));
}

/** The share of a new difference in the smoothed one. */
const GAIN = 1 / 16;

/**
 * The interarrival jitter of RTP, RFC 3550 section 6.4.1: `J += (|D| - J) / 16`, from 0 on.
 *
 * @param delaysNs in the order in which the datagrams arrived.
 * @returns `undefined` for fewer than two.
 */
export function smoothedJitter(delaysNs: Float64Array): number | undefined {
  if (delaysNs.length < 2) return undefined;
  let jitterNs = 0;
  for (const variationNs of delayVariation(delaysNs)) {
    jitterNs += (Math.abs(variationNs) - jitterNs) * GAIN;
  }
  return jitterNs;
}
