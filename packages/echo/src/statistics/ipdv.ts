/**
 * IP packet delay variation (RFC 3393) of datagrams that were sent one after the other: for each two neighbours
 * that both arrived, in the order of sending, the delay of the later less that of the earlier, so that a
 * growing delay is positive. No neighbour of a lost datagram has one. An offset of the clocks cancels out.
 *
 * @param delaysNs one for each datagram, in the order of sending: NaN where it was lost.
 */
export function ipdvOf(delaysNs: Float64Array): Float64Array {
  const differencesNs = new Float64Array(delaysNs.length);
  let count = 0;
  let previousNs = Number.NaN;
  for (const delayNs of delaysNs) {
    const differenceNs = delayNs - previousNs;
    previousNs = delayNs;
    if (!Number.isNaN(differenceNs)) differencesNs[count++] = differenceNs;
  }
  return differencesNs.subarray(0, count);
}
