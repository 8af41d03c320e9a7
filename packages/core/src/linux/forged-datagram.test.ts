import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isLoopback } from "../address/address-class.ts";
import { addressWords } from "../address/ip-address.ts";
import type { ForgedDatagram } from "./forged-datagram.ts";
import { encodeForgedDatagram } from "./forged-datagram.ts";

const HERE = { address: "127.0.0.1", port: 1060 };

function refusal(forged: Partial<ForgedDatagram>): unknown {
  const payload = new Uint8Array();
  try {
    return encodeForgedDatagram({ source: HERE, destination: HERE, payload, ...forged });
  } catch (error) {
    return error instanceof Error && "code" in error ? error.code : error;
  }
}

describe("a forged datagram is refused:", () => {
  test.each(["192.0.2.1", "0.0.0.0", "126.255.255.255", "128.0.0.0", "::1", "localhost", "127.1"])(
    "%s on either side",
    (address) => {
      const elsewhere = { address, port: 1060 };
      expect([refusal({ source: elsewhere }), refusal({ destination: elsewhere })]).toEqual([
        "UDP_BAD_ADDRESS",
        "UDP_BAD_ADDRESS",
      ]);
    },
  );

  test("property: every address outside the loopback", () => {
    const outside = fc.oneof(
      fc.ipV4(),
      fc.ipV6().map((address) => address.toLowerCase()),
    );
    fc.assert(
      fc.property(outside, fc.boolean(), (address, isSource) => {
        fc.pre(!isLoopback(addressWords(address)));
        const elsewhere = { address, port: 1060 };
        expect(refusal(isSource ? { source: elsewhere } : { destination: elsewhere })).toBe(
          "UDP_BAD_ADDRESS",
        );
      }),
    );
  });

  test("port 0, and a payload that no datagram holds", () => {
    expect([
      refusal({ source: { ...HERE, port: 0 } }),
      refusal({ destination: { ...HERE, port: 65_536 } }),
      refusal({ payload: new Uint8Array(65_508) }),
    ]).toEqual(["UDP_BAD_PORT", "UDP_BAD_PORT", "UDP_TOO_LARGE"]);
  });
});
