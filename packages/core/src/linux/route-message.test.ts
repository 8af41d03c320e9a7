import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  decodeAttributes,
  decodeNetlinkMessage,
  encodeAttribute,
  encodeNetlinkRequest,
} from "./netlink-message.ts";
import { decodeLink, decodeRoute, linkRequest, routeRequest } from "./route-message.ts";

describe("requests", () => {
  test("the way to an IPv4 address", () => {
    expect(encodeNetlinkRequest(routeRequest("192.0.2.7")).toHex()).toBe(
      "240000001a0001000000000000000000022000000000000000000000" + "08000100c0000207",
    );
  });

  test("the way to a link-local IPv6 address, by its interface", () => {
    expect(routeRequest("fe80::1%lo").body.toHex()).toBe(
      "0a8000000000000000000000" + "14000100fe800000000000000000000000000001" + "0800040001000000",
    );
  });

  test("an interface", () => {
    expect(encodeNetlinkRequest(linkRequest(3)).toHex()).toBe(
      "20000000120001000000000000000000" + "00000000030000000000000000000000",
    );
  });
});

const HEADER = "022000000000000000000000";
const OIF = "0800040007000000";

function routeOf(hex: string) {
  return decodeRoute({ type: 24, body: Uint8Array.fromHex(HEADER + hex) });
}

describe("the way to an address", () => {
  const metrics = "0c000800" + "0800020000050000";
  const cacheInfo = `24000c000000000000000000${"e0e90000"}${"00".repeat(20)}`;

  test.each([
    ["by the interface alone", OIF, undefined, undefined],
    ["with an MTU that was set", OIF + metrics, 1280, undefined],
    ["with one that was heard", OIF + metrics + cacheInfo, 1280, 598_720],
  ] as const)("%s", (_, hex, mtuBytes, expiresInMs) => {
    expect(routeOf(hex)).toEqual({ interfaceIndex: 7, mtuBytes, expiresInMs });
  });

  test("is unknown in other messages, and without an interface", () => {
    const error = { type: 2, body: Uint8Array.fromHex(HEADER + OIF) };
    expect([decodeRoute(error), routeOf(metrics)]).toEqual([undefined, undefined]);
  });
});

test("an interface", () => {
  const body = Uint8Array.fromHex(`${"00".repeat(16)}07000300653000000800040000050000`);
  expect([decodeLink({ type: 16, body }), decodeLink({ type: 24, body })]).toEqual([
    { name: "e0", mtuBytes: 1280 },
    undefined,
  ]);
});

describe("property", () => {
  test("attributes come back as they were", () => {
    const attribute = fc.tuple(fc.nat(65_535), fc.uint8Array({ maxLength: 40 }));
    fc.assert(
      fc.property(fc.uniqueArray(attribute, { selector: ([type]) => type }), (attributes) => {
        const bytes = Buffer.concat(
          attributes.map(([type, value]) => encodeAttribute(type, value)),
        );
        expect([...decodeAttributes(bytes)]).toEqual(attributes);
      }),
    );
  });

  test("whatever bytes come, nothing throws", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.constantFrom(16, 24), (bytes, type) => {
        expect(() => {
          decodeNetlinkMessage(bytes);
          decodeRoute({ type, body: bytes });
          decodeLink({ type, body: bytes });
        }).not.toThrow();
      }),
    );
  });
});
