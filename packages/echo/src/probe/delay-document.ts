/** What a measurement says of times, and of the path that they are of. */
import { countSchema } from "@udp/core/documents";
import * as v from "valibot";

/**
 * Times in nanoseconds, and how they are spread. A percentile is null where the sample is too small for it:
 * below ln 0.05 / ln p values it is not likely (95 %) that any lies beyond. All but `count` are null where there
 * are no values at all.
 */
export interface DistributionDocument {
  readonly count: number;
  readonly minNs: number | null;
  readonly meanNs: number | null;
  readonly medianNs: number | null;
  readonly p90Ns: number | null;
  readonly p95Ns: number | null;
  readonly p99Ns: number | null;
  readonly p999Ns: number | null;
  readonly p9999Ns: number | null;
  readonly maxNs: number | null;
  /** Of the sample (n - 1); null for fewer than two values. */
  readonly standardDeviationNs: number | null;
  /** The median of the distances from the median. */
  readonly medianAbsoluteDeviationNs: number | null;
}

/**
 * By how much one-way delays exceed the least one of their direction. Relative: the clocks need not agree, and
 * what no datagram was without is taken for a part of the path.
 */
export interface QueueingDocument {
  readonly forward: DistributionDocument;
  readonly backward: DistributionDocument;
  /** How much faster the far end's clock runs, in millionths; null where the run is too short to tell. */
  readonly driftPpm: number | null;
}

/** Delays by the clocks of both ends: as good as these agree. */
export interface OneWayDocument {
  readonly forward: DistributionDocument;
  readonly backward: DistributionDocument;
}

/** What is known of the clocks of both ends. */
export interface ClocksDocument {
  /** Whether this host's is said to be synchronised. */
  readonly isOwnSynchronised: boolean;
  /** Whether the far end has said so of its own with every reply. */
  readonly isPeerSynchronised: boolean;
}

/** What this machine adds to whatever it measures, measured beforehand. */
export interface NoiseDocument {
  /** Round trips of datagrams that a socket sends to itself, by this program's clock. */
  readonly selfRtt: DistributionDocument;
  /** How much later than asked for the thread was woken. */
  readonly sleepError: DistributionDocument;
}

/** TTL or hop limit; of one path the same in all datagrams. */
export interface HopLimitDocument {
  readonly min: number;
  readonly max: number;
}

const optionalTime = v.nullable(v.number());

/** Checks a {@link DistributionDocument}. */
export const distributionSchema: v.GenericSchema<unknown, DistributionDocument> = v.strictObject({
  count: countSchema,
  minNs: optionalTime,
  meanNs: optionalTime,
  medianNs: optionalTime,
  p90Ns: optionalTime,
  p95Ns: optionalTime,
  p99Ns: optionalTime,
  p999Ns: optionalTime,
  p9999Ns: optionalTime,
  maxNs: optionalTime,
  standardDeviationNs: optionalTime,
  medianAbsoluteDeviationNs: optionalTime,
});

/** Checks a {@link QueueingDocument}. */
export const queueingSchema: v.GenericSchema<unknown, QueueingDocument> = v.strictObject({
  forward: distributionSchema,
  backward: distributionSchema,
  driftPpm: optionalTime,
});

/** Checks a {@link OneWayDocument}. */
export const oneWaySchema: v.GenericSchema<unknown, OneWayDocument> = v.strictObject({
  forward: distributionSchema,
  backward: distributionSchema,
});

/** Checks a {@link ClocksDocument}. */
export const clocksSchema: v.GenericSchema<unknown, ClocksDocument> = v.strictObject({
  isOwnSynchronised: v.boolean(),
  isPeerSynchronised: v.boolean(),
});

/** Checks a {@link NoiseDocument}. */
export const noiseSchema: v.GenericSchema<unknown, NoiseDocument> = v.strictObject({
  selfRtt: distributionSchema,
  sleepError: distributionSchema,
});

/** Checks a {@link HopLimitDocument}. */
export const hopLimitSchema: v.GenericSchema<unknown, HopLimitDocument> = v.strictObject({
  min: countSchema,
  max: countSchema,
});
