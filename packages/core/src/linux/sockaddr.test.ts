import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { addressFamily, parseAddress } from "../address/ip-address.ts";
import {
  decodeSockaddr,
  encodeIpv4Sockaddr,
  encodePacketSockaddr,
  encodeSockaddr,
} from "./sockaddr.ts";

test.each([
  ["127.0.0.2", "020004247f0000020000000000000000"],
  ["::1", "0a000424000000000000000000000000000000000000000100000000"],
  ["2001:db8::ff", "0a0004240000000020010db80000000000000000000000ff00000000"],
  ["fe80::1%7", "0a00042400000000fe80000000000000000000000000000107000000"],
])("the sockaddr of %s, port 1060", (address, bytes) => {
  expect(encodeSockaddr({ address, port: 1060 }).toHex()).toBe(bytes);
});

test("encodePacketSockaddr", () => {
  const sockaddr = encodePacketSockaddr(0x01_02);
  expect(sockaddr.toHex()).toBe("1100000302010000000000000000000000000000");
});

describe("a zone", () => {
  test.skipIf(process.platform !== "linux")("is the name of an interface (Linux)", () => {
    const endpoint = { address: "fe80::1%lo", port: 1060 };
    const sockaddr = encodeSockaddr(endpoint);
    expect([sockaddr[24], decodeSockaddr(sockaddr)]).toEqual([1, endpoint]);
  });

  test("that is no interface of this host is refused", () => {
    const endpoint = { address: "fe80::1%no-such-interface", port: 1060 };
    expect(() => encodeSockaddr(endpoint)).toThrow(
      expect.objectContaining({ code: "UDP_BAD_ADDRESS" }),
    );
  });
});

describe("decodeSockaddr", () => {
  const addresses = fc.oneof(
    fc.ipV4(),
    fc
      .ipV6()
      .map(parseAddress)
      .filter((address) => addressFamily(address) === 6),
  );

  test("reads what was encoded, junk behind it or not", () => {
    fc.assert(
      fc.property(addresses, fc.nat(65_535), fc.uint8Array(), (address, port, junk) => {
        const sockaddr = encodeSockaddr({ address, port });
        expect(decodeSockaddr(Buffer.concat([sockaddr, junk]))).toEqual({ address, port });
      }),
    );
  });

  test("reads nothing from what is cut short", () => {
    fc.assert(
      fc.property(addresses, fc.nat(27), (address, length) => {
        const sockaddr = encodeSockaddr({ address, port: 1060 });
        fc.pre(length < sockaddr.byteLength);
        expect(decodeSockaddr(sockaddr.subarray(0, length))).toBeUndefined();
      }),
    );
  });

  test.each(["", "00", `0000${"00".repeat(14)}`, `1100${"00".repeat(26)}`])(
    "reads nothing from another family: %s",
    (bytes) => {
      expect(decodeSockaddr(Uint8Array.fromHex(bytes))).toBeUndefined();
    },
  );
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
