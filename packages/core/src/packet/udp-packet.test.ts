import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { onesComplementSum } from "./internet-checksum.ts";
import { encodeUdpPacket, udpChecksum } from "./udp-packet.ts";

const VECTORS = [
  {
    title: "a forged answer",
    source: { address: "127.0.0.1", port: 47_265 },
    destination: { address: "127.0.0.1", port: 40_831 },
    payload: "66696e65",
    checksum: 0xd4_e3,
    packet: "b8a19f7f000cd4e366696e65",
  },
  {
    title: "the time",
    source: { address: "127.0.0.1", port: 40_831 },
    destination: { address: "127.0.0.1", port: 1060 },
    payload: "5468652074696d6520697320323031342d31302d32322031343a35323a32352e393336333736",
    checksum: 0x9c_7b,
    packet:
      "9f7f0424002e9c7b5468652074696d6520697320323031342d31302d32322031343a35323a32352e393336333736",
  },
  {
    title: "a broadcast of odd length",
    source: { address: "192.0.2.1", port: 1060 },
    destination: { address: "192.0.2.255", port: 1060 },
    payload: "42726f61646361737420646174616772616d21",
    checksum: 0xc4_01,
    packet: "04240424001bc40142726f61646361737420646174616772616d21",
  },
  {
    title: "IPv6",
    source: { address: "::1", port: 40_831 },
    destination: { address: "::1", port: 1060 },
    payload: "5468697320697320616e6f74686572206d657373616765",
    checksum: 0xb7_fc,
    packet: "9f7f0424001fb7fc5468697320697320616e6f74686572206d657373616765",
  },
  {
    title: "an empty payload over IPv6",
    source: { address: "2001:db8::1", port: 1060 },
    destination: { address: "2001:db8::2", port: 1060 },
    payload: "",
    checksum: 0x9c_21,
    packet: "0424042400089c21",
  },
  {
    title: "a sum of zero, which is sent as all ones",
    source: { address: "192.0.2.1", port: 1000 },
    destination: { address: "192.0.2.2", port: 2000 },
    payload: "701e",
    checksum: 0xff_ff,
    packet: "03e807d0000affff701e",
  },
];

const endpoint = fc.record({
  address: fc.ipV4(),
  port: fc.integer({ min: 1, max: 65_535 }),
});

describe("encodeUdpPacket", () => {
  test.each(VECTORS)("$title", ({ source, destination, payload, checksum, packet }) => {
    const encoded = encodeUdpPacket(source, destination, Uint8Array.fromHex(payload));
    const unsummed = encoded.with(6, 0).with(7, 0);
    expect({
      packet: encoded.toHex(),
      checksum: udpChecksum(source.address, destination.address, unsummed),
    }).toEqual({ packet, checksum });
  });

  test("a zone is no part of the address", () => {
    const payload = Uint8Array.of(1, 2, 3);
    const near = { address: "fe80::1", port: 7 };
    expect(encodeUdpPacket({ ...near, address: "fe80::1%eth0" }, near, payload)).toEqual(
      encodeUdpPacket(near, near, payload),
    );
  });

  test("property: a receiver's sum over pseudo header and packet is all ones", () => {
    fc.assert(
      fc.property(endpoint, endpoint, fc.uint8Array(), (source, destination, payload) => {
        const packet = encodeUdpPacket(source, destination, payload);
        const addresses = `${source.address}.${destination.address}`.split(".").map(Number);
        const pseudoHeader = Uint8Array.of(...addresses, 0, 17, 0, packet.byteLength);
        expect(onesComplementSum(packet, onesComplementSum(pseudoHeader))).toBe(0xff_ff);
      }),
    );
  });
});
