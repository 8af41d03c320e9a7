import { expect, test } from "bun:test";
import type { NetworkInterfaceInfo } from "node:os";
import { withZoneName } from "./zone.ts";

const linkLocal: NetworkInterfaceInfo = {
  family: "IPv6",
  address: "fe80::1",
  netmask: "ffff:ffff:ffff:ffff::",
  cidr: "fe80::1/64",
  mac: "02:00:00:00:00:01",
  internal: false,
  scopeid: 3,
};

test.each([
  ["fe80::9%3", "fe80::9%eth0"],
  ["fe80::9%4", "fe80::9%4"],
  ["fe80::9%eth0", "fe80::9%eth0"],
  ["fe80::9", "fe80::9"],
  ["127.0.0.1", "127.0.0.1"],
])("%s becomes %s", (address, expected) => {
  expect(withZoneName(address, { lo: [], eth0: [linkLocal] })).toBe(expected);
});
