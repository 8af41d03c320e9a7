import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  COMMON_PACKET_BYTES,
  describePacketBytes,
  headerBytes,
  maxPacketBytes,
  minPacketBytes,
  packetBytesOf,
  payloadBytesOf,
} from "./packet-size.ts";

test("headers and limits of both families", () => {
  const facts = ([4, 6] as const).map((family) => [
    headerBytes(family),
    minPacketBytes(family),
    maxPacketBytes(family),
    payloadBytesOf(1500, family),
    payloadBytesOf(maxPacketBytes(family), family),
  ]);
  expect(facts).toEqual([
    [28, 68, 65_535, 1472, 65_507],
    [48, 1280, 65_575, 1452, 65_527],
  ]);
});

test("a payload, its packet and back", () => {
  fc.assert(
    fc.property(fc.nat(65_527), fc.constantFrom(4 as const, 6 as const), (bytes, family) => {
      return payloadBytesOf(packetBytesOf(bytes, family), family) === bytes;
    }),
  );
});

test("the common sizes ascend, each once, and have a meaning", () => {
  const ascending = [...new Set(COMMON_PACKET_BYTES)].toSorted((one, other) => one - other);
  expect(COMMON_PACKET_BYTES).toEqual(ascending);
  expect([describePacketBytes(1492), describePacketBytes(1493)]).toEqual(["PPPoE", undefined]);
});
