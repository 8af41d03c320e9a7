import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { compilePrefix, isInPrefix } from "./address-prefix.ts";
import type { AddressWords } from "./ip-address.ts";
import { addressWords, parseAddress } from "./ip-address.ts";

describe("compilePrefix", () => {
  test("IPv4 prefixes stand in the mapped form", () => {
    expect(compilePrefix("10.0.0.0/8")).toEqual({
      network: Uint32Array.of(0, 0, 0xff_ff, 0x0a_00_00_00),
      mask: Uint32Array.of(0xff_ff_ff_ff, 0xff_ff_ff_ff, 0xff_ff_ff_ff, 0xff_00_00_00),
      lengthBits: 104,
    });
  });

  test("an IPv6 prefix ends inside a word", () => {
    expect(compilePrefix("2001:4:112::/48")).toEqual({
      network: Uint32Array.of(0x20_01_00_04, 0x01_12_00_00, 0, 0),
      mask: Uint32Array.of(0xff_ff_ff_ff, 0xff_ff_00_00, 0, 0),
      lengthBits: 48,
    });
  });
});

describe("isInPrefix", () => {
  test("agrees with ipaddr.js on IPv4", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.nat(32), (address, network, length) => {
        const prefix = compilePrefix(`${network}/${length}`);
        const expected = ipaddr.IPv4.parse(address).match(ipaddr.IPv4.parse(network), length);
        expect(isInPrefix(addressWords(address), prefix)).toBe(expected);
      }),
    );
  });

  test("the last bit of a prefix counts, and the first bit behind it does not", () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const address = ipaddr.IPv6.parse(text).toNormalizedString();
        const words = addressWords(parseAddress(address));
        const holds = (length: number, bit: number): boolean =>
          isInPrefix(flipBit(words, bit), compilePrefix(`${address}/${length}`));
        const lengths = Array.from({ length: 129 }, (_, length) => length);
        expect({
          lastBit: lengths.filter((length) => length > 0 && holds(length, length - 1)),
          bitBehind: lengths.filter((length) => length < 128 && !holds(length, length)),
        }).toEqual({ lastBit: [], bitBehind: [] });
      }),
      { numRuns: 10 },
    );
  });
});

function flipBit(words: AddressWords, bit: number): AddressWords {
  return words.map((word, index) =>
    index === bit >>> 5 ? word ^ (0x80_00_00_00 >>> (bit & 31)) : word,
  );
}
