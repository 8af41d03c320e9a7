/** The weight of the newest difference (RFC 3550 section 6.4.1). */
const GAIN = 1 / 16;

/**
 * The interarrival jitter of RFC 3550 sections 6.4.1 and A.8 after the last arrival, in nanoseconds
 * and unrounded. Being a running average, it tells of the last few dozen datagrams, not of them all.
 * `undefined` for fewer than two: a first one has nothing to differ from.
 *
 * @param transitsNs arrival less sending of each datagram, in the order of arrival; the two clocks
 *   need not agree.
 */
export function interarrivalJitterNs(transitsNs: Float64Array): number | undefined {
  if (transitsNs.length < 2) return undefined;
  let [previousNs = 0] = transitsNs;
  let jitterNs = 0;
  for (const transitNs of transitsNs) {
    jitterNs += (Math.abs(transitNs - previousNs) - jitterNs) * GAIN;
    previousNs = transitNs;
  }
  return jitterNs;
}
