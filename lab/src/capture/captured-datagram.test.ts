import { expect, test } from "bun:test";
import fc from "fast-check";
import { datagramInFrame } from "./captured-datagram.ts";

const IPV4_FRAME =
  "000000000000000000000000" +
  "0800" +
  "4500001f1e93400040111e390a4d00010a4d0002" +
  "d9ef0063000bfe1e" +
  "68690a";
const IPV6_FRAME =
  "000000000000000000000000" +
  "86dd" +
  "60000000000b113ffd770000000000000000000000000001fd770000000000000000000000000002" +
  "d9ef0063000bfe1e" +
  "68690a";

test("an IPv4 datagram; what pads the frame is not in it", () => {
  expect(datagramInFrame(Uint8Array.fromHex(`${IPV4_FRAME}0000`))).toEqual({
    source: { address: "10.77.0.1", port: 55_791 },
    destination: { address: "10.77.0.2", port: 99 },
    hopLimit: 64,
    payload: Uint8Array.fromHex("68690a"),
  });
});

test("an IPv6 datagram", () => {
  expect(datagramInFrame(Uint8Array.fromHex(IPV6_FRAME))).toEqual({
    source: { address: "fd77::1", port: 55_791 },
    destination: { address: "fd77::2", port: 99 },
    hopLimit: 63,
    payload: Uint8Array.fromHex("68690a"),
  });
});

test.each([
  ["ICMP", IPV4_FRAME.replace("4011", "4001")],
  ["a first fragment", IPV4_FRAME.replace("1e934000", "1e932000")],
  ["a later fragment", IPV4_FRAME.replace("1e934000", "1e930010")],
  ["a frame that is cut off", IPV4_FRAME.slice(0, 80)],
  ["ICMPv6", IPV6_FRAME.replace("113f", "3a3f")],
  ["ARP", IPV4_FRAME.replace("08004500", "08060001")],
])("%s is no datagram", (_name, frame) => {
  expect(datagramInFrame(Uint8Array.fromHex(frame))).toBeUndefined();
});

test("any bytes are read without a mistake", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (frame) => {
      datagramInFrame(frame);
    }),
    { numRuns: 1000 },
  );
});
