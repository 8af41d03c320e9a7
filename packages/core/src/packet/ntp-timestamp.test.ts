import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { decodeNtpTimestamp, encodeNtpTimestamp } from "./ntp-timestamp.ts";

function unixNs(time: string, nanoseconds = 0): bigint {
  return BigInt(Date.parse(time)) * 1_000_000n + BigInt(nanoseconds);
}

describe("an NTP timestamp", () => {
  test.each([
    ["1970", 0n, 0x83aa_7e80_0000_0000n],
    ["half a second later", 500_000_000n, 0x83aa_7e80_8000_0000n],
    [
      "the last moment of era 0",
      unixNs("2036-02-07T06:28:15Z", 999_999_999),
      0xffff_ffff_ffff_fffbn,
    ],
    ["the first moment of era 1", unixNs("2036-02-07T06:28:16Z"), 0n],
  ])("of %s", (_title, ns, timestamp) => {
    expect([encodeNtpTimestamp(ns), decodeNtpTimestamp(timestamp)]).toEqual([timestamp, ns]);
  });

  test("of other implementations, whose fractions are rounded otherwise", () => {
    const decoded = [0xc1a9_ae1c_cf5c_28f5n, 0xebbd_1788_4575_e93fn].map(decodeNtpTimestamp);
    expect(decoded).toEqual([
      unixNs("2002-12-17T14:07:24Z", 810_000_000),
      unixNs("2025-04-30T21:41:28Z", 271_330_431),
    ]);
  });

  test("property: what was encoded is decoded, from 1968 to 2104", () => {
    const moment = fc.bigInt({
      min: unixNs("1968-01-21T00:00:00Z"),
      max: unixNs("2104-02-25T00:00:00Z"),
    });
    fc.assert(
      fc.property(moment, (ns) => {
        expect(decodeNtpTimestamp(encodeNtpTimestamp(ns))).toBe(ns);
      }),
      { numRuns: 2000 },
    );
  });
});
