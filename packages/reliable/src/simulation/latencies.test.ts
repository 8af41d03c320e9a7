import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { countUpTo, percentile } from "./latencies.ts";

function upTo(count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => index + 1);
}

describe("percentile", () => {
  test.each([
    [0.5, 4, 5],
    [0.99, 298, 299],
    [0.999, 2994, 2995],
  ])("%d: nothing from %i values, something from %i", (ratio, tooFew, enough) => {
    expect([percentile(upTo(tooFew), ratio), percentile(upTo(enough), ratio)]).toEqual([
      undefined,
      Math.ceil(ratio * enough),
    ]);
  });

  test("is one of the values, the nearest rank", () => {
    expect([0.5, 0.99].map((ratio) => percentile(upTo(1000), ratio))).toEqual([500, 990]);
  });

  test("of nothing there is none", () => {
    expect(percentile(upTo(0), 0.5)).toBeUndefined();
  });
});

describe("countUpTo", () => {
  test("property: counts as a filter does", () => {
    const values = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 40 });
    fc.assert(
      fc.property(values, fc.integer({ min: -1, max: 21 }), (sample, limit) => {
        const counted = countUpTo(Float64Array.from(sample).sort(), limit);
        expect(counted).toBe(sample.filter((value) => value <= limit).length);
      }),
    );
  });
});
