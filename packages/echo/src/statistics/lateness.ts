/** When datagrams were due and when they were sent, by one clock: one index, one datagram. */
export interface SendTimes {
  readonly intendedAtNs: Float64Array;
  /** As many. */
  readonly sentAtNs: Float64Array;
}

/**
 * By how much each datagram was sent late, which is the error of the timer; below 0 where it was
 * early. Round trips measured from the real sending leave this out, and so flatter a sender that
 * stalls (coordinated omission).
 */
export function latenessNs({ intendedAtNs, sentAtNs }: SendTimes): Float64Array {
  return sentAtNs.map((sendingNs, index) => sendingNs - (intendedAtNs[index] ?? Number.NaN));
}

/** The part that was later than the threshold, 0 to 1; `undefined` where nothing was sent. */
export function lateRatio(latenessesNs: Float64Array, thresholdNs: number): number | undefined {
  if (latenessesNs.length === 0) return undefined;
  let lateCount = 0;
  for (const lateNs of latenessesNs) {
    if (lateNs > thresholdNs) lateCount++;
  }
  return lateCount / latenessesNs.length;
}
