import { expect, test } from "bun:test";
import { decodeArrival } from "./arrival.ts";

function message(level: number, type: number, hex: string) {
  return { level, type, data: Uint8Array.fromHex(hex) };
}

const HOPS_7 = "07000000";
const IPV4_INFO = "020000007f000001e00000fb"; // interface, own address, destination

test("IPv4", () => {
  const messages = [message(0, 2, HOPS_7), message(0, 1, "b9"), message(0, 8, IPV4_INFO)];
  expect(decodeArrival(messages, 4)).toEqual({
    hopLimit: 7,
    trafficClass: 0xb9,
    destination: "224.0.0.251",
    interfaceIndex: 2,
  });
});

test.each([
  ["20010db8000000000000000000000001", "2001:db8::1"],
  ["fe800000000000000000000000000001", "fe80::1%123456"],
  ["febf0000000000000000000000000001", "febf::1%123456"],
  ["fec00000000000000000000000000001", "fec0::1"],
])("IPv6 to %s", (address, destination) => {
  const messages = [
    message(41, 50, `${address}40e20100`),
    message(41, 52, HOPS_7),
    message(41, 67, "b9000000"),
  ];
  expect(decodeArrival(messages, 6)).toEqual({
    hopLimit: 7,
    trafficClass: 0xb9,
    destination,
    interfaceIndex: 123_456,
  });
});

test("what was not asked for, or is of another level, is left out", () => {
  const messages = [message(1, 2, HOPS_7), message(41, 8, IPV4_INFO)];
  expect([decodeArrival([], 6), decodeArrival(messages, 4)]).toEqual([{}, {}]);
});
