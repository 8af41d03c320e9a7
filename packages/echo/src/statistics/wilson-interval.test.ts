import { expect, test } from "bun:test";
import fc from "fast-check";
import { wilsonInterval } from "./wilson-interval.ts";

/** Newcombe 1998, table I, method 3. */
test.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])("the interval of %d in %d is from %d to %d", (hits, count, lower, upper) => {
  const { lowerRatio, upperRatio } = wilsonInterval(hits, count);
  expect([lowerRatio, upperRatio].map((ratio) => Number(ratio.toFixed(4)))).toEqual([lower, upper]);
});

test("without observations the ratio can be anything", () => {
  expect(wilsonInterval(0, 0)).toEqual({ lowerRatio: 0, upperRatio: 1 });
});

test("property: the interval holds what was seen, and is narrower where more was", () => {
  const counts = fc.integer({ min: 1, max: 10_000_000 });
  fc.assert(
    fc.property(counts, fc.double({ min: 0, max: 1, noNaN: true }), (count, part) => {
      const hits = Math.round(part * count);
      const { lowerRatio, upperRatio } = wilsonInterval(hits, count);
      const more = wilsonInterval(4 * hits, 4 * count);
      expect(lowerRatio).toBeGreaterThanOrEqual(0);
      expect(lowerRatio).toBeLessThanOrEqual(hits / count);
      expect(upperRatio).toBeGreaterThanOrEqual(hits / count);
      expect(upperRatio).toBeLessThanOrEqual(1);
      expect(more.upperRatio - more.lowerRatio).toBeLessThan(upperRatio - lowerRatio);
    }),
  );
});
