import { describe, expect, test } from "bun:test";
import { decodeArrival } from "./arrival.ts";
import { decodeControlMessages } from "./control-message.ts";
import { encodeDeparture } from "./departure.ts";

const HOPS_7 = "07000000";

describe("encodeDeparture", () => {
  test.each([
    [4, { hopLimit: 7 }, [[2, HOPS_7]]],
    [4, { interfaceIndex: 3 }, [[8, "030000000000000000000000"]]],
    [4, { source: "192.0.2.1" }, [[8, "00000000c000020100000000"]]],
    [6, { hopLimit: 7 }, [[52, HOPS_7]]],
    [6, { interfaceIndex: 3 }, [[50, `${"00".repeat(16)}03000000`]]],
    [
      6,
      { source: "fe80::1%e0", interfaceIndex: 258, hopLimit: 7 },
      [
        [52, HOPS_7],
        [50, "fe80000000000000000000000000000102010000"],
      ],
    ],
  ] as const)("IPv%d, %o", (family, departure, expected) => {
    const bytes = encodeDeparture(departure, family) ?? expect.unreachable();
    const level = family === 4 ? 0 : 41;
    expect(decodeControlMessages(bytes)).toEqual(
      expected.map(([type, hex]) => ({ level, type, data: Buffer.from(hex, "hex") })),
    );
  });

  test("says nothing where nothing is asked for", () => {
    expect([encodeDeparture({}, 4), encodeDeparture({}, 6)]).toEqual([undefined, undefined]);
  });

  test.each([0, -1, 1.5, 2 ** 31])("refuses interface %d", (interfaceIndex) => {
    expect(() => encodeDeparture({ interfaceIndex }, 4)).toThrow(
      expect.objectContaining({ code: "UDP_BAD_OPTION" }),
    );
  });

  test("an IPv6 source stands where the destination does on arrival", () => {
    const bytes = encodeDeparture({ source: "2001:db8::1", interfaceIndex: 3 }, 6);
    expect(decodeArrival(decodeControlMessages(bytes ?? new Uint8Array()), 6)).toEqual({
      destination: "2001:db8::1",
      interfaceIndex: 3,
    });
  });
});
