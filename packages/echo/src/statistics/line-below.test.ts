import { describe, expect, test } from "bun:test";
import { seededRandom } from "@udp/core";
import fc from "fast-check";
import type { Line, Points } from "./line-below.ts";
import { heightsAbove, levelLineBelow, lineBelow } from "./line-below.ts";

function pointsOf(pairs: readonly (readonly [number, number])[]): Points {
  return {
    x: Float64Array.from(pairs, ([x]) => x),
    y: Float64Array.from(pairs, ([, y]) => y),
  };
}

function sumOfHeights(points: Points, line: Line): number {
  return heightsAbove(points, line).reduce((sum, height) => sum + height, 0);
}

/** Sorted by x only: points on one x come in any order. */
const plane = fc
  .array(fc.tuple(fc.nat(20), fc.integer({ min: -20, max: 20 })), { minLength: 1, maxLength: 25 })
  .map((pairs) => pairs.toSorted(([a], [b]) => a - b));

describe("the line below", () => {
  test("touches the side of the hull below the mean", () => {
    const points = pointsOf([
      [0, 5],
      [1, 1],
      [5, 9],
      [6, 8],
      [9, 5],
      [10, 30],
    ]);
    const line = lineBelow(points);
    expect(line).toEqual({ throughIndex: 1, slope: 0.5 });
    expect(line && heightsAbove(points, line)).toEqual(Float64Array.of(4.5, 0, 6, 4.5, 0, 24.5));
  });

  test("touches its points, though 7 times 29/7 is a little more than 29", () => {
    const points = pointsOf([
      [0, 0],
      [7, 29],
    ]);
    const line = lineBelow(points);
    expect(line && heightsAbove(points, line)).toEqual(Float64Array.of(0, 0));
  });

  test("there is none where all points have the same x", () => {
    const points = pointsOf([
      [3, 5],
      [3, 1],
    ]);
    expect([lineBelow(points), lineBelow(pointsOf([]))]).toEqual([undefined, undefined]);
  });

  test("property: no line through two points lies below all and closer to them", () => {
    fc.assert(
      fc.property(plane, (pairs) => {
        const points = pointsOf(pairs);
        const line = lineBelow(points);
        const sums = linesBelowAll(points).map((other) => sumOfHeights(points, other));
        expect(line && sumOfHeights(points, line)).toEqual(
          sums.length === 0 ? undefined : expect.closeTo(Math.min(...sums), 9),
        );
      }),
      { numRuns: 500 },
    );
  });

  test("property: no point lies below it, but for rounding", () => {
    fc.assert(
      fc.property(plane, (pairs) => {
        const points = pointsOf(pairs);
        const line = lineBelow(points);
        fc.pre(line !== undefined);
        expect(isBelowAll(points, line)).toBe(true);
      }),
    );
  });

  test("a million points, half of them corners", () => {
    const random = seededRandom(1);
    const x = new Float64Array(1_000_000).map((_, index) => index - 500_000);
    const y = x.map((value, index) => value ** 2 + (index % 2) * random() * 1e12);
    const { slope } = lineBelow({ x, y }) ?? { slope: Number.NaN };
    expect(slope).toBeWithin(-2.1, 2.1);
  });
});

describe("the level line below", () => {
  test("goes through the lowest point", () => {
    const points = pointsOf([
      [0, 5],
      [1, -3],
      [2, 4],
    ]);
    expect(levelLineBelow(points)).toEqual({ throughIndex: 1, slope: 0 });
    expect(heightsAbove(points, levelLineBelow(points))).toEqual(Float64Array.of(8, 0, 7));
  });
});

function linesBelowAll(points: Points): readonly Line[] {
  const lines = [...points.x].flatMap((left, throughIndex) =>
    [...points.x].flatMap((right, index) => {
      const rise = (points.y[index] ?? 0) - (points.y[throughIndex] ?? 0);
      return right > left ? [{ throughIndex, slope: rise / (right - left) }] : [];
    }),
  );
  return lines.filter((line) => isBelowAll(points, line));
}

function isBelowAll({ x, y }: Points, { throughIndex, slope }: Line): boolean {
  return x.every((value, index) => {
    const reach = value - (x[throughIndex] ?? 0);
    return (y[index] ?? 0) - (y[throughIndex] ?? 0) - slope * reach > -1e-9;
  });
}
