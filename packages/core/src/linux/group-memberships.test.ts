import { expect, test } from "bun:test";
import { encodeGroupRequest } from "./group-memberships.ts";

const STORAGE_BYTES = 128;

function storage(hex: string): string {
  return hex.padEnd(2 * STORAGE_BYTES, "0");
}

test.each([
  [
    "an IPv4 group",
    { group: "239.1.2.3", interfaceIndex: 258 },
    `0201000000000000${storage("02000000ef010203")}`,
  ],
  [
    "an IPv6 group",
    { group: "ff02::1", interfaceIndex: 3 },
    `0300000000000000${storage("0a00000000000000ff020000000000000000000000000001")}`,
  ],
  [
    "an IPv4 group of one source",
    { group: "232.1.2.3", interfaceIndex: 3, source: "192.0.2.1" },
    `0300000000000000${storage("02000000e8010203")}${storage("02000000c0000201")}`,
  ],
] as const)("the request for %s", (_title, membership, hex) => {
  expect(encodeGroupRequest(membership).toHex()).toBe(hex);
});
