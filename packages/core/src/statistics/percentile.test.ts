import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isPercentileSupported, percentile } from "./percentile.ts";

function upTo(count: number): Float64Array {
  return new Float64Array(count).map((_, index) => index + 1);
}

describe("the smallest sample that supports", () => {
  test.each([
    ["the median", 0.5, 5],
    ["p90", 0.9, 29],
    ["p95", 0.95, 59],
    ["p99", 0.99, 299],
    ["p99.9", 0.999, 2995],
    ["p99.99", 0.9999, 29_956],
  ])("%s", (_name, ratio, count) => {
    expect([count - 1, count].map((size) => isPercentileSupported(ratio, size))).toEqual([
      false,
      true,
    ]);
    expect([count - 1, count].map((size) => percentile(upTo(size), ratio))).toEqual([
      undefined,
      Math.ceil(ratio * count),
    ]);
  });

  test("property: misses the percentile as a whole with a chance of no more than 5 %", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.99 }), fc.nat(400), (ratio, count) => {
        expect(isPercentileSupported(ratio, count)).toBe(ratio ** count <= 0.05);
      }),
    );
  });
});

describe("a percentile", () => {
  test("is the nearest rank, also where the rank is a whole number", () => {
    const ranks = [0.5, 0.9, 0.95, 0.99].map((ratio) => percentile(upTo(1000), ratio));
    expect(ranks).toEqual([500, 900, 950, 990]);
    expect([0.5, 0.9].map((ratio) => percentile(upTo(101), ratio))).toEqual([51, 91]);
  });

  test("property: is the smallest value that so many do not exceed", () => {
    const samples = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 59, maxLength: 120 });
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 95 }), (sample, percent) => {
        const isReached = (value: number) =>
          100 * sample.filter((other) => other <= value).length >= percent * sample.length;
        const smallest = sample.filter(isReached).sort((a, b) => a - b)[0];
        const ascending = Float64Array.from(sample).sort();
        // 0.07 × 100 is a little more than 7 as a double; halves and quarters are exact.
        const isExact = percent % 25 === 0 || !Number.isInteger((percent * sample.length) / 100);
        fc.pre(isExact);
        expect(percentile(ascending, percent / 100)).toBe(smallest);
      }),
    );
  });

  test("of nothing there is none", () => {
    expect(percentile(upTo(0), 0.5)).toBeUndefined();
  });

  test("of a million values", () => {
    expect([0.5, 0.999, 0.9999].map((ratio) => percentile(upTo(1_000_000), ratio))).toEqual([
      500_000, 999_000, 999_900,
    ]);
  });
});
