import { describe, expect, test } from "bun:test";
import { UdpError } from "@udp/core";
import type { Destination } from "./destination.ts";
import type { FoundResponder } from "./found-responder.ts";
import type { CheckEvidence } from "./path-check.ts";
import { checkDestination, checkSkipped } from "./path-check.ts";

const LIMITED: Destination = {
  method: "limited",
  family: 4,
  address: "255.255.255.255",
  interfaceName: "eth0",
  source: "10.77.0.1",
};
const GROUP: Destination = { ...LIMITED, method: "group", address: "239.255.66.67" };
const GROUP_6: Destination = { ...GROUP, family: 6, address: "ff12::7542:4341%eth0" };
const OTHER_GROUP: Destination = { ...GROUP, address: "239.1.2.3" };
const ELSEWHERE: Destination = { ...LIMITED, interfaceName: "eth1" };

function responder(part: Partial<FoundResponder>): FoundResponder {
  const endpoint = { address: "10.77.0.2", port: 1060 };
  return {
    instanceId: "01".repeat(16),
    name: "two",
    info: {},
    ttlSeconds: 120,
    endpoint,
    endpoints: [endpoint],
    interfaceName: "eth0",
    rttMs: 1,
    paths: [],
    memberPaths: [],
    ...part,
  };
}

function verdict(destination: Destination, part: Partial<CheckEvidence>): string {
  const { responderCount, reason = "works" } = checkDestination(destination, {
    responders: [],
    reports: [],
    allowsBroadcast: true,
    filtered: new Set(),
    ...part,
  });
  return `${reason} ${responderCount}`;
}

const sent = (destination: Destination, code?: UdpError["code"]) => ({
  destination,
  sentCount: code === undefined ? 1 : 0,
  error: code === undefined ? undefined : new UdpError(code, code),
  hasReached: false,
});
const byLimited = responder({ paths: [LIMITED] });
const member = responder({ paths: [LIMITED], memberPaths: [LIMITED] });

describe("a way", () => {
  test.each([
    ["by which two were reached", LIMITED, { responders: [byLimited, byLimited] }, "works 2"],
    ["by which nobody was", LIMITED, { reports: [sent(LIMITED)] }, "unknown 0"],
    ["without a route", LIMITED, { reports: [sent(LIMITED, "UDP_UNREACHABLE")] }, "no-route 0"],
    [
      "without SO_BROADCAST",
      LIMITED,
      { reports: [sent(LIMITED, "UDP_PERMISSION")], allowsBroadcast: false },
      "so-broadcast 0",
    ],
    [
      "that is forbidden with it",
      LIMITED,
      { reports: [sent(LIMITED, "UDP_PERMISSION")] },
      "unknown 0",
    ],
    [
      "of a group, which needs none",
      GROUP,
      { reports: [sent(GROUP, "UDP_PERMISSION")], allowsBroadcast: false },
      "unknown 0",
    ],
    [
      "for which there was no buffer",
      LIMITED,
      { reports: [sent(LIMITED, "UDP_SYSTEM")] },
      "unknown 0",
    ],
    ["that is filtered", LIMITED, { filtered: new Set(["eth0"]) }, "reverse-path-filter 0"],
    ["beside one that is filtered", ELSEWHERE, { filtered: new Set(["eth0"]) }, "unknown 0"],
    ["of IPv6, which has no such filter", GROUP_6, { filtered: new Set(["eth0"]) }, "unknown 0"],
    ["of a group that nobody there hears", GROUP, { responders: [byLimited] }, "not-joined 0"],
    ["of a group that one there hears", GROUP, { responders: [byLimited, member] }, "unknown 0"],
    ["of a group where nobody is", GROUP, {}, "unknown 0"],
    ["of a group of the other family", GROUP_6, { responders: [byLimited] }, "unknown 0"],
    ["of a group that is not asked about", OTHER_GROUP, { responders: [byLimited] }, "unknown 0"],
    [
      "of a group at another interface",
      { ...GROUP, interfaceName: "eth1" },
      { responders: [byLimited] },
      "unknown 0",
    ],
    [
      "of a group by the routes",
      { ...GROUP, interfaceName: undefined },
      { responders: [responder({ paths: [{ ...LIMITED, interfaceName: undefined }] })] },
      "unknown 0",
    ],
  ] as const)("%s", (_what, destination, evidence, expected) => {
    expect(verdict(destination, evidence)).toBe(expected);
  });

  test("that is left out says why", () => {
    const skipped = {
      interfaceName: "lo",
      method: "group",
      family: 4,
      address: "239.255.66.67",
    } as const;
    expect(checkSkipped({ ...skipped, reason: "loopback" })).toEqual({
      interfaceName: "lo",
      method: "group",
      address: "239.255.66.67",
      responderCount: 0,
      reason: "loopback",
    });
  });
});
