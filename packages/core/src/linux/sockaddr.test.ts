import { expect, test } from "bun:test";
import fc from "fast-check";
import { encodeIpv4Sockaddr, encodePacketSockaddr } from "./sockaddr.ts";

test("encodeIpv4Sockaddr", () => {
  const sockaddr = encodeIpv4Sockaddr({ address: "127.0.0.2", port: 1060 });
  expect(sockaddr.toHex()).toBe("020004247f0000020000000000000000");
});

test("encodePacketSockaddr", () => {
  const sockaddr = encodePacketSockaddr(0x01_02);
  expect(sockaddr.toHex()).toBe("1100000302010000000000000000000000000000");
});

/** `struct sockaddr_in` of a little-endian Linux, read byte by byte. */
function readSockaddr(bytes: Uint8Array) {
  const [familyLow = 0, familyHigh = 0, portHigh = 0, portLow = 0] = bytes;
  return {
    family: familyLow + 256 * familyHigh,
    port: 256 * portHigh + portLow,
    address: bytes.subarray(4, 8).join("."),
    padding: bytes.subarray(8).toHex(),
  };
}

test("what is encoded, a plain decoder reads", () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.nat(65_535), (address, port) => {
      expect(readSockaddr(encodeIpv4Sockaddr({ address, port }))).toEqual({
        family: 2,
        port,
        address,
        padding: "0".repeat(16),
      });
    }),
  );
});
