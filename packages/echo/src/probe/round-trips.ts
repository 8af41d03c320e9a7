import type { SampleArrays } from "./samples.ts";

/** Where the kernel stamped so many of the round trips, the others are left out. */
const STAMPED_RATIO = 0.9;

/** By so much the times of two clocks may disagree that are read at one moment. */
const RESOLUTION_NS = 1000;

/** The round trips of a measurement. */
export interface RoundTrips {
  readonly stamps: "kernel" | "program";
  /** By datagram, of one clock; NaN where it is not known. */
  readonly sentAtNs: Float64Array;
  readonly receivedAtNs: Float64Array;
  /** By datagram; NaN where there is none. */
  readonly rttsNs: Float64Array;
}

/** By the kernel's stamps, where it gave them. */
export function roundTrips(samples: SampleArrays): RoundTrips {
  const { kernelSentAtNs, kernelReceivedAtNs, sentAtNs, receivedAtNs, arrivals } = samples;
  const byKernel = kernelRoundTrips(samples);
  const stampedCount = byKernel.reduce((count, ns) => (Number.isNaN(ns) ? count : count + 1), 0);
  if (stampedCount === 0 || stampedCount < STAMPED_RATIO * arrivals.length) {
    const rttsNs = difference(receivedAtNs, sentAtNs);
    return { stamps: "program", sentAtNs, receivedAtNs, rttsNs };
  }
  // Times of a clock that was set meanwhile cannot be set side by side; a round trip has both of its own.
  return isClockSet(samples)
    ? { stamps: "kernel", sentAtNs, receivedAtNs, rttsNs: byKernel }
    : {
        stamps: "kernel",
        sentAtNs: kernelSentAtNs,
        receivedAtNs: kernelReceivedAtNs,
        rttsNs: byKernel,
      };
}

/** By the kernel's stamps; NaN where it gave none, or cannot be right. */
export function kernelRoundTrips(samples: SampleArrays): Float64Array {
  return samples.sentAtNs.map((_, number) => kernelRoundTrip(samples, number));
}

/**
 * Of one datagram. The kernel stamps by the time of day, which somebody may set while the datagram is under
 * way. It stamps behind the program on the way out and before it on the way in: a round trip that is longer
 * than the program's, or below 0, is no time that has passed.
 */
export function kernelRoundTrip(samples: SampleArrays, number: number): number {
  const { kernelSentAtNs, kernelReceivedAtNs, sentAtNs, receivedAtNs } = samples;
  const rttNs = at(kernelReceivedAtNs, number) - at(kernelSentAtNs, number);
  const longestNs = at(receivedAtNs, number) - at(sentAtNs, number) + RESOLUTION_NS;
  return rttNs >= 0 && rttNs <= longestNs ? rttNs : Number.NaN;
}

/**
 * Whether the time of day was set during the measurement. Else the kernel's stamps are ahead of the program's
 * by one distance, and by less on arrival and by more on departure: the stamps lie between the program's.
 */
export function isClockSet(samples: SampleArrays): boolean {
  const { kernelSentAtNs, kernelReceivedAtNs, sentAtNs, receivedAtNs } = samples;
  let [leastNs, mostNs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let number = 0; number < sentAtNs.length; number++) {
    const aheadAtSendNs = at(kernelSentAtNs, number) - at(sentAtNs, number);
    const aheadAtReceiptNs = at(kernelReceivedAtNs, number) - at(receivedAtNs, number);
    if (aheadAtSendNs < leastNs) leastNs = aheadAtSendNs;
    if (aheadAtReceiptNs > mostNs) mostNs = aheadAtReceiptNs;
  }
  return mostNs > leastNs + RESOLUTION_NS;
}

/** By index; NaN where either is not known. */
export function difference(later: Float64Array, earlier: Float64Array): Float64Array {
  return later.map((value, index) => value - at(earlier, index));
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? Number.NaN;
}
