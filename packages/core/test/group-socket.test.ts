import { describe, expect, test } from "bun:test";
import { MessageSocket, ReadableWait } from "../src/linux/index.ts";

const PAYLOAD = Uint8Array.of(1, 2, 3);
const LOOPBACK_INDEX = 1;

describe.skipIf(process.platform !== "linux")("a message socket and groups (Linux)", () => {
  const home = { group: "239.255.77.1", interfaceIndex: LOOPBACK_INDEX };

  test("hears a group from when it joins until it leaves, as often as it does", () => {
    using neighbour = new MessageSocket({ family: 4, sharesPort: true });
    neighbour.joinGroup(home);
    using socket = new MessageSocket({ family: 4, local: neighbour.local, sharesPort: true });
    socket.reportArrival(true);
    const before = heardBy(socket, home.group);
    for (const _ of [1, 2]) socket.joinGroup(home);
    const joined = heardBy(socket, home.group);
    for (const _ of [1, 2]) socket.leaveGroup(home);
    expect({ before, joined, after: heardBy(socket, home.group) }).toEqual({
      before: ["127.0.0.1"],
      joined: [home.group, "127.0.0.1"],
      after: ["127.0.0.1"],
    });
  });

  test("hears the sources that it named, and those alone", () => {
    using socket = new MessageSocket({ family: 4 });
    socket.reportArrival(true);
    const group = { ...home, group: "232.77.1.1" };
    for (const source of ["127.0.0.2", "127.0.0.3", "127.0.0.3"]) {
      socket.joinGroup({ ...group, source });
    }
    const heard = ["127.0.0.2", "127.0.0.3", "127.0.0.4"].map(
      (source) => heardBy(socket, group.group, source).length - 1,
    );
    socket.leaveGroup({ ...group, source: "127.0.0.2" });
    socket.leaveGroup({ ...group, source: "127.0.0.9" });
    const left = heardBy(socket, group.group, "127.0.0.2").length - 1;
    expect({ heard, left }).toEqual({ heard: [1, 1, 0], left: 0 });
  });

  test("leaves a group before it is heard in another way", () => {
    using socket = new MessageSocket({ family: 4 });
    const sourced = { ...home, source: "127.0.0.2" };
    socket.joinGroup(home);
    const whileAll = codeOf(() => socket.joinGroup(sourced));
    socket.leaveGroup(sourced);
    socket.leaveGroup(home);
    socket.joinGroup(sourced);
    const whileSourced = codeOf(() => socket.joinGroup(home));
    socket.leaveGroup(sourced);
    expect([whileAll, whileSourced, codeOf(() => socket.joinGroup(home))]).toEqual([
      "UDP_BAD_OPTION",
      "UDP_BAD_OPTION",
      undefined,
    ]);
  });

  test("says that it is in as many groups as it may be", () => {
    using socket = new MessageSocket({ family: 4 });
    const joinMany = (): void => {
      for (let index = 0; index < 65_536; index++) {
        socket.joinGroup({ ...home, group: `239.77.${index >> 8}.${index & 0xff}` });
      }
    };
    expect(joinMany).toThrow(
      expect.objectContaining({
        code: "UDP_SYSTEM",
        message: expect.stringContaining("net.ipv4.igmp_max_memberships"),
      }),
    );
  });

  test.each([
    [4, "239.1.2.3", "::1"],
    [6, "ff02::77", "127.0.0.1"],
  ] as const)("of IPv%d refuses what its caller got wrong", (family, group, stranger) => {
    const socket = new MessageSocket({ family });
    const gone = 0x7f_ff_ff_ff;
    const at = { interfaceIndex: LOOPBACK_INDEX };
    const attempts = [
      () => socket.joinGroup({ group: family === 4 ? "127.0.0.1" : "::1", ...at }),
      () => socket.joinGroup({ group: family === 4 ? "ff02::77" : "239.1.2.3", ...at }),
      () => socket.joinGroup({ group: `${group}%lo`, ...at }),
      () => socket.joinGroup({ group, ...at, source: stranger }),
      () => socket.joinGroup({ group, interfaceIndex: 0 }),
      () => socket.joinGroup({ group, interfaceIndex: gone }),
      () => socket.setMulticast({ interfaceIndex: 0 }),
      () => socket.setMulticast({ interfaceIndex: gone }),
      () => socket.setMulticast({ hopLimit: -1 }),
      () => socket.setMulticast({ hopLimit: 256 }),
    ];
    expect(attempts.map(codeOf)).toEqual(attempts.map(() => "UDP_BAD_OPTION"));
    socket[Symbol.dispose]();
    const late = [
      () => socket.setMulticast({}),
      () => socket.joinGroup({ group, ...at }),
      () => socket.leaveGroup({ group, ...at }),
      () => socket.setBroadcast(true),
    ];
    expect(late.map(codeOf)).toEqual(late.map(() => "UDP_CLOSED"));
  });
});

/** The destinations of what the socket gets of one datagram to a group and one to it alone. */
function heardBy(socket: MessageSocket, group: string, source = "127.0.0.1"): unknown[] {
  using sender = new MessageSocket({ family: 4, local: { address: source, port: 0 } });
  sender.setMulticast({ interfaceIndex: LOOPBACK_INDEX, hopLimit: 0 });
  const { port } = socket.local;
  for (const address of [group, "127.0.0.1"]) sender.send(PAYLOAD, { to: { address, port } });
  const destinations: unknown[] = [];
  while (destinations.at(-1) !== "127.0.0.1") {
    new ReadableWait([socket.fd]).wait(2_000_000_000);
    destinations.push(socket.receive()?.destination ?? expect.unreachable());
  }
  return destinations;
}

function codeOf(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error instanceof Error && "code" in error ? error.code : error;
  }
}
