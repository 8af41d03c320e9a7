import { expect, test } from "bun:test";
import fc from "fast-check";
import { decodeLink, linkRequest } from "./link-message.ts";
import { encodeNetlinkRequest } from "./netlink-message.ts";

/** As a kernel sent them, up to the MTU. */
const LOOPBACK =
  "00000403010000000800000000000000070003006c6f000008000d00e80300000500100002000000050011000000000005004300010000000800040000000100";
const VETH =
  "0000010031de0b000310000000000000070003006530000008000d00e803000005001000030000000500110000000000050043000000000008000400dc050000";
const TUNNEL = `0000feff05000000d100010000000000${"0900030074756e3000000000"}${"0800040094050000"}`;

function linkOf(hex: string, type = 16) {
  return decodeLink({ type, body: Uint8Array.fromHex(hex) });
}

test("the request for an interface", () => {
  expect(encodeNetlinkRequest(linkRequest(3)).toHex()).toBe(
    "20000000120001000000000000000000" + "00000000030000000000000000000000",
  );
});

const NO_FLAGS = {
  isUp: false,
  isRunning: false,
  hasBroadcast: false,
  hasMulticast: false,
  isPointToPoint: false,
  isLoopback: false,
};

test.each([
  [LOOPBACK, { index: 1, name: "lo", mtuBytes: 65_536 }, { isLoopback: true }],
  [
    VETH,
    { index: 777_777, name: "e0", mtuBytes: 1500 },
    { isUp: true, hasBroadcast: true, hasMulticast: true },
  ],
  [
    TUNNEL,
    { index: 5, name: "tun0", mtuBytes: 1428 },
    { isUp: true, isRunning: true, isPointToPoint: true },
  ],
])("the interface in %s", (hex, link, flags) => {
  expect(linkOf(hex)).toEqual({ ...link, flags: { ...NO_FLAGS, ...flags } });
});

test("no interface is in other messages, and in what is cut short", () => {
  const cut = [0, 4, 8, 11, 16, 24, 60].map((length) => linkOf(VETH.slice(0, 2 * length)));
  expect([linkOf(VETH, 17), ...cut].filter((link) => link !== undefined)).toEqual([]);
});

test("whatever bytes come, nothing throws", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (body) => {
      expect(() => decodeLink({ type: 16, body })).not.toThrow();
    }),
  );
});
