import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { percentileInterval } from "./percentile-interval.ts";

/** Each value is its rank. */
function upTo(count: number): Float64Array {
  return new Float64Array(count).map((_, index) => index + 1);
}

describe("the interval of a percentile", () => {
  // Ranks from the binomial distribution of SciPy 1.17.1.
  test.each([
    [0.5, 6, 1, 6],
    [0.5, 10, 2, 9],
    [0.5, 20, 6, 15],
    [0.5, 100, 40, 61],
    [0.9, 100, 84, 96],
    [0.99, 368, 360, 368],
    [0.99, 1000, 983, 997],
    [0.999, 1_000_000, 998_938, 999_062],
  ])("%d of %i values", (ratio, count, lowerNs, upperNs) => {
    expect(percentileInterval(upTo(count), ratio)).toEqual({ lowerNs, upperNs });
  });

  test.each([
    [0.5, 0],
    [0.5, 5],
    [0.99, 367],
    [0.01, 367],
    [0.9999, 29_956],
  ])("%d of %i values: none, since one side is open", (ratio, count) => {
    expect(percentileInterval(upTo(count), ratio)).toBeUndefined();
  });

  test("property: the narrowest whose sides each miss with a chance of no more than 2.5 %", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 99 }),
        fc.integer({ min: 1, max: 150 }),
        (percent, n) => {
          const ratio = percent / 100;
          const missChances = (rank: number) => ({
            low: chanceOfFewer(rank, n, ratio),
            high: chanceOfFewer(n - rank + 1, n, 1 - ratio),
          });
          const { lowerNs, upperNs } = percentileInterval(upTo(n), ratio) ?? {};
          fc.pre(lowerNs !== undefined && upperNs !== undefined);
          expect(missChances(lowerNs).low).toBeLessThanOrEqual(0.025);
          expect(missChances(lowerNs + 1).low).toBeGreaterThan(0.025);
          expect(missChances(upperNs).high).toBeLessThanOrEqual(0.025);
          expect(missChances(upperNs - 1).high).toBeGreaterThan(0.025);
        },
      ),
    );
  });
});

/** The chance that of `n` values fewer than the limit are below the percentile. */
function chanceOfFewer(limit: number, n: number, ratio: number): number {
  let chance = (1 - ratio) ** n;
  let sum = 0;
  for (let below = 0; below < limit; below++) {
    sum += chance;
    chance *= ((n - below) / (below + 1)) * (ratio / (1 - ratio));
  }
  return sum;
}
