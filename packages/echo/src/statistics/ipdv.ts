/**
 * IP packet delay variation (RFC 3393) of datagrams that were sent one after the other. An offset of
 * the clocks cancels out.
 */
export interface Ipdv {
  /**
   * For each two neighbours that both arrived, in the order of sending: the delay of the later less
   * that of the earlier, so that a growing delay is positive. No neighbour of a lost datagram has one.
   */
  readonly differencesNs: Float64Array;
  /** The mean of their sizes, signs left aside; `undefined` where there are none. */
  readonly meanAbsoluteNs: number | undefined;
}

/** @param delaysNs one for each datagram, in the order of sending: NaN where it was lost. */
export function ipdvOf(delaysNs: Float64Array): Ipdv {
  const differencesNs = new Float64Array(delaysNs.length);
  let count = 0;
  let sumNs = 0;
  let previousNs = Number.NaN;
  for (const delayNs of delaysNs) {
    const differenceNs = delayNs - previousNs;
    previousNs = delayNs;
    if (Number.isNaN(differenceNs)) continue;
    differencesNs[count++] = differenceNs;
    sumNs += Math.abs(differenceNs);
  }
  return {
    differencesNs: differencesNs.subarray(0, count),
    meanAbsoluteNs: count === 0 ? undefined : sumNs / count,
  };
}
