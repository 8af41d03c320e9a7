import { describe, expect, test } from "bun:test";
import { seededRandom } from "@udp/core";
import { chanceOfAtLeast, ratioInterval } from "./binomial.ts";

describe("the Clopper–Pearson interval", () => {
  // Quantiles of the beta distribution, by @stdlib/stats-base-dists-beta-quantile 0.2.3.
  test.each([
    [5, 100, 0.05, 0.016_431_879, 0.112_834_911],
    [50, 200, 2e-6, 0.124_658_2, 0.413_302_9],
    [0, 100, 0.05, 0, 0.036_216_693],
    [100, 100, 0.05, 0.963_783_307, 1],
  ])("of %i in %i, missed with a chance of %f", (count, trials, errorChance, low, high) => {
    const interval = ratioInterval(count, trials, errorChance);
    expect(interval.low).toBeCloseTo(low, 6);
    expect(interval.high).toBeCloseTo(high, 6);
  });

  test("misses the true ratio no more often than it says", () => {
    const random = seededRandom(1);
    const trials = 50;
    let missedCount = 0;
    for (let run = 0; run < 2000; run++) {
      const ratio = random();
      const count = Array.from({ length: trials }, () => random()).filter((x) => x < ratio).length;
      const { low, high } = ratioInterval(count, trials, 0.1);
      if (ratio < low || ratio > high) missedCount++;
    }
    // At most 200 are expected; so many have a chance below one in ten thousand.
    expect(missedCount).toBeLessThan(250);
    expect(missedCount).toBeGreaterThan(20);
  });
});

test("the chance of at least so many", () => {
  const chances = [0, 1, 2, 3].map((least) => chanceOfAtLeast(least, 2, 0.5));
  expect(chances.map((chance) => Number(chance.toFixed(12)))).toEqual([1, 0.75, 0.25, 0]);
});
