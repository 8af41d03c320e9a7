import { expect, test } from "bun:test";
import fc from "fast-check";
import { decodeInterfaceAddress, interfaceAddressRequest } from "./interface-address-message.ts";
import { encodeAttribute, encodeNetlinkRequest } from "./netlink-message.ts";

const CACHE_INFO = "14000600ffffffffffffffff7f2226007f222600";

function addressOf(hex: string, type = 20) {
  return decodeInterfaceAddress({ type, body: Uint8Array.fromHex(hex) });
}

test("the request for all addresses", () => {
  expect(encodeNetlinkRequest(interfaceAddressRequest(), { isDump: true }).toHex()).toBe(
    "18000000160001030000000000000000" + "0000000000000000",
  );
});

/** As a kernel sent them, for an interface that no test's host has. */
test.each([
  [
    "with a broadcast address that was set by hand",
    `0218800031de0b0008000100c000020708000200c000020708000400c000028007000300653000000800080080000000${CACHE_INFO}`,
    { address: "192.0.2.7", prefixLength: 24, broadcast: "192.0.2.128", peer: undefined },
  ],
  [
    "of IPv4 with a peer",
    `0220800031de0b0008000100c633640208000200c633640107000300653000000800080080000000${CACHE_INFO}`,
    { address: "198.51.100.1", prefixLength: 32, broadcast: undefined, peer: "198.51.100.2" },
  ],
  [
    "of IPv6 with a peer",
    `0a80820031de0b001400020020010db80000000000000000000000011400010020010db8000000000000000000000002${CACHE_INFO}0800080082000000`,
    { address: "2001:db8::1", prefixLength: 128, broadcast: undefined, peer: "2001:db8::2" },
  ],
  [
    "that is link-local",
    `0a4082fd31de0b0014000100fe800000000000000000000000000007${CACHE_INFO}0800080082000000`,
    { address: "fe80::7%777777", prefixLength: 64, broadcast: undefined, peer: undefined },
  ],
])("an address %s", (_title, hex, expected) => {
  expect(addressOf(hex)).toEqual({ interfaceIndex: 777_777, ...expected });
});

test("no address is in other messages, and in those without one", () => {
  const header = "0218800031de0b00";
  const address = "08000100c0000207";
  expect([addressOf(header + address, 21), addressOf(header), addressOf("0218")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test("whatever attributes come, nothing throws", () => {
  const attribute = fc.tuple(fc.nat(6), fc.uint8Array({ maxLength: 20 }));
  const header = fc.uint8Array({ maxLength: 8 });
  fc.assert(
    fc.property(header, fc.array(attribute), fc.uint8Array(), (start, attributes, junk) => {
      const encoded = attributes.map(([type, value]) => encodeAttribute(type, value));
      const body = new Uint8Array(Buffer.concat([start, ...encoded, junk]));
      expect(() => decodeInterfaceAddress({ type: 20, body })).not.toThrow();
    }),
  );
});
