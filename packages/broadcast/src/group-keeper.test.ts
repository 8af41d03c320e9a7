import { describe, expect, test } from "bun:test";
import { UdpError } from "@udp/core";
import { lanInterface } from "../test/lan-interface.ts";
import { GroupKeeper } from "./group-keeper.ts";
import type { InterfaceSocket } from "./interface-socket.ts";
import { parseGroup } from "./membership.ts";

const GROUP = parseGroup("239.1.2.3");
const OTHER = parseGroup("ff15::1");

/** A socket that notes what it is told, and joins what it may. */
class Bench {
  readonly calls: string[] = [];
  readonly changes: string[] = [];
  isFull = false;
  readonly keeper: GroupKeeper;

  constructor() {
    const socket: InterfaceSocket = {
      local: { address: "::", port: 1060 },
      isClosed: false,
      send: () => undefined,
      join: ({ group, interfaceIndex }) => {
        if (this.isFull) throw new UdpError("UDP_SYSTEM", "no room");
        this.calls.push(`join ${group.address} ${interfaceIndex}`);
      },
      leave: ({ group, interfaceIndex }) => {
        this.calls.push(`leave ${group.address} ${interfaceIndex}`);
      },
      close: () => undefined,
      [Symbol.asyncDispose]: async () => undefined,
    };
    this.keeper = new GroupKeeper(socket, [GROUP, OTHER], ({ type, membership, error }) => {
      const reason = error === undefined ? "" : `: ${error.message}`;
      this.changes.push(`${type} ${membership.group.address} ${membership.interfaceName}${reason}`);
    });
  }
}

describe("groups are kept", () => {
  test("joined once, however often the interfaces are looked at", () => {
    const bench = new Bench();
    for (let look = 0; look < 3; look++) bench.keeper.keep([lanInterface("eth0")]);
    expect(bench.calls).toEqual(["join 239.1.2.3 1", "join ff15::1 1"]);
    expect(bench.changes).toEqual(["joined 239.1.2.3 eth0", "joined ff15::1 eth0"]);
  });

  test("left with their interface, and joined again at one that comes again", () => {
    const bench = new Bench();
    bench.keeper.keep([lanInterface("eth0")]);
    bench.keeper.keep([]);
    bench.keeper.keep([lanInterface("eth0", { index: 7 })]);
    expect(bench.calls.filter((call) => call.includes("239"))).toEqual([
      "join 239.1.2.3 1",
      "leave 239.1.2.3 1",
      "join 239.1.2.3 7",
    ]);
  });

  test("also where it went and came between two looks", () => {
    const bench = new Bench();
    bench.keeper.keep([lanInterface("eth0", { index: 1 })]);
    bench.keeper.keep([lanInterface("eth0", { index: 2 })]);
    expect(bench.calls.filter((call) => call.includes("239"))).toEqual([
      "join 239.1.2.3 1",
      "leave 239.1.2.3 1",
      "join 239.1.2.3 2",
    ]);
  });

  test("what cannot be joined is told of once, and tried again", () => {
    const bench = new Bench();
    bench.isFull = true;
    bench.keeper.keep([lanInterface("eth0")]);
    bench.keeper.keep([lanInterface("eth0")]);
    expect(bench.changes).toEqual([
      "failed 239.1.2.3 eth0: no room",
      "failed ff15::1 eth0: no room",
    ]);
    bench.isFull = false;
    bench.keeper.keep([lanInterface("eth0")]);
    expect(bench.changes.slice(2)).toEqual(["joined 239.1.2.3 eth0", "joined ff15::1 eth0"]);
  });

  test("known by interface and family", () => {
    const bench = new Bench();
    const { addresses } = lanInterface("eth1");
    bench.keeper.keep([
      lanInterface("eth0"),
      lanInterface("eth1", { index: 2, addresses: addresses.slice(0, 1) }),
    ]);
    const heard = ["eth0", "eth1", "eth2"].map((name) =>
      ([4, 6] as const).map((family) => bench.keeper.hears([GROUP, OTHER], name, family)),
    );
    expect(heard).toEqual([
      [true, true],
      [true, false],
      [false, false],
    ]);
    expect(bench.keeper.hears([OTHER], "eth0", 4)).toBe(false);
  });
});
