import { describe, expect, test } from "bun:test";
import { seededRandom } from "@udp/core";
import fc from "fast-check";
import { distributionOf } from "./distribution.ts";

const EMPTY_PERCENTILES = {
  p90Ns: undefined,
  p95Ns: undefined,
  p99Ns: undefined,
  p999Ns: undefined,
  p9999Ns: undefined,
};

function sampleOf(values: readonly number[]): Float64Array {
  return Float64Array.from(values);
}

describe("a distribution", () => {
  test("of eight values", () => {
    expect(distributionOf(sampleOf([9, 2, 5, 4, 4, 7, 5, 4]))).toEqual({
      ...EMPTY_PERCENTILES,
      count: 8,
      minNs: 2,
      meanNs: 5,
      medianNs: 4,
      maxNs: 9,
      standardDeviationNs: Math.sqrt(32 / 7),
      medianAbsoluteDeviationNs: 1,
    });
  });

  test("of one value has no spread", () => {
    expect(distributionOf(sampleOf([-7]))).toEqual({
      ...EMPTY_PERCENTILES,
      count: 1,
      minNs: -7,
      meanNs: -7,
      medianNs: undefined,
      maxNs: -7,
      standardDeviationNs: undefined,
      medianAbsoluteDeviationNs: undefined,
    });
  });

  test("of nothing there is none", () => {
    expect(distributionOf(new Float64Array())).toBeUndefined();
  });

  test("leaves the sample in its order", () => {
    const sample = sampleOf([3, 1, 2]);
    distributionOf(sample);
    expect(sample).toEqual(sampleOf([3, 1, 2]));
  });

  // NIST's StRD "NumAcc4": 1001 values, mean 10000000.2, standard deviation 0.1.
  test("keeps the digits of a small spread around a large mean", () => {
    const sample = new Float64Array(1001).map((_, index) => 1e7 + (index % 2 === 1 ? 0.1 : 0.3));
    sample[0] = 1e7 + 0.2;
    const { meanNs, standardDeviationNs } = distributionOf(sample) ?? {};
    expect(meanNs).toBeCloseTo(1e7 + 0.2, 8);
    expect(standardDeviationNs).toBeCloseTo(0.1, 8);
  });

  test("of a million values in any order", () => {
    const random = seededRandom(1);
    const ascending = new Float64Array(1_000_000).map((_, index) => index + 1);
    const distribution = distributionOf(shuffled(ascending, random));
    expect(distribution).toEqual({
      count: 1_000_000,
      minNs: 1,
      meanNs: 500_000.5,
      medianNs: 500_000,
      p90Ns: 900_000,
      p95Ns: 950_000,
      p99Ns: 990_000,
      p999Ns: 999_000,
      p9999Ns: 999_900,
      maxNs: 1_000_000,
      standardDeviationNs: expect.closeTo(Math.sqrt((1e6 * (1e6 + 1)) / 12), 4),
      medianAbsoluteDeviationNs: 250_000,
    });
  });
});

describe("properties, against exact arithmetic", () => {
  const samples = fc
    .tuple(
      fc.constantFrom(0, 1e9, 1e15),
      fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 100 }),
    )
    .map(([offset, values]) => values.map((value) => offset + value));

  test("mean and standard deviation", () => {
    fc.assert(
      fc.property(samples, (values) => {
        const { meanNs, standardDeviationNs } = distributionOf(sampleOf(values)) ?? {};
        const first = values[0] ?? 0;
        const exact = exactMoments(values.map((value) => BigInt(value - first)));
        expect((meanNs ?? Number.NaN) - first).toBeCloseTo(exact.mean, 0);
        expect(standardDeviationNs).toBeCloseTo(exact.standardDeviation, 1);
      }),
    );
  });

  test("median absolute deviation", () => {
    fc.assert(
      fc.property(samples, (values) => {
        fc.pre(values.length >= 5);
        const median = middleOf(values);
        const { medianAbsoluteDeviationNs } = distributionOf(sampleOf(values)) ?? {};
        const distances = values.map((value) => Math.abs(value - median));
        expect(medianAbsoluteDeviationNs).toBe(middleOf(distances));
      }),
    );
  });
});

/** Sums of squares in whole numbers, which lose nothing. */
function exactMoments(values: readonly bigint[]) {
  const count = BigInt(values.length);
  const sum = values.reduce((total, value) => total + value, 0n);
  const squares = values.reduce((total, value) => total + value * value, 0n);
  return {
    mean: Number(sum) / Number(count),
    standardDeviation: Math.sqrt(
      Number(count * squares - sum * sum) / Number(count * (count - 1n)),
    ),
  };
}

function middleOf(values: readonly number[]): number {
  const middle = values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1];
  return middle ?? Number.NaN;
}

function shuffled(values: Float64Array, random: () => number): Float64Array {
  const copy = values.slice();
  for (let last = copy.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [copy[last], copy[other]] = [copy[other] ?? 0, copy[last] ?? 0];
  }
  return copy;
}
