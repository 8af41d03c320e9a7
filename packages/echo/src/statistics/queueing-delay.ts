import type { Line, Points } from "./line-below.ts";
import { heightsAbove, levelLineBelow, lineBelow } from "./line-below.ts";

/** When datagrams were sent and when they arrived: one index, one datagram that arrived. */
export interface TransitTimes {
  /** By the sender's clock, in the order of sending, so that it never falls. */
  readonly sentAtNs: Float64Array;
  /** By the receiver's clock, which may be set otherwise and run faster or slower. As many. */
  readonly arrivedAtNs: Float64Array;
}

/** One-way queueing delays, told without clocks that agree. */
export interface QueueingDelays {
  /**
   * How much faster the receiver's clock runs, in millionths; `undefined` where that cannot be told,
   * and then the clocks are taken to run alike.
   */
  readonly driftPpm: number | undefined;
  /**
   * By how much each datagram took longer than the least delay at its time, never below 0. Relative: a
   * queue that no datagram found empty is taken for a part of the path.
   */
  readonly relativeDelaysNs: Float64Array;
}

/** Fewer datagrams may all have met a queue. */
export const MIN_DRIFT_COUNT = 100;

/** In a shorter time, tens of microseconds in queues weigh as much as the drift of common clocks. */
export const MIN_DRIFT_SPAN_NS = 10e9;

/** No clock that NTP keeps is further off (MAXFREQ of RFC 5905); a queue that grows can be. */
export const MAX_DRIFT_PPM = 500;

const MILLION = 1e6;

/**
 * Draws the line below all one-way delays that lies closest to them in sum, after Moon, Skelly and
 * Towsley, "Estimation and Removal of Clock Skew from Network Delay Measurements" (1999). Its height
 * is the least delay and the unknown offset of the clocks, its slope is their drift, and what lies
 * above it was spent in queues. A drift is claimed for `MIN_DRIFT_COUNT` datagrams over
 * `MIN_DRIFT_SPAN_NS`, and up to `MAX_DRIFT_PPM`; otherwise the line is level. A queue that grows
 * slowly all the time looks like a drift.
 *
 * Each clock's times should count from a moment close to the measurement: since 1970 so many
 * nanoseconds have gone by that doubles are 256 apart.
 */
export function queueingDelaysOf({ sentAtNs, arrivedAtNs }: TransitTimes): QueueingDelays {
  const delaysNs = arrivedAtNs.map(
    (arrivalNs, index) => arrivalNs - (sentAtNs[index] ?? Number.NaN),
  );
  const points = { x: sentAtNs, y: delaysNs };
  const drift = driftLine(points);
  const line = drift ?? levelLineBelow(points);
  return {
    driftPpm: drift && drift.slope * MILLION,
    relativeDelaysNs: heightsAbove(points, line),
  };
}

function driftLine(points: Points): Line | undefined {
  const { x } = points;
  const [startNs = 0] = x;
  const spanNs = (x.at(-1) ?? startNs) - startNs;
  if (x.length < MIN_DRIFT_COUNT || spanNs < MIN_DRIFT_SPAN_NS) return undefined;
  const line = lineBelow(points);
  return line && Math.abs(line.slope) * MILLION <= MAX_DRIFT_PPM ? line : undefined;
}
