import { describe, expect, test } from "bun:test";
import type { NetworkInterfaceInfo } from "node:os";
import { readPortableInterfaces } from "./network-interface.ts";

function info(cidr: string, scopeid = 0): NetworkInterfaceInfo {
  const [address = ""] = cidr.split("/");
  const common = { address, cidr, netmask: "", mac: "02:00:00:00:00:01", internal: false };
  return address.includes(":")
    ? { ...common, family: "IPv6", scopeid }
    : { ...common, family: "IPv4" };
}

describe("what every system tells", () => {
  test("a LAN: broadcast by its mask, and link-local addresses with their link", () => {
    const interfaces = { eth0: [info("10.77.0.1/24"), info("fe80::1/64", 3)] };
    expect(readPortableInterfaces(interfaces)).toEqual([
      {
        name: "eth0",
        index: undefined,
        mtuBytes: undefined,
        addresses: [
          { address: "10.77.0.1", family: 4, prefixLength: 24, broadcast: "10.77.0.255" },
          { address: "fe80::1%eth0", family: 6, prefixLength: 64, broadcast: undefined },
        ],
        flags: {
          isUp: true,
          hasBroadcast: true,
          hasMulticast: true,
          isPointToPoint: false,
          isLoopback: false,
        },
      },
    ]);
  });

  test.each([
    ["lo", info("127.0.0.1/8"), { isLoopback: true, hasBroadcast: false, isPointToPoint: false }],
    ["tun0", info("10.8.0.2/32"), { isPointToPoint: true, hasBroadcast: false }],
    ["eth1", info("10.8.0.2/31"), { isPointToPoint: true, hasBroadcast: false }],
    ["eth2", info("2001:db8::1/64"), { isPointToPoint: false, hasBroadcast: false }],
  ])("%s", (name, address, flags) => {
    expect(readPortableInterfaces({ [name]: [address] })).toMatchObject([{ name, flags }]);
  });

  test("this host's", () => {
    expect(readPortableInterfaces().flatMap(({ addresses }) => addresses)).toContainEqual({
      address: "127.0.0.1",
      family: 4,
      prefixLength: 8,
      broadcast: "127.255.255.255",
    });
  });
});
