import { expect, test } from "bun:test";
import { seededRandom } from "@udp/core";
import fc from "fast-check";
import type { Reordering } from "./reordering.ts";
import { findReordering } from "./reordering.ts";

/** RFC 4737 word for word, which takes the square of the time. */
function byDefinition(arrivals: readonly number[]): Reordering {
  let [reorderedCount, maxExtent, nextExpected] = [0, 0, Number.NEGATIVE_INFINITY];
  for (const [index, number] of arrivals.entries()) {
    if (number >= nextExpected) {
      nextExpected = number + 1;
      continue;
    }
    reorderedCount++;
    const overtaking = arrivals.findIndex((other) => other > number);
    maxExtent = Math.max(maxExtent, index - overtaking);
  }
  return { reorderedCount, maxExtent };
}

test.each([
  [[1, 2, 3, 5, 6, 7, 8, 4, 9, 10], { reorderedCount: 1, maxExtent: 4 }],
  [[1, 2, 3, 7, 8, 9, 10, 4, 5, 6, 11], { reorderedCount: 3, maxExtent: 6 }],
  [[1, 10, 5], { reorderedCount: 1, maxExtent: 1 }],
  [[1, 3, 7], { reorderedCount: 0, maxExtent: 0 }],
  [[], { reorderedCount: 0, maxExtent: 0 }],
])("finds the reordering of %p", (arrivals, expected) => {
  expect(findReordering(Float64Array.from(arrivals))).toEqual(expected);
});

test("property: it is the definition's", () => {
  const orders = fc.shuffledSubarray(Array.from({ length: 60 }, (_, number) => number));
  fc.assert(
    fc.property(orders, (arrivals) => {
      expect(findReordering(Float64Array.from(arrivals))).toEqual(byDefinition(arrivals));
    }),
  );
});

test("a million arrivals in no order at all are looked through", () => {
  const random = seededRandom(1);
  const arrivals = Float64Array.from({ length: 1_000_000 }, random);
  expect(findReordering(arrivals).reorderedCount).toBeGreaterThan(999_000);
});
