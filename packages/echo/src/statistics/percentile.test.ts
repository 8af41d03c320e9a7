import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { nearestRank, percentile, supportingCount } from "./percentile.ts";

describe("percentile", () => {
  test("takes so many values that one lies beyond it with 95 %", () => {
    expect([0.5, 0.9, 0.95, 0.99, 0.999, 0.9999].map(supportingCount)).toEqual([
      5, 29, 59, 299, 2995, 29_956,
    ]);
    for (const ratio of [0.5, 0.9, 0.99]) {
      const count = supportingCount(ratio);
      expect(ratio ** count).toBeLessThanOrEqual(0.05);
      expect(ratio ** (count - 1)).toBeGreaterThan(0.05);
    }
  });

  test("is not said where too few values support it", () => {
    const sorted = Float64Array.from({ length: 299 }, (_, index) => index + 1);
    expect([
      percentile(sorted, 0.99),
      percentile(sorted.subarray(1), 0.99),
      percentile(sorted, 0.5),
      percentile(new Float64Array(), 0.5),
    ]).toEqual([297, undefined, 150, undefined]);
  });

  test("property: at least that part of the values does not exceed it, and no smaller value does that", () => {
    const values = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1 });
    const hundredths = fc.integer({ min: 1, max: 99 });
    fc.assert(
      fc.property(values, hundredths, (unsorted, percent) => {
        const sorted = Float64Array.from(unsorted).sort();
        const value = nearestRank(sorted, percent / 100) ?? Number.NaN;
        const hundredthsUpTo = (limit: number): number =>
          (100 * unsorted.filter((one) => one <= limit).length) / unsorted.length;
        expect(unsorted).toContain(value);
        expect(hundredthsUpTo(value)).toBeGreaterThanOrEqual(percent - 1e-9);
        expect(hundredthsUpTo(value - 1)).toBeLessThan(percent);
      }),
    );
  });
});
