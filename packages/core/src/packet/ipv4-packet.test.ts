import { expect, test } from "bun:test";
import { onesComplementSum } from "./internet-checksum.ts";
import { encodeIpv4Packet, IPV4_HEADER_BYTES } from "./ipv4-packet.ts";

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
