import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { delayVariation, smoothedJitter } from "./delay-variation.ts";

/** Sent every 20, arrived at 50 72 89 115 131 150. */
const DELAYS = Float64Array.of(50, 52, 49, 55, 51, 50);

describe("delayVariation", () => {
  test("is the difference of adjacent delays", () => {
    expect([...delayVariation(DELAYS)]).toEqual([2, -3, 6, -4, -1]);
  });

  test("says nothing of pairs of which one was lost", () => {
    const lost = Number.NaN;
    expect([...delayVariation(Float64Array.of(1, lost, 4, 6, lost, lost, 9, 7))]).toEqual([2, -2]);
    expect([...delayVariation(new Float64Array())]).toEqual([]);
  });

  test("property: the differences add up to that of the ends", () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (delays) => {
        const sum = delayVariation(Float64Array.from(delays)).reduce(
          (total, one) => total + one,
          0,
        );
        expect(sum).toBe((delays.at(-1) ?? 0) - (delays[0] ?? 0));
      }),
    );
  });
});

describe("smoothedJitter", () => {
  test("is that of RFC 3550", () => {
    const jitters = [2, 3, 4, 5, 6].map((count) => smoothedJitter(DELAYS.subarray(0, count)));
    expect(jitters.map((jitter) => Number(jitter?.toFixed(6)))).toEqual([
      0.125, 0.304_688, 0.660_645, 0.869_354, 0.877_52,
    ]);
  });

  test("takes two arrivals", () => {
    expect([new Float64Array(), Float64Array.of(5)].map(smoothedJitter)).toEqual([
      undefined,
      undefined,
    ]);
  });
});
