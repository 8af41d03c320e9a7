import { describe, expect, test } from "bun:test";
import { seededRandom } from "@udp/core";
import { Peer } from "@udp/lab/testing";
import type { AnnounceOptions, Announcer, DiscoveryEvent, NetworkInterface } from "../src/index.ts";
import { announce, discover } from "../src/index.ts";

/** All that this host has, so that no group is joined on a network of others. */
const readInterfaces = (): readonly NetworkInterface[] => [
  {
    name: "lo",
    index: 1,
    mtuBytes: 65_536,
    flags: {
      isUp: true,
      hasBroadcast: false,
      hasMulticast: false,
      isPointToPoint: false,
      isLoopback: true,
    },
    addresses: [{ address: "127.0.0.1", family: 4, prefixLength: 8, broadcast: "127.255.255.255" }],
  },
];
const network = "127.255.255.255";

function announceHere(options: AnnounceOptions = {}): Promise<Announcer> {
  return announce({ port: 0, name: "here", readInterfaces, ...options });
}

describe("announce and discover", () => {
  test("find each other, once, by a broadcast", async () => {
    await using announcer = await announceHere({ info: { version: "1" } });
    const { port } = announcer.local;
    const found = discover({ network, port, waitMs: 500, readInterfaces });
    const events: DiscoveryEvent[] = [];
    for await (const event of found) events.push(event);
    expect(events).toMatchObject([
      {
        type: "found",
        responder: {
          name: "here",
          info: { version: "1" },
          endpoint: { address: "127.0.0.1", port },
          paths: [{ method: "directed", address: network, interfaceName: "lo" }],
        },
      },
    ]);
    expect(announcer.counters.answeredCount).toBe(1);
  });

  test("a goodbye ends it, and an abort ends the iteration quietly", async () => {
    const announcer = await announceHere();
    const end = new AbortController();
    const { port } = announcer.local;
    const options = { network, port, waitMs: Number.POSITIVE_INFINITY, readInterfaces };
    const types: string[] = [];
    for await (const { type } of discover({ ...options, signal: end.signal })) {
      types.push(type);
      if (type === "found") announcer.close();
      if (type === "gone") end.abort();
    }
    expect(types).toEqual(["found", "gone"]);
  });

  test("what is no query is told, and never answered", async () => {
    const told = Promise.withResolvers<string>();
    await using announcer = await announceHere({
      onDatagram: ({ payload }) => told.resolve(new TextDecoder().decode(payload)),
    });
    await using peer = await Peer.open();
    await peer.send("Who is there?", { address: "127.0.0.1", port: announcer.local.port });
    expect([await told.promise, announcer.counters.answeredCount]).toEqual(["Who is there?", 0]);
  });

  test("a flood of what a stranger may send ends neither, and finds nobody", async () => {
    await using announcer = await announceHere();
    await using stranger = await Peer.open();
    const to = { address: "127.0.0.1", port: announcer.local.port };
    const random = seededRandom(1);
    for (let count = 0; count < 500; count++) await stranger.send(hostile(random), to);
    const found = discover({ network, port: to.port, waitMs: 500, readInterfaces });
    const names: string[] = [];
    for await (const { responder } of found) names.push(responder.name);
    const { answeredCount, receivedCount } = announcer.counters;
    expect([names, answeredCount, receivedCount > 100]).toEqual([["here"], 1, true]);
  });

  test.each([
    [{ name: "" }, "UDP_BAD_OPTION"],
    [{ info: { "a=b": "" } }, "UDP_BAD_OPTION"],
    [{ servicePort: 0 }, "UDP_BAD_OPTION"],
    [{ groups: ["ff02::1"] }, "UDP_BAD_OPTION"],
    [{ groups: ["10.77.0.1"] }, "UDP_BAD_ADDRESS"],
    [{ port: 65_536 }, "UDP_BAD_PORT"],
  ])("announce refuses %j", async (options, code) => {
    expect(announceHere(options)).rejects.toMatchObject({ code });
  });

  test.each([
    [{ waitMs: 0 }, "UDP_BAD_OPTION"],
    [{ port: 0 }, "UDP_BAD_PORT"],
    [{ network: "nowhere" }, "UDP_BAD_ADDRESS"],
    [{ network: undefined }, "BROADCAST_NO_INTERFACE"],
  ])("discover refuses %j", async (options, code) => {
    const iteration = discover({ network, readInterfaces, ...options })[Symbol.asyncIterator]();
    expect(iteration.next()).rejects.toMatchObject({ code });
  });
});

/** A frame's beginning, as often as not, and then anything. */
function hostile(random: () => number): Uint8Array {
  const bytes = Uint8Array.from({ length: Math.floor(600 * random()) }, () => 256 * random());
  if (random() < 0.5)
    bytes.set([0x75, 0x42, 0x43, 0x41, 1, 1 + Math.floor(3 * random())].slice(0, bytes.length));
  return bytes;
}
