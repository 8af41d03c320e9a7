import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { internetChecksum, onesComplementSum } from "./internet-checksum.ts";

/** RFC 1071 section 3. */
const EXAMPLE = Uint8Array.fromHex("0001f203f4f5f6f7");

describe("internetChecksum", () => {
  test("the example of RFC 1071", () => {
    expect([onesComplementSum(EXAMPLE), internetChecksum(EXAMPLE)]).toEqual([0xdd_f2, 0x22_0d]);
  });

  test("nothing, and an odd byte", () => {
    expect([internetChecksum(new Uint8Array()), internetChecksum(Uint8Array.of(0x12))]).toEqual([
      0xff_ff, 0xed_ff,
    ]);
  });

  test("property: bytes with their checksum behind them sum to all ones", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const even = bytes.subarray(0, bytes.length - (bytes.length % 2));
        const checksum = internetChecksum(even);
        const whole = Uint8Array.of(...even, Math.floor(checksum / 256), checksum % 256);
        expect(onesComplementSum(whole)).toBe(0xff_ff);
      }),
    );
  });

  test("property: a sum can be made in parts that have whole words", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat({ max: 50 }), (bytes, words) => {
        const [head, tail] = [bytes.subarray(0, 2 * words), bytes.subarray(2 * words)];
        expect(onesComplementSum(tail, onesComplementSum(head))).toBe(onesComplementSum(bytes));
      }),
    );
  });
});
