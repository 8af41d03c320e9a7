import { describe, expect, test } from "bun:test";
import { UdpError } from "@udp/core";
import fc from "fast-check";
import type { Destination } from "./destination.ts";
import type { InterfaceFlags, NetworkInterface } from "./network-interface.ts";
import { planFor } from "./plan.ts";

const LAN_FLAGS: InterfaceFlags = {
  isUp: true,
  hasBroadcast: true,
  hasMulticast: true,
  isPointToPoint: false,
  isLoopback: false,
};

function lan(name: string, address: string, broadcast: string | undefined): NetworkInterface {
  const addresses = [
    { address, family: 4 as const, prefixLength: 24, broadcast },
    { address: `fe80::1%${name}`, family: 6 as const, prefixLength: 64, broadcast: undefined },
  ];
  return { name, index: undefined, addresses, mtuBytes: 1500, flags: LAN_FLAGS };
}

function changed(one: NetworkInterface, flags: Partial<InterfaceFlags>): NetworkInterface {
  return { ...one, flags: { ...one.flags, ...flags } };
}

const ETH0 = lan("eth0", "10.77.0.1", "10.77.0.255");
const ETH1 = lan("eth1", "192.0.2.1", "192.0.2.255");
const LO = changed(lan("lo", "127.0.0.1", "127.255.255.255"), { isLoopback: true });
const TUN = changed(lan("tun0", "10.8.0.2", undefined), { isPointToPoint: true });
const HOST = [LO, ETH0, ETH1, TUN];

const limited = (interfaceName: string, source: string): Destination => ({
  method: "limited",
  family: 4,
  address: "255.255.255.255",
  interfaceName,
  source,
});

describe("everyone", () => {
  test.each([undefined, "255.255.255.255"])("%p: once for each interface that can", (network) => {
    expect(planFor(network, HOST)).toEqual({
      destinations: [limited("eth0", "10.77.0.1"), limited("eth1", "192.0.2.1")],
      skipped: [
        expect.objectContaining({ interfaceName: "lo", reason: "loopback" }),
        expect.objectContaining({ interfaceName: "tun0", reason: "point-to-point" }),
      ],
    });
  });

  test("at an interface", () => {
    expect(planFor("eth1", HOST)).toEqual({
      destinations: [limited("eth1", "192.0.2.1")],
      skipped: [],
    });
  });

  test.each(["10.77.0.255", "10.77.0.0/24", "10.77.0.9/24"])(
    "of a network of this host: %s",
    (network) => {
      expect(planFor(network, HOST).destinations).toEqual([
        {
          method: "directed",
          family: 4,
          address: "10.77.0.255",
          interfaceName: "eth0",
          source: "10.77.0.1",
        },
      ]);
    },
  );

  test("of a group: at each interface that can, IPv6 with its link", () => {
    const group = { method: "group", family: 4, address: "239.0.0.1" } as const;
    expect(planFor("239.0.0.1", HOST)).toEqual({
      destinations: [
        { ...group, interfaceName: "eth0", source: "10.77.0.1" },
        { ...group, interfaceName: "eth1", source: "192.0.2.1" },
      ],
      skipped: [
        expect.objectContaining({ interfaceName: "lo", reason: "loopback" }),
        expect.objectContaining({ interfaceName: "tun0", reason: "point-to-point" }),
      ],
    });
    expect(planFor("ff02::1%eth1", HOST)).toEqual({
      destinations: [
        {
          method: "group",
          family: 6,
          address: "ff02::1%eth1",
          interfaceName: "eth1",
          source: undefined,
        },
      ],
      skipped: [],
    });
  });
});

test.each(["192.0.2.9", "198.51.100.255", "2001:db8::1"])("one address: %s", (address) => {
  expect(planFor(address, HOST)).toMatchObject({
    destinations: [{ method: "unicast", address, interfaceName: undefined, source: undefined }],
    skipped: [],
  });
});

describe("nobody", () => {
  test.each([
    [
      undefined,
      [LO, TUN],
      "no interface is fit for broadcast: lo: it is the loopback, tun0: it leads to one host only",
    ],
    ["tun0", HOST, "no interface is fit for tun0: tun0: it leads to one host only"],
    [undefined, [changed(ETH0, { isUp: false })], "eth0: it is down"],
    [undefined, [changed(ETH0, { hasBroadcast: false })], "eth0: it has no broadcast"],
    ["239.0.0.1", [changed(ETH0, { hasMulticast: false })], "eth0: it has no multicast"],
    ["239.0.0.1", [{ ...ETH0, addresses: [] }], "eth0: it has no address for it"],
    ["eth9", HOST, "expected an interface of this host (lo, eth0"],
    ["ff02::1%eth9", HOST, "no interface is fit for ff02::1%eth9: there is none"],
  ])("%p: says why", (network, interfaces, message) => {
    expect(() => planFor(network, interfaces)).toThrow(message);
  });

  test.each(["10.77.0.0/31", "10.77.0.1/32", "10.77.0.0/x", "2001:db8::/64"])(
    "%s is refused",
    (prefix) => {
      expect(() => planFor(prefix, HOST)).toThrow(
        `expected an IPv4 prefix with a broadcast address, such as 10.77.0.0/24; got "${prefix}"`,
      );
    },
  );

  test.each(["10.77.0", "nobody"])("%s is refused", (network) => {
    expect(() => planFor(network, HOST)).toThrow(`got ${JSON.stringify(network)}`);
  });
});

test("property: whatever is named, there is a plan or an error that says why not", () => {
  const parts = fc.constantFrom(
    "10.77.0",
    ".255",
    "/24",
    "/",
    "%eth0",
    "ff02::1",
    "eth0",
    "239.0.0.1",
  );
  const network = fc.oneof(
    fc.string(),
    fc.array(parts, { maxLength: 3 }).map((list) => list.join("")),
  );
  fc.assert(
    fc.property(network, (text) => {
      try {
        expect(planFor(text, HOST).destinations.length).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(UdpError);
      }
    }),
    { numRuns: 500 },
  );
});
