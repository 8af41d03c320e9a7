import { describe, expect, test } from "bun:test";
import type { CheckedPath } from "../path-check.ts";
import { isDeafToIpv6, truthTable } from "./check-rendering.ts";

const LIMITED: CheckedPath = {
  interfaceName: "e0",
  method: "limited",
  address: "255.255.255.255",
  responderCount: 2,
  reason: undefined,
};
const NODES: CheckedPath = {
  ...LIMITED,
  method: "group",
  address: "ff02::1%e0",
  responderCount: 0,
  reason: "unknown",
};
const LO: CheckedPath = { ...NODES, interfaceName: "lo", address: "ff02::1", reason: "loopback" };

describe("the truth table", () => {
  test("has a line for each way, and one for an interface that has none", () => {
    const byRoutes: CheckedPath = {
      ...LIMITED,
      interfaceName: undefined,
      responderCount: 0,
      reason: "no-route",
    };
    const directed: CheckedPath = { ...LO, method: "directed", address: undefined };
    const check = { paths: [LO, directed, LIMITED, NODES, byRoutes], responderCount: 2 };
    expect(truthTable(check).text()).toBe(
      [
        "interface  method   to               works  answered  why not",
        "lo         any      –                no               it is the loopback",
        "e0         limited  255.255.255.255  yes    2",
        "e0         group    ff02::1%e0       no     0         unknown",
        "by routes  limited  255.255.255.255  no     0         no route leads there",
        "2 responders on other hosts answered",
      ].join("\n"),
    );
  });

  test.each([
    [[LO, LIMITED, NODES], true],
    [[LO, LIMITED], false],
    [[NODES, { ...NODES, reason: undefined }], false],
    [[{ ...NODES, reason: "not-joined" as const }], false],
  ])("%j: nobody heard IPv6: %p", (paths, isDeaf) => {
    expect(isDeafToIpv6({ paths, responderCount: 2 })).toBe(isDeaf);
  });
});
