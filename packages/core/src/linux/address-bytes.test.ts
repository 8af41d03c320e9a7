import { expect, test } from "bun:test";
import fc from "fast-check";
import { decodeAddressBytes, encodeAddressBytes } from "./address-bytes.ts";

test.each([
  ["192.0.2.7", "c0000207"],
  ["2001:db8::1", "20010db8000000000000000000000001"],
  ["fe80::1%123456", "fe800000000000000000000000000001"],
  ["fec0::1", "fec00000000000000000000000000001"],
])("%s to bytes and back", (address, hex) => {
  expect(encodeAddressBytes(address).toHex()).toBe(hex);
  expect(decodeAddressBytes(Uint8Array.fromHex(hex), 123_456)).toBe(address);
});

test("whatever bytes come, only 4 or 16 are an address", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
      const isAddress = bytes.byteLength === 4 || bytes.byteLength === 16;
      expect(decodeAddressBytes(bytes, 1) !== undefined).toBe(isAddress);
    }),
  );
});
