import { describe, expect, test } from "bun:test";
import { lanInterface } from "../test/lan-interface.ts";
import { DISCOVERY_GROUPS, formatGroup, membershipsFor, parseGroup } from "./membership.ts";

describe("a group as it is written", () => {
  test.each([
    ["239.1.2.3", { address: "239.1.2.3", source: undefined, interfaceName: undefined }],
    ["FF02::0001%eth0", { address: "ff02::1", source: undefined, interfaceName: "eth0" }],
    [
      "10.77.0.1@232.1.2.3",
      { address: "232.1.2.3", source: "10.77.0.1", interfaceName: undefined },
    ],
    ["fd77::1@ff35::1%e0", { address: "ff35::1", source: "fd77::1", interfaceName: "e0" }],
  ])("%s", (text, group) => {
    const parsed = parseGroup(text);
    expect(parsed).toEqual(group);
    expect(parseGroup(formatGroup(parsed))).toEqual(parsed);
  });

  test.each([
    "",
    "10.77.0.1",
    "255.255.255.255",
    "239.1.2.3@232.1.2.3",
    "::1@232.1.2.3",
    "@239.1.2.3",
    "x",
  ])("is none: %j", (text) => {
    expect(() => parseGroup(text)).toThrow(expect.objectContaining({ code: "UDP_BAD_ADDRESS" }));
  });
});

describe("groups are joined", () => {
  const where = (interfaces: Parameters<typeof membershipsFor>[1]): readonly string[] =>
    membershipsFor(DISCOVERY_GROUPS, interfaces).map(
      ({ group, interfaceName, interfaceIndex }) =>
        `${group.address} ${interfaceName} ${interfaceIndex}`,
    );

  test("at each interface that is up, has multicast, and an address of their family", () => {
    const eth0 = lanInterface("eth0", { index: 2 });
    expect(
      where([
        eth0,
        lanInterface("eth1", { index: 3, addresses: eth0.addresses.slice(0, 1) }),
        lanInterface("down", { flags: { ...eth0.flags, isUp: false } }),
        lanInterface("flat", { flags: { ...eth0.flags, hasMulticast: false } }),
      ]),
    ).toEqual(["239.255.66.67 eth0 2", "239.255.66.67 eth1 3", "ff12::7542:4341 eth0 2"]);
  });

  test("at the one interface that they name", () => {
    const group = parseGroup("239.1.2.3%eth1");
    const interfaces = ["eth0", "eth1"].map((name) => lanInterface(name));
    expect(membershipsFor([group], interfaces).map(({ interfaceName }) => interfaceName)).toEqual([
      "eth1",
    ]);
  });
});
