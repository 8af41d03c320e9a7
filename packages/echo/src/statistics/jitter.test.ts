import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { interarrivalJitterNs } from "./jitter.ts";

describe("interarrival jitter", () => {
  const sent = [0, 20, 40, 60, 80, 100];
  const arrived = [50, 72, 89, 115, 131, 150];
  const transits = Float64Array.from(arrived, (arrival, index) => arrival - (sent[index] ?? 0));

  test.each([
    [0, undefined],
    [1, undefined],
    [2, 0.125],
    [3, 0.304_688],
    [4, 0.660_645],
    [5, 0.869_354],
    [6, 0.877_52],
  ])("after %i arrivals", (count, jitterNs) => {
    const jitter = interarrivalJitterNs(transits.subarray(0, count));
    expect(jitter).toEqual(jitterNs === undefined ? undefined : expect.closeTo(jitterNs, 5));
  });

  const transitLists = fc.array(fc.integer({ min: -100_000, max: 100_000 }), {
    minLength: 2,
    maxLength: 60,
  });

  test("property: a difference counts 1/16, and 15/16 of that with each later one", () => {
    fc.assert(
      fc.property(transitLists, (transitsNs) => {
        const differences = transitsNs
          .slice(1)
          .map((to, from) => Math.abs(to - (transitsNs[from] ?? 0)));
        const weighted = differences
          .toReversed()
          .map((difference, age) => (difference / 16) * (15 / 16) ** age);
        const expected = weighted.reduce((sum, part) => sum + part, 0);
        expect(interarrivalJitterNs(Float64Array.from(transitsNs))).toBeCloseTo(expected, 6);
      }),
    );
  });

  test("property: the whole numbers of RFC 3550's appendix A.8 are never one unit off", () => {
    fc.assert(
      fc.property(transitLists, (transitsNs) => {
        const jitter = interarrivalJitterNs(Float64Array.from(transitsNs)) ?? Number.NaN;
        expect(Math.abs(jitter - scaledJitter(transitsNs) / 16)).toBeLessThan(1);
      }),
    );
  });

  test("of a million datagrams", () => {
    const alternating = new Float64Array(1_000_000).map((_, index) => (index % 2) * 8);
    expect(interarrivalJitterNs(alternating)).toBeCloseTo(8, 9);
  });
});

/** Sixteen times the jitter, rounded in each step. */
function scaledJitter(transits: readonly number[]): number {
  let jitter = 0;
  for (const [index, transit] of transits.entries()) {
    const difference = Math.abs(transit - (transits[index - 1] ?? transit));
    jitter += difference - ((jitter + 8) >> 4);
  }
  return jitter;
}
