import { describe, expect } from "bun:test";
import type { Endpoint } from "@udp/core";
import type { SendOutcome } from "@udp/core/linux";
import type { LabHost, RunningProgram } from "../src/index.ts";
import { createLan, createMultihomed } from "../src/index.ts";
import { labTest } from "../src/testing/index.ts";
import type { Command, Heard, ListenerOrder, Membership, SenderOrder } from "./groups/order.ts";

const LISTENER = Bun.fileURLToPath(import.meta.resolve("./groups/listener.ts"));
const SENDER = Bun.fileURLToPath(import.meta.resolve("./groups/sender.ts"));

const PORT = 1061;
const EVERYBODY = "255.255.255.255";

/** The text of what ends each listening. */
const END = "end";

interface Family {
  readonly family: 4 | 6;
  readonly group: string;
  readonly endGroup: string;
  readonly sourceSpecificGroup: string;
  /** Of a host of the LAN. */
  readonly address: (host: number) => string;
}

const FAMILIES: readonly Family[] = [
  {
    family: 4,
    group: "239.255.77.1",
    endGroup: "239.255.77.2",
    sourceSpecificGroup: "232.77.1.1",
    address: (host) => `10.77.0.${host}`,
  },
  {
    family: 6,
    group: "ff02::7701",
    endGroup: "ff02::7702",
    sourceSpecificGroup: "ff35::7701",
    address: (host) => `fd77::${host}`,
  },
];

labTest("a broadcast of one host reaches the others, which see what it was sent to", async () => {
  await using lan = await createLan({ hosts: 3 });
  await using second = await listen(lan.host("h2"), { family: 4 });
  await using third = await listen(lan.host("h3"), { family: 4 });
  const destinations = ["10.77.0.255", EVERYBODY];
  await send(lan.host("h1"), {
    family: 4,
    datagrams: [
      ...destinations.map((address) => ({ text: "broadcast", to: at(address) })),
      ...[2, 3].map((host) => ({ text: END, to: at(`10.77.0.${host}`) })),
    ],
  });
  for (const [name, listener] of [
    ["h2", second],
    ["h3", third],
  ] as const) {
    const interfaceIndex = await indexOf(lan.host(name), "e0");
    expect(await heardBy(listener)).toEqual(
      destinations.map((destination) => ({
        text: "broadcast",
        from: "10.77.0.1",
        destination,
        interfaceIndex,
      })),
    );
  }
});

labTest("a broadcast leaves by the interface that is named, without a route", async () => {
  await using lab = await createMultihomed();
  const server = lab.host("server");
  await using listener = await listen(server, { family: 4 });
  const outcomes = await send(lab.host("client"), {
    family: 4,
    datagrams: [
      { text: "nowhere", to: at(EVERYBODY) },
      { text: "first", to: at(EVERYBODY), interfaceName: "e0" },
      { text: "second", to: at(EVERYBODY), interfaceName: "e1" },
      { text: END, to: at("10.77.2.10") },
    ],
  });
  const heard = await heardBy(listener);
  expect({ outcomes, heard }).toEqual({
    outcomes: ["unreachable", "sent", "sent", "sent"],
    heard: [
      {
        text: "first",
        from: "10.77.1.1",
        destination: EVERYBODY,
        interfaceIndex: await indexOf(server, "e0"),
      },
      {
        text: "second",
        from: "10.77.2.1",
        destination: EVERYBODY,
        interfaceIndex: await indexOf(server, "e1"),
      },
    ],
  });
});

labTest("two sockets of one host both hear broadcasts at one port", async () => {
  await using lan = await createLan({ hosts: 2 });
  await using listener = await listen(lan.host("h2"), { family: 4, sockets: [{}, {}] });
  const datagrams = ["broadcast", END].map((text) => ({ text, to: at(EVERYBODY) }));
  await send(lan.host("h1"), { family: 4, datagrams });
  const heard = [await textsHeardBy(listener, 0), await textsHeardBy(listener, 1)];
  expect(heard).toEqual([["broadcast"], ["broadcast"]]);
});

describe.each(FAMILIES)("a group of IPv$family", (ip) => {
  const { family, group } = ip;
  const home = { group, interfaceName: "e0" };

  labTest("is heard from when it is joined until it is left", async () => {
    await using lan = await createLan({ hosts: 2 });
    await using listener = await listen(lan.host("h2"), { family });
    const sendBoth = (): Promise<unknown> =>
      send(lan.host("h1"), {
        family,
        multicast: { interfaceName: "e0" },
        datagrams: [
          { text: "group", to: at(group) },
          { text: END, to: at(ip.address(2)) },
        ],
      });
    await sendBoth();
    const before = await heardBy(listener);
    await join(listener, home);
    await sendBoth();
    const joined = await heardBy(listener);
    await tell(listener, { socket: 0, leave: home });
    await sendBoth();
    const after = await heardBy(listener);
    expect({ before, joined, after }).toEqual({
      before: [],
      joined: [
        {
          text: "group",
          from: expect.stringMatching(family === 4 ? /^10\.77\.0\.1$/ : /^fe80::.*%e0$/),
          destination: group,
          interfaceIndex: await indexOf(lan.host("h2"), "e0"),
        },
      ],
      after: [],
    });
  });

  labTest("is heard by those sockets at one port that joined it", async () => {
    await using lan = await createLan({ hosts: 2 });
    await using listener = await listen(lan.host("h2"), { family, sockets: [{}, {}] });
    await join(listener, home, 0);
    for (const socket of [0, 1]) await join(listener, { ...home, group: ip.endGroup }, socket);
    const datagrams = [
      { text: "group", to: at(group) },
      { text: END, to: at(ip.endGroup) },
    ];
    await send(lan.host("h1"), { family, multicast: { interfaceName: "e0" }, datagrams });
    expect([await textsHeardBy(listener, 0), await textsHeardBy(listener, 1)]).toEqual([
      ["group"],
      [],
    ]);
  });

  labTest("of one source is heard from that source alone", async () => {
    await using lan = await createLan({ hosts: 3 });
    await using listener = await listen(lan.host("h1"), { family });
    const [source, stranger] = [ip.address(2), ip.address(3)];
    await join(listener, { ...home, group: ip.sourceSpecificGroup, source });
    const to = at(ip.sourceSpecificGroup);
    const datagram = { text: "group", to, interfaceName: "e0" };
    await send(lan.host("h3"), { family, datagrams: [{ ...datagram, source: stranger }] });
    await send(lan.host("h2"), {
      family,
      datagrams: [
        { ...datagram, source },
        { text: END, to: at(ip.address(1)) },
      ],
    });
    expect((await heardBy(listener)).map(({ from }) => from)).toEqual([source]);
  });

  labTest("is not heard at the sender's host where that says so", async () => {
    await using lan = await createLan({ hosts: 2 });
    await using own = await listen(lan.host("h1"), { family });
    await using other = await listen(lan.host("h2"), { family });
    for (const listener of [own, other]) await join(listener, home);
    for (const loop of [true, false]) {
      const datagrams = [{ text: `loop ${loop}`, to: at(group) }];
      await send(lan.host("h1"), { family, multicast: { interfaceName: "e0", loop }, datagrams });
    }
    const ends = [1, 2].map((host) => ({ text: END, to: at(ip.address(host)) }));
    await send(lan.host("h1"), { family, datagrams: ends });
    expect([await textsHeardBy(own), await textsHeardBy(other)]).toEqual([
      ["loop true"],
      ["loop true", "loop false"],
    ]);
  });

  labTest("is heard at one interface by a socket of that interface", async () => {
    const sockets = [{ interfaceName: "e0" }, { interfaceName: "e1" }];
    expect(await heardAtInterfaces(ip, sockets)).toEqual([["e0"], ["e1"]]);
  });

  const title = {
    4: "is heard at the interface where the socket joined it",
    6: "is heard at every interface where any socket joined it",
  };
  labTest(title[family], async () => {
    const all = ["e0", "e1"];
    const heard = await heardAtInterfaces(ip, [{}, {}]);
    expect(heard).toEqual(family === 4 ? [["e0"], ["e1"]] : [all, all]);
  });
});

/** What two sockets hear that joined a group at one of two interfaces each, when it is sent to both. */
async function heardAtInterfaces(
  { family, group, endGroup }: Family,
  sockets: ListenerOrder["sockets"],
): Promise<readonly (readonly string[])[]> {
  await using lab = await createMultihomed();
  await using listener = await listen(lab.host("server"), { family, sockets });
  const interfaceNames = ["e0", "e1"];
  for (const [socket, interfaceName] of interfaceNames.entries()) {
    for (const joined of [group, endGroup]) {
      await join(listener, { group: joined, interfaceName }, socket);
    }
  }
  const datagrams = [
    ...interfaceNames.map((name) => ({ text: name, to: at(group), interfaceName: name })),
    ...interfaceNames.map((name) => ({ text: END, to: at(endGroup), interfaceName: name })),
  ];
  await send(lab.host("client"), { family, datagrams });
  return [await textsHeardBy(listener, 0), await textsHeardBy(listener, 1)];
}

/** Starts a program with sockets at {@link PORT}, by default with one. */
async function listen(
  host: LabHost,
  { family, sockets = [{}] }: Pick<ListenerOrder, "family"> & Partial<ListenerOrder>,
): Promise<RunningProgram> {
  const order: ListenerOrder = { family, port: PORT, sockets };
  const argv = [process.execPath, LISTENER, JSON.stringify(order)];
  const listener = await host.spawn(argv, { hasInput: true });
  await listener.nextLine();
  return listener;
}

async function join(listener: RunningProgram, group: Membership, socket = 0): Promise<void> {
  await tell(listener, { socket, join: group });
}

/** What a socket received before the {@link END}. */
async function heardBy(listener: RunningProgram, socket = 0): Promise<readonly Heard[]> {
  return await tell(listener, { socket, hearUntil: END });
}

async function textsHeardBy(listener: RunningProgram, socket = 0): Promise<readonly string[]> {
  return (await heardBy(listener, socket)).map(({ text }) => text);
}

async function tell(listener: RunningProgram, command: Command): Promise<readonly Heard[]> {
  listener.writeLine(JSON.stringify(command));
  return JSON.parse(await listener.nextLine());
}

async function send(host: LabHost, order: SenderOrder): Promise<readonly SendOutcome[]> {
  const { stdout } = await host.run([process.execPath, SENDER, JSON.stringify(order)]);
  return JSON.parse(stdout);
}

function at(address: string): Endpoint {
  return { address, port: PORT };
}

async function indexOf(host: LabHost, interfaceName: string): Promise<number> {
  const { stdout } = await host.run(["ip", "-j", "link", "show", interfaceName]);
  return JSON.parse(stdout)[0].ifindex;
}
