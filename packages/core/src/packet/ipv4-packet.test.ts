import { expect, test } from "bun:test";
import fc from "fast-check";
import { IPV4_HEADER_BYTES } from "./header-bytes.ts";
import { onesComplementSum } from "./internet-checksum.ts";
import type { Ipv4Packet } from "./ipv4-packet.ts";
import { encodeIpv4Packet } from "./ipv4-packet.ts";

test("encodeIpv4Packet", () => {
  const packet = encodeIpv4Packet({
    source: "127.0.0.1",
    destination: "127.0.0.2",
    protocol: 17,
    payload: Uint8Array.fromHex("b8a19f7f000cd4e366696e65"),
  });
  expect(packet.toHex()).toBe(
    "4500002000000000401" + "17cca7f0000017f000002b8a19f7f000cd4e366696e65",
  );
  expect(onesComplementSum(packet.subarray(0, IPV4_HEADER_BYTES))).toBe(0xff_ff);
});

const packets: fc.Arbitrary<Ipv4Packet> = fc.record({
  source: fc.ipV4(),
  destination: fc.ipV4(),
  protocol: fc.nat(0xff),
  payload: fc.oneof(
    fc.uint8Array({ maxLength: 100 }),
    fc.constantFrom(0, 65_514, 65_515).map((bytes) => new Uint8Array(bytes).fill(0xa5)),
  ),
});

/** RFC 791 section 3.1, read byte by byte. */
function readPacket(packet: Uint8Array) {
  const octet = (offset: number): number => packet[offset] ?? Number.NaN;
  const short = (offset: number): number => octet(offset) * 256 + octet(offset + 1);
  const address = (offset: number): string => packet.subarray(offset, offset + 4).join(".");
  const headerBytes = (octet(0) % 16) * 4;
  return {
    version: Math.floor(octet(0) / 16),
    headerBytes,
    totalBytes: short(2),
    isWhole: short(6) === 0,
    isAbleToTravel: octet(8) > 0,
    protocol: octet(9),
    source: address(12),
    destination: address(16),
    payload: packet.subarray(headerBytes),
  };
}

test("what is encoded, a plain decoder reads", () => {
  fc.assert(
    fc.property(packets, (fields) => {
      const packet = encodeIpv4Packet(fields);
      const { payload, ...header } = readPacket(packet);
      const { payload: expectedPayload, ...expectedFields } = fields;
      expect(header).toEqual({
        version: 4,
        headerBytes: 20,
        totalBytes: packet.byteLength,
        isWhole: true,
        isAbleToTravel: true,
        ...expectedFields,
      });
      expect(Buffer.compare(payload, expectedPayload)).toBe(0);
    }),
  );
});

/** RFC 1071 section 1, on big numbers, so that no carry can be lost. */
function checksumRemainder(header: Uint8Array): bigint {
  return BigInt(`0x${header.toHex()}`) % 0xff_ffn;
}

test("the header's checksum holds, and shows any change of one byte", () => {
  fc.assert(
    fc.property(packets, fc.nat(19), fc.integer({ min: 1, max: 0xff }), (fields, index, change) => {
      const header = encodeIpv4Packet(fields).subarray(0, IPV4_HEADER_BYTES);
      const before = checksumRemainder(header);
      header[index] = (header[index] ?? 0) ^ change;
      expect({ before, isNoticed: checksumRemainder(header) !== 0n }).toEqual({
        before: 0n,
        isNoticed: true,
      });
    }),
  );
});
