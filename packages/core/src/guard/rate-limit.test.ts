import { heapStats } from "bun:jsc";
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { AddressWords } from "../address/ip-address.ts";
import { addressWords, parseAddress } from "../address/ip-address.ts";
import { RateLimit, SourceRateLimit } from "./rate-limit.ts";

const SECOND_NS = 1_000_000_000;

/** Rates whose bucket can be counted in whole nanoseconds, so that the model makes no rounding error. */
const rates = fc.constantFrom(0.1, 0.5, 1, 4, 8, 10, 16, 100, 1000, 4000, 100_000, 1_000_000);

const BURST_NS = SECOND_NS / 10;

/** A bucket as the textbook draws it: it fills as time goes by, and a reply takes its share. */
class PlainBucket {
  readonly #costNs: number;
  readonly #capacityNs: number;
  #levelNs: number;
  #filledAtNs = 0;

  constructor(ratePerSecond: number) {
    this.#costNs = SECOND_NS / ratePerSecond;
    // With the thousandth of a token that is granted against rounding.
    this.#capacityNs = Math.max(this.#costNs, BURST_NS) + this.#costNs / 1000;
    this.#levelNs = this.#capacityNs;
  }

  take(nowNs: number): boolean {
    this.#levelNs = Math.min(this.#capacityNs, this.#levelNs + nowNs - this.#filledAtNs);
    this.#filledAtNs = nowNs;
    if (this.#levelNs < this.#costNs) return false;
    this.#levelNs -= this.#costNs;
    return true;
  }
}

/** Moments in order; the waits between them are none, short or long in terms of the rate. */
function momentsNs(ratePerSecond: number): fc.Arbitrary<number[]> {
  const intervalNs = SECOND_NS / ratePerSecond;
  const wait = fc.oneof(fc.constant(0), fc.nat(intervalNs), fc.nat(40 * intervalNs + BURST_NS));
  return fc.array(wait, { maxLength: 300 }).map((waits) => {
    let nowNs = 0;
    return waits.map((waitNs) => (nowNs += waitNs));
  });
}

const runs = rates.chain((rate) => fc.tuple(fc.constant(rate), momentsNs(rate)));

function grantedCount(limit: { take(nowNs: number): boolean }, nowNs: number, asked: number) {
  return Array.from({ length: asked }, () => limit.take(nowNs)).filter(Boolean).length;
}

describe("one bucket", () => {
  test.each<[number, number]>([
    [0.5, 1],
    [1, 1],
    [10, 1],
    [15, 1],
    [20, 2],
    [1000, 100],
    [100_000, 10_000],
  ])("%d a second allows %d at once", (rate, burst) => {
    const limit = new RateLimit(rate);
    expect(grantedCount(limit, 5, burst + 20)).toBe(burst);
  });

  test("gives the next one after the interval, and not much more than a thousandth of it earlier", () => {
    const limit = new RateLimit(10);
    const early = 0.998 * (SECOND_NS / 10);
    const granted = [0, early, SECOND_NS / 10].map((nowNs) => limit.take(nowNs));
    expect(granted).toEqual([true, false, true]);
  });

  test("gives a tenth of a second's worth at once, for every rate", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.nat(), (tens, nowNs) => {
        expect(grantedCount(new RateLimit(10 * tens), nowNs, tens + 2)).toBe(tens);
      }),
    );
  });

  test("a refusal costs nothing", () => {
    const limit = new RateLimit(10);
    limit.take(0);
    for (let nowNs = 1; nowNs < 1000; nowNs++) limit.take(nowNs);
    expect(limit.take(SECOND_NS / 10)).toBe(true);
  });

  test("a long pause saves up no more than one burst", () => {
    const limit = new RateLimit(1000);
    limit.take(0);
    expect(grantedCount(limit, 3600 * SECOND_NS, 500)).toBe(100);
  });

  test("decides as the textbook's bucket does", () => {
    fc.assert(
      fc.property(runs, ([rate, moments]) => {
        const limit = new RateLimit(rate);
        const model = new PlainBucket(rate);
        const decisions = moments.map((nowNs) => limit.take(nowNs));
        expect(decisions).toEqual(moments.map((nowNs) => model.take(nowNs)));
      }),
    );
  });

  test("never grants more than burst and rate allow, between any two moments", () => {
    const anyRate = fc.double({ min: 0.01, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(anyRate, runs, (rate, [, moments]) => {
        const limit = new RateLimit(rate);
        const grantedNs = moments.filter((nowNs) => limit.take(nowNs));
        const burst = Math.max(1, rate / 10);
        const isAllowed = (count: number, durationNs: number): boolean =>
          count <= burst + (rate * durationNs) / SECOND_NS + 0.001 + 1e-6;
        const isEveryWindowAllowed = grantedNs.every((fromNs, first) =>
          grantedNs.slice(first).every((toNs, later) => isAllowed(later + 1, toNs - fromNs)),
        );
        expect(isEveryWindowAllowed).toBe(true);
      }),
    );
  });
});

describe("a bucket for each source", () => {
  function words(address: string): AddressWords {
    return addressWords(parseAddress(address));
  }

  /** Whether the second source still gets a reply when the first has used up its bucket. */
  function areSeparate(one: string, other: string): boolean {
    const limit = new SourceRateLimit(1);
    limit.take(words(one), 0);
    return limit.take(words(other), 0);
  }

  test.each<[string, string, boolean]>([
    ["192.0.2.1", "192.0.2.1", false],
    ["192.0.2.1", "::ffff:192.0.2.1", false],
    ["192.0.2.1", "192.0.2.2", true],
    ["2001:db8::1", "2001:db8::1", false],
    ["2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", false],
    ["2001:db8::1", "2001:db8:0:1::1", true],
    ["2001:db8::1", "2001:db9::1", true],
    ["::1", "192.0.2.1", true],
    ["fe80::1%eth0", "fe80::2%eth1", false],
    // RFC 6052: behind NAT64 each address is an IPv4 host of its own; local prefixes are not known.
    ["64:ff9b::192.0.2.1", "64:ff9b::192.0.2.1", false],
    ["64:ff9b::192.0.2.1", "64:ff9b::192.0.2.2", true],
    ["64:ff9b::192.0.2.1", "192.0.2.1", true],
    ["64:ff9b::1:192.0.2.1", "64:ff9b::1:192.0.2.2", false],
    ["64:ff9b:1::192.0.2.1", "64:ff9b:1::192.0.2.2", false],
    ["64:ff9c::192.0.2.1", "64:ff9c::192.0.2.2", false],
  ])("%s and %s have buckets of their own: %p", (one, other, expected) => {
    expect(areSeparate(one, other)).toBe(expected);
  });

  test("decides for few sources as a bucket for each would", () => {
    const sources = ["192.0.2.1", "192.0.2.2", "2001:db8::1"].map(words);
    const arrivals = fc.array(fc.tuple(fc.nat(2), fc.nat(40_000_000)), { maxLength: 300 });
    fc.assert(
      fc.property(arrivals, (run) => {
        const limit = new SourceRateLimit(100);
        const buckets = sources.map(() => new RateLimit(100));
        let nowNs = 0;
        for (const [index, waitNs] of run) {
          nowNs += waitNs;
          const granted = limit.take(sources[index] ?? words("::"), nowNs);
          expect(granted).toBe(buckets[index]?.take(nowNs) ?? false);
        }
      }),
    );
  });

  /** Lets a source ask once for each of that many addresses, from the 10.0.0.0 on. */
  function takeFromMany(limit: SourceRateLimit, count: number, nowNs: number): number {
    const source = words("10.0.0.0");
    const first = source[3] ?? 0;
    let grantedCount = 0;
    for (let index = 0; index < count; index++) {
      source[3] = first + index;
      if (limit.take(source, nowNs)) grantedCount++;
    }
    return grantedCount;
  }

  test("10 million sources get their replies, and take no memory", () => {
    const limit = new SourceRateLimit(1000);
    takeFromMany(limit, 1000, 0);
    Bun.gc(true);
    const before = heapStats();
    expect(takeFromMany(limit, 10_000_000, SECOND_NS)).toBe(10_000_000);
    Bun.gc(true);
    const after = heapStats();
    const growthBytes =
      after.heapSize + after.extraMemorySize - before.heapSize - before.extraMemorySize;
    expect(growthBytes).toBeLessThan(1_000_000);
  });

  test("a source that has used up its bucket is not let off by a crowd of others", () => {
    const limit = new SourceRateLimit(1000);
    const greedy = words("192.0.2.1");
    const granted = Array.from({ length: 200 }, () => limit.take(greedy, 0));
    takeFromMany(limit, 1_000_000, 0);
    const isLetOff = limit.take(greedy, 0);
    expect({ granted: granted.filter(Boolean).length, isLetOff }).toEqual({
      granted: 100,
      isLetOff: false,
    });
  });

  test("a source that was crowded out starts again with a full bucket", () => {
    const limit = new SourceRateLimit(1);
    const source = words("192.0.2.1");
    limit.take(source, 0);
    const before = limit.take(source, 1);
    takeFromMany(limit, 1_000_000, 2);
    expect([before, limit.take(source, 3)]).toEqual([false, true]);
  });
});
