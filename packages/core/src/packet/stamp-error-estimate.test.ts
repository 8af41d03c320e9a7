import { expect, test } from "bun:test";
import fc from "fast-check";
import { UNKNOWN_CLOCK } from "../timing/clock-status.ts";
import {
  decodeStampErrorEstimate,
  encodeStampErrorEstimate,
  estimateStampError,
  stampErrorSeconds,
} from "./stamp-error-estimate.ts";

test.each([
  [0x85_12, { isSynchronised: true, format: "ntp", scale: 5, multiplier: 18 }],
  [0xc5_12, { isSynchronised: true, format: "ptp", scale: 5, multiplier: 18 }],
  [0x00_01, { isSynchronised: false, format: "ntp", scale: 0, multiplier: 1 }],
] as const)("%i", (field, estimate) => {
  expect(decodeStampErrorEstimate(field)).toEqual(estimate);
  expect(encodeStampErrorEstimate(estimate)).toBe(field);
});

test("every field is read and written as it is, but those with a multiplier of 0", () => {
  const wrong = Array.from({ length: 0x1_00_00 }, (_, field) => field).filter((field) => {
    const estimate = decodeStampErrorEstimate(field);
    const written = estimate === undefined ? undefined : encodeStampErrorEstimate(estimate);
    return written !== (field % 256 === 0 ? undefined : field);
  });
  expect(wrong).toEqual([]);
});

test("the error in seconds", () => {
  const estimate = { isSynchronised: true, format: "ntp", scale: 22, multiplier: 1 } as const;
  expect(stampErrorSeconds(estimate)).toBe(2 ** -10);
});

test.each([
  [0, 2 ** -32],
  [1e6, 132 * 2 ** -17],
  [UNKNOWN_CLOCK.maxErrorNs, 16],
  [Number.POSITIVE_INFINITY, 255 * 2 ** 31],
])("an error of %d ns is said to be %d s", (maxErrorNs, seconds) => {
  expect(stampErrorSeconds(estimateStampError({ isSynchronised: true, maxErrorNs }))).toBe(seconds);
});

test("property: what is said is no less than the error, and more by less than a 64th", () => {
  const error = fc.double({ min: 1e3, max: 1e20, noNaN: true });
  fc.assert(
    fc.property(error, fc.boolean(), (maxErrorNs, isSynchronised) => {
      const estimate = estimateStampError({ isSynchronised, maxErrorNs });
      const ratio = stampErrorSeconds(estimate) / (maxErrorNs / 1e9);
      expect(ratio).toBeGreaterThanOrEqual(1);
      expect(ratio).toBeLessThan(1 + 1 / 64);
      expect(decodeStampErrorEstimate(encodeStampErrorEstimate(estimate))).toEqual(estimate);
    }),
  );
});
