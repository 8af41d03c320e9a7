import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { encodeNetlinkRequest } from "./netlink-message.ts";
import { decodeRoute, routeRequest } from "./route-message.ts";

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

test("whatever bytes come, nothing throws", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (body) => {
      expect(() => decodeRoute({ type: 24, body })).not.toThrow();
    }),
  );
});
