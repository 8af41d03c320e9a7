import { expect, test } from "bun:test";
import {
  decodeStampErrorEstimate,
  encodeStampErrorEstimate,
  stampErrorSeconds,
} from "./stamp-error-estimate.ts";

test.each([
  [0x85_12, { isSynchronized: true, format: "ntp", scale: 5, multiplier: 18 }],
  [0xc5_12, { isSynchronized: true, format: "ptp", scale: 5, multiplier: 18 }],
  [0x00_01, { isSynchronized: false, format: "ntp", scale: 0, multiplier: 1 }],
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
  const estimate = { isSynchronized: true, format: "ntp", scale: 22, multiplier: 1 } as const;
  expect(stampErrorSeconds(estimate)).toBe(2 ** -10);
});
