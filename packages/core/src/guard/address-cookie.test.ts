import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Endpoint } from "../address/endpoint.ts";
import { seededRandom } from "../random.ts";
import {
  ADDRESS_COOKIE_BYTES,
  ADDRESS_COOKIE_LIFETIME_NS,
  AddressCookies,
} from "./address-cookie.ts";

const PURPOSE = 1;

const HOLDER: Endpoint = { address: "192.0.2.7", port: 40_831 };
const NS_PER_SECOND = 1_000_000_000;

describe("a cookie", () => {
  test("is good for its holder, and for nobody else", () => {
    const cookies = new AddressCookies(PURPOSE);
    const cookie = cookies.make(HOLDER, 0);
    const strangers: Endpoint[] = [
      HOLDER,
      { ...HOLDER, port: 40_832 },
      { ...HOLDER, address: "192.0.2.8" },
      { ...HOLDER, address: "2001:db8::c000:207" },
    ];
    expect(strangers.map((stranger) => cookies.isValid(cookie, stranger, 0))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  test("is bound to all of an IPv6 address", () => {
    const cookies = new AddressCookies(PURPOSE);
    const cookie = cookies.make({ address: "2001:db8::7", port: 7 }, 0);
    const addresses = ["2001:db8::7", "2001:db9::7", "2001:db8:0:1::7", "2001:db8::1:0:7"];
    expect(addresses.map((address) => cookies.isValid(cookie, { address, port: 7 }, 0))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  test("is no other reflector's", () => {
    const cookie = new AddressCookies(PURPOSE).make(HOLDER, 0);
    expect(new AddressCookies(PURPOSE).isValid(cookie, HOLDER, 0)).toBe(false);
  });

  test.each([0, 1, 2.5, 59.999, 60, 61, 3600])(
    "made at %d s lives between 59 and 60 s",
    (madeAt) => {
      const cookies = new AddressCookies(PURPOSE);
      const madeAtNs = madeAt * NS_PER_SECOND;
      cookies.make(HOLDER, 0);
      const cookie = cookies.make(HOLDER, madeAtNs);
      const agesNs = [0, 59 * NS_PER_SECOND - 1, ADDRESS_COOKIE_LIFETIME_NS];
      expect(agesNs.map((age) => cookies.isValid(cookie, HOLDER, madeAtNs + age))).toEqual([
        true,
        true,
        false,
      ]);
    },
  );

  test("its expiry cannot be put off", () => {
    const cookies = new AddressCookies(PURPOSE);
    const cookie = cookies.make(HOLDER, 0);
    new DataView(cookie.buffer).setUint32(0, 600);
    expect(cookies.isValid(cookie, HOLDER, 0)).toBe(false);
  });

  test("the keys change: the same request has another cookie two lifetimes later", () => {
    const cookies = new AddressCookies(PURPOSE, seededRandom(1));
    const early = cookies.make(HOLDER, 0);
    const late = cookies.make(HOLDER, 2 * ADDRESS_COOKIE_LIFETIME_NS);
    expect(early.subarray(4)).not.toEqual(late.subarray(4));
    // The late expiry with the early key, as somebody would make it who found that key.
    const stolen = new AddressCookies(PURPOSE, seededRandom(1));
    stolen.make(HOLDER, 0);
    const forged = stolen.make(HOLDER, ADDRESS_COOKIE_LIFETIME_NS - 1);
    expect(cookies.isValid(forged, HOLDER, ADDRESS_COOKIE_LIFETIME_NS)).toBe(true);
    cookies.make(HOLDER, 3 * ADDRESS_COOKIE_LIFETIME_NS);
    expect(cookies.isValid(forged, HOLDER, ADDRESS_COOKIE_LIFETIME_NS)).toBe(false);
  });

  test.each([0, 23, 25])("of %d bytes is none", (length) => {
    expect(new AddressCookies(PURPOSE).isValid(new Uint8Array(length), HOLDER, 0)).toBe(false);
  });

  test("property: one bit changed, and it is none", () => {
    const cookies = new AddressCookies(PURPOSE);
    const cookie = cookies.make(HOLDER, 0);
    fc.assert(
      fc.property(fc.nat({ max: 8 * ADDRESS_COOKIE_BYTES - 1 }), (bit) => {
        const byte = Math.floor(bit / 8);
        const changed = cookie.with(byte, (cookie[byte] ?? 0) ^ (1 << (bit % 8)));
        expect(cookies.isValid(changed, HOLDER, 0)).toBe(false);
      }),
    );
  });
});
