import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { latenessNs, lateRatio } from "./lateness.ts";

describe("lateness", () => {
  test("is the real less the intended time of sending", () => {
    const intendedAtNs = Float64Array.of(0, 100, 200, 300);
    const sentAtNs = Float64Array.of(0, 130, 195, 301);
    expect(latenessNs({ intendedAtNs, sentAtNs })).toEqual(Float64Array.of(0, 30, -5, 1));
  });

  test("of a million datagrams, one in four of them late", () => {
    const intendedAtNs = new Float64Array(1_000_000).map((_, index) => index * 1000);
    const sentAtNs = intendedAtNs.map((dueNs, index) => dueNs + (index % 4) * 10);
    expect(lateRatio(latenessNs({ intendedAtNs, sentAtNs }), 20)).toBe(0.25);
  });
});

describe("the late part", () => {
  test("is later than the threshold, not as late", () => {
    const latenesses = Float64Array.of(-5, 0, 10, 11, 12);
    expect([10, -6, 12].map((thresholdNs) => lateRatio(latenesses, thresholdNs))).toEqual([
      0.4, 1, 0,
    ]);
  });

  test("of nothing there is none", () => {
    expect(lateRatio(new Float64Array(), 0)).toBeUndefined();
  });

  test("property: as a filter counts", () => {
    const latenessLists = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1 });
    fc.assert(
      fc.property(latenessLists, fc.integer({ min: -9, max: 9 }), (latenesses, thresholdNs) => {
        const lateCount = latenesses.filter((lateNs) => lateNs > thresholdNs).length;
        const ratio = lateRatio(Float64Array.from(latenesses), thresholdNs);
        expect(ratio).toBe(lateCount / latenesses.length);
      }),
    );
  });
});
