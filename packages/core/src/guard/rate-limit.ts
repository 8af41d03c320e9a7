import type { AddressWords } from "../address/ip-address.ts";
import { isSingleHost } from "../address/single-host.ts";
import { SlotTable } from "./slot-table.ts";

const NS_PER_SECOND = 1_000_000_000;

/** A burst is so much of what the rate allows in a second, and at least one. */
const BURST_DIVISOR = 10;

/** A thousandth of a token more than the burst, so that rounding never costs one. */
const ROUNDING_TOKENS = 0.001;

/**
 * Token buckets in one number each: the time at which the bucket will be full again (the generic
 * cell rate algorithm, ITU-T I.371 annex A). A bucket that was never used, or not for long, is full.
 */
class BucketRule {
  readonly #intervalNs: number;
  readonly #toleranceNs: number;

  constructor(ratePerSecond: number) {
    const burst = Math.max(1, ratePerSecond / BURST_DIVISOR);
    this.#intervalNs = NS_PER_SECOND / ratePerSecond;
    this.#toleranceNs = (burst - 1 + ROUNDING_TOKENS) * this.#intervalNs;
  }

  /** Takes a token from the bucket of a slot; `false` where none is left. */
  take(fullAtNs: Float64Array, slot: number, nowNs: number): boolean {
    const fromNs = Math.max(fullAtNs[slot] ?? nowNs, nowNs);
    if (fromNs - nowNs > this.#toleranceNs) return false;
    fullAtNs[slot] = fromNs + this.#intervalNs;
    return true;
  }
}

/** One token bucket: `ratePerSecond`, with bursts of a tenth of a second's worth. */
export class RateLimit {
  readonly #rule: BucketRule;
  readonly #fullAtNs = Float64Array.of(Number.NEGATIVE_INFINITY);

  constructor(ratePerSecond: number) {
    this.#rule = new BucketRule(ratePerSecond);
  }

  /** Takes a token; `false` where none is left. */
  take(nowNs: number): boolean {
    return this.#rule.take(this.#fullAtNs, 0, nowNs);
  }
}

const SOURCE_SLOTS = 65_536;

/**
 * A token bucket per source address (IPv6: per /64, which one host can fill alone; behind NAT64 per
 * IPv4 address) in 1.5 MB, however many sources there are. A source that is crowded out starts again
 * with a full bucket; buckets that are full, and so hold nothing worth keeping, are crowded out first.
 */
export class SourceRateLimit {
  readonly #rule: BucketRule;
  readonly #table = new SlotTable(SOURCE_SLOTS);

  constructor(ratePerSecond: number) {
    this.#rule = new BucketRule(ratePerSecond);
  }

  take(source: AddressWords, nowNs: number): boolean {
    return this.#rule.take(this.#table.stampNs, this.#slotOf(source), nowNs);
  }

  #slotOf(source: AddressWords): number {
    // Read by index: destructuring a typed array goes through its iterator, at twice the time.
    const a = source[0] ?? 0;
    const b = source[1] ?? 0;
    return isSingleHost(source)
      ? this.#table.slotOf(a, b, source[2] ?? 0, source[3] ?? 0)
      : this.#table.slotOf(a, b, 0, 0);
  }
}
