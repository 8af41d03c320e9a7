import type { AddressWords } from "../address/ip-address.ts";
import { isMappedIpv4 } from "../address/ip-address.ts";
import { SlotTable } from "./slot-table.ts";

const NS_PER_SECOND = 1_000_000_000;

/** A burst is what the rate allows in this time, and at least one. */
const BURST_SECONDS = 0.1;

/**
 * A token bucket in one number: the time at which the bucket will be full again (the generic
 * cell rate algorithm, ITU-T I.371 annex A). A bucket that was never used, or not for long, is full.
 */
class BucketRule {
  readonly #intervalNs: number;
  readonly #toleranceNs: number;

  constructor(ratePerSecond: number) {
    const burst = Math.max(1, ratePerSecond * BURST_SECONDS);
    this.#intervalNs = NS_PER_SECOND / ratePerSecond;
    this.#toleranceNs = (burst - 1) * this.#intervalNs;
  }

  /** The new time at which the bucket is full, or `undefined` where no token is left. */
  take(fullAtNs: number, nowNs: number): number | undefined {
    const fromNs = Math.max(fullAtNs, nowNs);
    return fromNs - nowNs > this.#toleranceNs ? undefined : fromNs + this.#intervalNs;
  }
}

/** One token bucket: `ratePerSecond`, with bursts of a tenth of a second's worth. */
export class RateLimit {
  readonly #rule: BucketRule;
  #fullAtNs = Number.NEGATIVE_INFINITY;

  constructor(ratePerSecond: number) {
    this.#rule = new BucketRule(ratePerSecond);
  }

  take(nowNs: number): boolean {
    const fullAtNs = this.#rule.take(this.#fullAtNs, nowNs);
    if (fullAtNs !== undefined) this.#fullAtNs = fullAtNs;
    return fullAtNs !== undefined;
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
    const slot = this.#slotOf(source);
    const { stampNs } = this.#table;
    const fullAtNs = this.#rule.take(stampNs[slot] ?? nowNs, nowNs);
    if (fullAtNs !== undefined) stampNs[slot] = fullAtNs;
    return fullAtNs !== undefined;
  }

  #slotOf(source: AddressWords): number {
    // Read by index: destructuring a typed array goes through its iterator, at twice the time.
    const a = source[0] ?? 0;
    const b = source[1] ?? 0;
    return isMappedIpv4(source) || isNat64(source)
      ? this.#table.slotOf(a, b, source[2] ?? 0, source[3] ?? 0)
      : this.#table.slotOf(a, b, 0, 0);
  }
}

/** 64:ff9b::/96, in which an IPv4 host each has one address (RFC 6052). */
function isNat64(words: AddressWords): boolean {
  return words[0] === 0x64_ff_9b && words[1] === 0 && words[2] === 0;
}
