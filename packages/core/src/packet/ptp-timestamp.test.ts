import { expect, test } from "bun:test";
import fc from "fast-check";
import { decodePtpTimestamp } from "./ptp-timestamp.ts";

test.each([
  ["1970", 0n, 0n],
  ["a second and two nanoseconds later", 0x0000_0001_0000_0002n, 1_000_000_002n],
  ["the last moment", 0xffff_ffff_3b9a_c9ffn, 4_294_967_295_999_999_999n],
  ["a second of nanoseconds", 0x3b9a_ca00n, undefined],
])("%s", (_title, timestamp, unixNs) => {
  expect(decodePtpTimestamp(timestamp)).toBe(unixNs);
});

test("property: a later timestamp is a later moment", () => {
  const part = fc.bigInt({ min: 0n, max: 999_999_999n });
  fc.assert(
    fc.property(part, part, (seconds, nanoseconds) => {
      const timestamp = (seconds << 32n) | nanoseconds;
      expect(decodePtpTimestamp(timestamp)).toBe(seconds * 1_000_000_000n + nanoseconds);
    }),
  );
});
