import { expect, test } from "bun:test";
import fc from "fast-check";
import { addressWords } from "./ip-address.ts";
import { formatIpv4Word } from "./ipv4-word.ts";

test("formatIpv4Word undoes addressWords", () => {
  fc.assert(
    fc.property(fc.nat({ max: 0xff_ff_ff_ff }), (word) => {
      expect(addressWords(formatIpv4Word(word))[3]).toBe(word);
    }),
  );
});

test("formatIpv4Word reads a negative number as its 32 bits", () => {
  expect([formatIpv4Word(-1), formatIpv4Word(~0x7f_00_00_01)]).toEqual([
    "255.255.255.255",
    "128.255.255.254",
  ]);
});
