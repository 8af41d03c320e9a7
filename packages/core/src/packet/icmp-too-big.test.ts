import { expect, test } from "bun:test";
import { encodeTooBig } from "./icmp-too-big.ts";
import { onesComplementSum } from "./internet-checksum.ts";

test("a message of type 3 and code 4 with the MTU and the packet", () => {
  const message = encodeTooBig(Uint8Array.of(0x45, 1, 2, 3), 1280);
  expect(message.toHex()).toMatch(/^0304.{4}0000050045010203$/);
});

test("its checksum makes the sum of its words all ones", () => {
  expect(onesComplementSum(encodeTooBig(Uint8Array.of(9, 8, 7, 6, 5), 576))).toBe(0xff_ff);
});

test("a large packet is quoted in part: 576 bytes with the IP header", () => {
  expect(encodeTooBig(new Uint8Array(1500), 1280).byteLength).toBe(556);
});
