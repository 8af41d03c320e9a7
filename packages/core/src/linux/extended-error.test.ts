import { expect, test } from "bun:test";
import fc from "fast-check";
import { decodeExtendedError, decodeSendNumber } from "./extended-error.ts";

const NO_ADDRESS = "00".repeat(16);

test.each([
  [
    "Packet Too Big",
    `5a00000002030400${"1405000000000000"}02000000c0000202${"00".repeat(8)}`,
    { errno: 90, origin: "icmp", type: 3, code: 4, info: 1300, offender: "192.0.2.2" },
  ],
  [
    "a closed port",
    `6f00000002030300${"00".repeat(8)}020000007f000001${"00".repeat(8)}`,
    { errno: 111, origin: "icmp", type: 3, code: 3, info: 0, offender: "127.0.0.1" },
  ],
  [
    "a closed port of IPv6",
    `6f00000003010400${"00".repeat(8)}0a00000000000000${"00".repeat(15)}0100000000`,
    { errno: 111, origin: "icmp6", type: 1, code: 4, info: 0, offender: "::1" },
  ],
  [
    "this host's own refusal",
    `5a00000001000000dc05000000000000${NO_ADDRESS}`,
    { errno: 90, origin: "local", type: 0, code: 0, info: 1500, offender: undefined },
  ],
] as const)("decodes %s", (_title, bytes, expected) => {
  expect(decodeExtendedError(Uint8Array.fromHex(bytes))).toEqual(expected);
});

test.each([
  ["no origin", `5a00000000000000${NO_ADDRESS}${NO_ADDRESS}`],
  ["a timestamp", `2a00000004000000${NO_ADDRESS}${NO_ADDRESS}`],
  ["one that is cut short", "5a000000020304001405000000000"],
])("tells nothing of %s", (_title, bytes) => {
  expect(decodeExtendedError(Buffer.from(bytes, "hex"))).toBeUndefined();
});

test("tells which datagram has left, of a timestamp alone", () => {
  const timestamp = `2a00000004000000${"00000000"}07010000`;
  const refused = `6f00000002030300${"00000000"}07010000`;
  expect(
    [timestamp, refused, timestamp.slice(2)].map((hex) =>
      decodeSendNumber(Uint8Array.fromHex(hex)),
    ),
  ).toEqual([263, undefined, undefined]);
});

test("every number is read where a plain writer puts it", () => {
  const bytesOf = fc.record({ type: fc.nat(255), code: fc.nat(255), info: fc.nat(0xff_ff_ff_ff) });
  fc.assert(
    fc.property(bytesOf, fc.nat(133), ({ type, code, info }, errno) => {
      const infoBytes = [info, info >>> 8, info >>> 16, info >>> 24].map((byte) => byte & 0xff);
      const bytes = Uint8Array.of(errno, 0, 0, 0, 3, type, code, 0, ...infoBytes, 0, 0, 0, 0);
      const expected = { errno, origin: "icmp6", type, code, info, offender: undefined };
      expect(decodeExtendedError(bytes)).toEqual(
        expected as ReturnType<typeof decodeExtendedError>,
      );
    }),
  );
});
