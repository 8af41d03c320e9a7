import { numberOption } from "../option-check.ts";
import { DEFAULT_MAX_WAIT_MS } from "./backoff.ts";

/** The bounds of an {@link RttEstimator}, in milliseconds. */
export interface RttEstimatorOptions {
  /** The timeout before any sample, `minRtoMs` to `maxRtoMs`. Default the nearest to 1000. */
  readonly initialRtoMs?: number;
  /** The shortest timeout, 0 to `maxRtoMs`. Default 1000 (RFC 6298 section 2.4). */
  readonly minRtoMs?: number;
  /** The longest timeout, 0.001 to 86 400 000 ms. Default 60 000 (RFC 6298 section 2.5). */
  readonly maxRtoMs?: number;
  /** The clock granularity G, 0.001 to 1000 ms. Default 1. */
  readonly granularityMs?: number;
}

/** What a reply says about the transmission that it answers. */
export interface SampleOrigin {
  /**
   * `true` where the request was sent more than once and the reply does not say which transmission
   * it answers. `false` where it was sent once, or the reply echoes an attempt number or timestamp.
   */
  readonly isAmbiguous: boolean;
}

const MIN_MS = 0.001;
const MAX_RTO_MS = 86_400_000;
const MAX_GRANULARITY_MS = 1000;
/** The first and the shortest timeout where nothing else is said (RFC 6298 sections 2.1 and 2.4). */
export const DEFAULT_RTO_MS = 1000;

/** alpha, beta and K of RFC 6298 section 2. */
const SMOOTHING_GAIN = 1 / 8;
const VARIATION_GAIN = 1 / 4;
const VARIATION_WEIGHT = 4;

/**
 * The retransmission timeout (RTO) to one peer, from its round trip times: RFC 6298 section 2 with
 * Karn's rule (section 3).
 */
export class RttEstimator {
  readonly #minRtoMs: number;
  readonly #maxRtoMs: number;
  readonly #granularityMs: number;
  #rtoMs: number;
  #estimate: Estimate | undefined;

  /** @throws UdpError `UDP_BAD_OPTION`. */
  constructor(options: RttEstimatorOptions = {}) {
    const {
      granularityMs = 1,
      maxRtoMs = DEFAULT_MAX_WAIT_MS,
      minRtoMs = DEFAULT_RTO_MS,
    } = options;
    this.#granularityMs = numberOption("granularityMs", granularityMs, MIN_MS, MAX_GRANULARITY_MS);
    this.#maxRtoMs = numberOption("maxRtoMs", maxRtoMs, MIN_MS, MAX_RTO_MS);
    this.#minRtoMs = numberOption("minRtoMs", minRtoMs, 0, maxRtoMs);
    const initialRtoMs = options.initialRtoMs ?? this.#clampRto(DEFAULT_RTO_MS);
    this.#rtoMs = numberOption("initialRtoMs", initialRtoMs, Math.max(minRtoMs, MIN_MS), maxRtoMs);
  }

  /** How long to wait for a reply before the next transmission. Always above 0. */
  get rtoMs(): number {
    return this.#rtoMs;
  }

  /** SRTT; `undefined` before the first sample. */
  get smoothedRttMs(): number | undefined {
    return this.#estimate?.smoothedMs;
  }

  /** RTTVAR, the smoothed deviation; `undefined` before the first sample. */
  get rttVariationMs(): number | undefined {
    return this.#estimate?.variationMs;
  }

  /**
   * Takes the time from a transmission to its reply, by this host's own clock, and ends any
   * back-off. Ambiguous samples are ignored (Karn: the backed-off timeout stays), and so are
   * infinite ones and NaN; negative ones count as 0.
   */
  addSample(rttMs: number, reply: SampleOrigin): void {
    if (reply.isAmbiguous || !Number.isFinite(rttMs)) return;
    this.#estimate = nextEstimate(this.#estimate, Math.max(rttMs, 0));
    const { smoothedMs, variationMs } = this.#estimate;
    const marginMs = Math.max(this.#granularityMs, VARIATION_WEIGHT * variationMs);
    this.#rtoMs = this.#clampRto(smoothedMs + marginMs);
  }

  /** Doubles the timeout, up to the longest (RFC 6298 section 5.5). For when the timer expires. */
  backOff(): void {
    this.#rtoMs = this.#clampRto(this.#rtoMs * 2);
  }

  #clampRto(rtoMs: number): number {
    return Math.min(Math.max(rtoMs, this.#minRtoMs), this.#maxRtoMs);
  }
}

interface Estimate {
  readonly smoothedMs: number;
  readonly variationMs: number;
}

function nextEstimate(estimate: Estimate | undefined, rttMs: number): Estimate {
  if (estimate === undefined) return { smoothedMs: rttMs, variationMs: rttMs / 2 };
  const { smoothedMs, variationMs } = estimate;
  const deviationMs = Math.abs(smoothedMs - rttMs);
  return {
    smoothedMs: (1 - SMOOTHING_GAIN) * smoothedMs + SMOOTHING_GAIN * rttMs,
    variationMs: (1 - VARIATION_GAIN) * variationMs + VARIATION_GAIN * deviationMs,
  };
}
