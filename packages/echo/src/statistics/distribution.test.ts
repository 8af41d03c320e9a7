import { expect, test } from "bun:test";
import fc from "fast-check";
import { distributionOf } from "./distribution.ts";

test("a distribution says what the values support, and nothing else", () => {
  expect(distributionOf(Float64Array.of(4, 1, 3, 2, 10))).toEqual({
    count: 5,
    minNs: 1,
    meanNs: 4,
    medianNs: 3,
    p90Ns: undefined,
    p95Ns: undefined,
    p99Ns: undefined,
    p999Ns: undefined,
    p9999Ns: undefined,
    maxNs: 10,
    standardDeviationNs: Math.sqrt(50 / 4),
    medianAbsoluteDeviationNs: 1,
  });
  expect(distributionOf(Float64Array.of(7))).toMatchObject({
    count: 1,
    minNs: 7,
    meanNs: 7,
    maxNs: 7,
    medianNs: undefined,
    standardDeviationNs: undefined,
    medianAbsoluteDeviationNs: undefined,
  });
  expect(new Set(Object.values(distributionOf(new Float64Array())))).toEqual(
    new Set([0, undefined]),
  );
});

test("a distribution knows every percentile of 29,956 values", () => {
  const values = Float64Array.from({ length: 29_956 }, (_, index) => 29_956 - index);
  const { p90Ns, p95Ns, p99Ns, p999Ns, p9999Ns } = distributionOf(values);
  expect([p90Ns, p95Ns, p99Ns, p999Ns, p9999Ns]).toEqual([26_961, 28_459, 29_657, 29_927, 29_954]);
});

test("property: a shift moves the places and not the spread, however large it is", () => {
  const values = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 5 });
  const shifts = fc.integer({ min: 0, max: 2 ** 50 });
  fc.assert(
    fc.property(values, shifts, (numbers, shift) => {
      const near = distributionOf(Float64Array.from(numbers));
      const far = distributionOf(Float64Array.from(numbers, (number) => number + shift));
      expect(far.medianNs).toBe((near.medianNs ?? 0) + shift);
      expect(far.medianAbsoluteDeviationNs).toBe(near.medianAbsoluteDeviationNs);
      expect(far.standardDeviationNs).toBeCloseTo(near.standardDeviationNs ?? 0, 0);
    }),
  );
});
