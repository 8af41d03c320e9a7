import { describe, expect, test } from "bun:test";
import type { NetworkInterfaceInfo } from "node:os";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { directedBroadcast, interfaceBroadcasts } from "./directed-broadcast.ts";

describe("directedBroadcast", () => {
  test.each<[string, number, string | undefined]>([
    ["192.0.2.7", 24, "192.0.2.255"],
    ["192.0.2.7", 29, "192.0.2.7"],
    ["192.0.2.7", 30, "192.0.2.7"],
    ["192.0.2.7", 31, undefined],
    ["192.0.2.7", 32, undefined],
    ["127.0.0.1", 8, "127.255.255.255"],
    ["10.77.200.1", 17, "10.77.255.255"],
    ["10.77.100.1", 17, "10.77.127.255"],
    ["192.0.2.7", 0, "255.255.255.255"],
    ["::ffff:192.0.2.7", 24, "192.0.2.255"],
    ["2001:db8::1", 64, undefined],
    ["fe80::1%eth0", 24, undefined],
  ])("%s/%d: %p", (address, prefixLength, expected) => {
    expect(directedBroadcast(address, prefixLength)).toBe(expected);
  });

  test.each([-1, 33, 24.5, Number.NaN])("throws UDP_BAD_OPTION for a prefix of %p", (length) => {
    expect(() => directedBroadcast("192.0.2.7", length)).toThrow(
      expect.objectContaining({ code: "UDP_BAD_OPTION" }),
    );
  });

  test("throws UDP_BAD_ADDRESS for a name", () => {
    expect(() => directedBroadcast("localhost", 8)).toThrow(
      expect.objectContaining({ code: "UDP_BAD_ADDRESS" }),
    );
  });

  test("agrees with ipaddr.js", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.nat(30), (address, length) => {
        const expected = ipaddr.IPv4.broadcastAddressFromCIDR(`${address}/${length}`).toString();
        expect(directedBroadcast(address, length)).toBe(expected);
      }),
    );
  });
});

describe("interfaceBroadcasts", () => {
  test("gathers one address for each IPv4 network that has one", () => {
    const interfaces = {
      lo: [ipv4("127.0.0.1/8"), ipv6("::1/128")],
      eth0: [ipv4("192.0.2.2/24"), ipv4("192.0.2.3/24"), ipv6("fe80::1/64")],
      ppp0: [ipv4("198.51.100.1/32")],
      link0: [ipv4("203.0.113.0/31")],
      odd0: [{ ...ipv4("10.0.0.1/8"), cidr: null }],
      gone0: undefined,
    };
    expect(interfaceBroadcasts(interfaces)).toEqual(new Set(["127.255.255.255", "192.0.2.255"]));
  });

  test("a host without interfaces has none", () => {
    expect(interfaceBroadcasts({})).toEqual(new Set());
  });
});

function ipv4(cidr: string): NetworkInterfaceInfo {
  return { ...hardware(cidr), family: "IPv4" };
}

function ipv6(cidr: string): NetworkInterfaceInfo {
  return { ...hardware(cidr), family: "IPv6", scopeid: 0 };
}

function hardware(cidr: string): Omit<NetworkInterfaceInfo, "family" | "scopeid"> {
  const [address = ""] = cidr.split("/");
  return { address, cidr, netmask: "", mac: "02:00:00:00:00:01", internal: false };
}
