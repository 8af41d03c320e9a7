import { describe, expect, test } from "bun:test";
import { lanInterface } from "../test/lan-interface.ts";
import type { DiscoveryTarget } from "./discovery-plan.ts";
import { discoveryPlan } from "./discovery-plan.ts";
import type { NetworkInterface } from "./network-interface.ts";

const ETH0 = lanInterface("eth0");
const LO = lanInterface("lo", {
  flags: { ...ETH0.flags, isLoopback: true, hasMulticast: false, hasBroadcast: false },
  addresses: [{ address: "127.0.0.1", family: 4, prefixLength: 8, broadcast: "127.255.255.255" }],
});
const TUN0 = lanInterface("tun0", {
  flags: { ...ETH0.flags, isPointToPoint: true, hasBroadcast: false },
  addresses: [{ address: "10.9.0.1", family: 4, prefixLength: 32, broadcast: undefined }],
});
const WIDE = lanInterface("wide", {
  addresses: [{ address: "10.8.0.1", family: 4, prefixLength: 16, broadcast: "10.8.255.255" }],
});

function plan(target: DiscoveryTarget, interfaces: readonly NetworkInterface[] = [LO, ETH0, TUN0]) {
  const { destinations, skipped } = discoveryPlan(target, interfaces);
  return {
    asked: destinations.map(({ method, address }) => `${method} ${address}`),
    skipped: skipped.map(({ interfaceName, reason }) => `${interfaceName} ${reason}`),
  };
}

const GROUPS = ["group 239.255.66.67", "group ff12::7542:4341%eth0"];
const BROADCASTS = ["limited 255.255.255.255", "directed 10.77.0.255", "group ff02::1%eth0"];
const LEFT_OUT = ["lo loopback", "tun0 point-to-point"];

describe("who is asked", () => {
  test.each([
    [{}, [...GROUPS, ...BROADCASTS], LEFT_OUT],
    [{ method: "multicast" as const }, GROUPS, LEFT_OUT],
    [{ method: "broadcast" as const }, BROADCASTS, ["lo loopback", "tun0 no-broadcast"]],
    [{ network: "eth0" }, [...GROUPS, ...BROADCASTS], []],
    [{ network: "10.77.0.0/24" }, ["directed 10.77.0.255"], []],
    [{ network: "127.255.255.255" }, ["directed 127.255.255.255"], []],
    [{ network: "239.1.2.3" }, ["group 239.1.2.3"], LEFT_OUT],
    [{ network: "198.51.100.7" }, ["unicast 198.51.100.7"], []],
  ])("%j", (target, asked, skipped) => {
    expect(plan(target)).toEqual({ asked, skipped });
  });

  test("an interface with one family is asked by that, and is not left out", () => {
    const ipv4 = lanInterface("eth0", { addresses: ETH0.addresses.slice(0, 1) });
    const asked = ["group 239.255.66.67", "limited 255.255.255.255", "directed 10.77.0.255"];
    expect(plan({}, [ipv4])).toEqual({ asked, skipped: [] });
  });

  test.each([
    [{ network: "lo" }, "BROADCAST_NO_INTERFACE"],
    [{ network: "nowhere" }, "UDP_BAD_ADDRESS"],
    [{ network: "10.77.0.0/24", method: "multicast" as const }, "UDP_BAD_OPTION"],
    [{ network: "10.8.0.0/16", method: "unicast" as const }, "UDP_BAD_ADDRESS"],
    [{ network: "fd77::/120", method: "unicast" as const }, "UDP_BAD_ADDRESS"],
  ])("nobody by %j: %s", (target, code) => {
    expect(() => plan(target)).toThrow(expect.objectContaining({ code }));
  });
});

describe("each by itself", () => {
  const unicast = (network?: string, interfaces?: readonly NetworkInterface[]) =>
    plan({ method: "unicast", network }, interfaces);

  test("all hosts of each network that is small enough, but this one", () => {
    const { asked, skipped } = unicast(undefined, [LO, ETH0, WIDE]);
    expect([asked.length, asked.at(0), asked.at(-1)]).toEqual([
      253,
      "unicast 10.77.0.2",
      "unicast 10.77.0.254",
    ]);
    expect(skipped).toEqual(["lo loopback", "wide large-network"]);
  });

  test.each([
    ["192.0.2.9/30", ["192.0.2.9", "192.0.2.10"]],
    ["192.0.2.9/31", ["192.0.2.8", "192.0.2.9"]],
    ["192.0.2.9/32", ["192.0.2.9"]],
    ["192.0.2.9", ["192.0.2.9"]],
  ])("%s", (network, hosts) => {
    expect(unicast(network).asked).toEqual(hosts.map((host) => `unicast ${host}`));
  });
});
