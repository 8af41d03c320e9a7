import { expect, test } from "bun:test";
import fc from "fast-check";
import { ipPacketBytes } from "./frame.ts";

const MACS = "ffffffffffff020000000001";

test.each([
  ["UDP over IPv4", "0800", "4500001c000000004011000000000000000000000000000000000000", 28],
  ["ICMP over IPv4", "0800", "4500001c000000004001000000000000000000000000000000000000", 28],
  ["IGMP", "0800", "4600001c000000004002000000000000000000000000000000000000", undefined],
  ["ARP", "0806", "0001080006040001020000000001", undefined],
  ["UDP over IPv6", "86dd", `6000000000001140${"00".repeat(32)}0000000000000000`, 48],
  ["packet too big", "86dd", `6000000000003a40${"00".repeat(32)}0200000000000000`, 48],
  ["echo request", "86dd", `6000000000003a40${"00".repeat(32)}8000000000000000`, 48],
  ["neighbour solicitation", "86dd", `6000000000003aff${"00".repeat(32)}87000000`, undefined],
  ["router advertisement", "86dd", `6000000000003aff${"00".repeat(32)}86000000`, undefined],
  ["listener report", "86dd", `6000000000000001${"00".repeat(32)}3a0005020000`, undefined],
])("%s: the IP packet, or upkeep of the network", (_name, etherType, packet, packetBytes) => {
  expect(ipPacketBytes(Uint8Array.fromHex(MACS + etherType + packet))).toBe(packetBytes);
});

test("any bytes are a packet behind the Ethernet header, or none", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (frame) => {
      const packetBytes = ipPacketBytes(frame);
      expect(packetBytes ?? frame.length - 14).toBe(frame.length - 14);
    }),
  );
});
