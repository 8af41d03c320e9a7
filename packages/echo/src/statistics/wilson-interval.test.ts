import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { wilsonInterval } from "./wilson-interval.ts";

const seen = fc
  .integer({ min: 1, max: 10_000_000 })
  .chain((total) => fc.tuple(fc.integer({ min: 0, max: total }), fc.constant(total)));

describe("the Wilson interval", () => {
  // Newcombe, "Two-sided confidence intervals for the single proportion" (1998), method 3.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("of %i in %i", (count, total, lowerRatio, upperRatio) => {
    expect(wilsonInterval(count, total)).toEqual({
      lowerRatio: expect.closeTo(lowerRatio, 4),
      upperRatio: expect.closeTo(upperRatio, 4),
    });
  });

  test("of nothing is everything", () => {
    expect(wilsonInterval(0, 0)).toEqual({ lowerRatio: 0, upperRatio: 1 });
  });

  test("of none and of all ends at 0 and at 1 exactly, and is not empty", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), (total) => {
        const none = wilsonInterval(0, total);
        const all = wilsonInterval(total, total);
        expect([none.lowerRatio, all.upperRatio]).toEqual([0, 1]);
        expect(none.upperRatio).toBeGreaterThan(0);
        expect(all.lowerRatio).toBeLessThan(1);
      }),
    );
  });

  test("property: holds what was seen, and lies within 0 to 1", () => {
    fc.assert(
      fc.property(seen, ([count, total]) => {
        const { lowerRatio, upperRatio } = wilsonInterval(count, total);
        const bounds = [0, lowerRatio, count / total, upperRatio, 1];
        expect(bounds).toEqual(bounds.toSorted((a, b) => a - b));
      }),
    );
  });

  test("property: is narrower where the same ratio was seen in more", () => {
    fc.assert(
      fc.property(seen, fc.integer({ min: 2, max: 9 }), ([count, total], times) => {
        const more = wilsonInterval(count * times, total * times);
        const less = wilsonInterval(count, total);
        const width = ({ lowerRatio, upperRatio }: typeof more) => upperRatio - lowerRatio;
        expect(width(more)).toBeLessThan(width(less));
      }),
    );
  });

  test("property: its bounds are the ratios from which what was seen is 1.96 deviations off", () => {
    fc.assert(
      fc.property(seen, ([count, total]) => {
        fc.pre(count > 0 && count < total);
        const { lowerRatio, upperRatio } = wilsonInterval(count, total);
        const deviationsOff = [lowerRatio, upperRatio].map(
          (ratio) => (count - total * ratio) / Math.sqrt(total * ratio * (1 - ratio)),
        );
        expect(deviationsOff).toEqual([expect.closeTo(1.96, 3), expect.closeTo(-1.96, 3)]);
      }),
    );
  });
});
