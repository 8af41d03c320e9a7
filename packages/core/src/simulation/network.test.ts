import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Endpoint } from "../address/endpoint.ts";
import { formatEndpoint } from "../address/endpoint.ts";
import { seededRandom } from "../random.ts";
import type { DatagramSocket, SocketOptions } from "../socket/datagram-socket.ts";
import { nsToMs } from "../timing/clock.ts";
import type { LinkOptions } from "./link-options.ts";
import type { SimulatedNetwork } from "./network.ts";
import { createNetwork } from "./network.ts";
import type { SimulatedHost } from "./simulated-host.ts";
import { VirtualClock } from "./virtual-clock.ts";

const PORT = 1060;
const BROADCAST: Endpoint = { address: "255.255.255.255", port: PORT };

describe("a datagram", () => {
  test("arrives after the delay of its direction", async () => {
    const world = createWorld({ delayMs: 5 });
    const { clock, network, a, b, heard } = world;
    network.setLink(b, a, { delayMs: 30 });
    const server = await world.open(b, { local: { address: "10.0.0.2", port: PORT } });
    const client = await world.open(a, {});
    client.send(bytes("ping"), server.local);
    await clock.runUntil(() => heard.length === 1);
    server.send(bytes("pong"), { address: "10.0.0.1", port: client.local.port });
    await clock.runUntil(() => heard.length === 2);
    expect(heard).toEqual([
      `5 ms, b: ping from 10.0.0.1:${client.local.port}`,
      "35 ms, a: pong from 10.0.0.2:1060",
    ]);
  });

  test("takes its time on a link with a rate, headers counted", async () => {
    const world = createWorld({ rateBitsPerSecond: 8_000_000 });
    const { clock, a, b, heard } = world;
    await world.open(b, { local: { address: "::", port: PORT } });
    const client = await world.open(a, { local: { address: "::", port: 0 } });
    client.send(new Uint8Array(1000 - 28), { address: "10.0.0.2", port: PORT });
    client.send(new Uint8Array(1000 - 48), { address: "fd00::2", port: PORT });
    await clock.runUntil(() => heard.length === 2);
    expect(heard.map((line) => line.split(",")[0])).toEqual(["1 ms", "2 ms"]);
  });

  test("that is duplicated gives each callback a payload of its own", async () => {
    const world = createWorld({ duplicateRatio: 1 });
    const { clock, a, b } = world;
    const payloads: string[] = [];
    await world.open(b, {
      local: { address: "10.0.0.2", port: PORT },
      onDatagram: (payload) => {
        payloads.push(text(payload));
        payload.fill(0);
      },
    });
    const client = await world.open(a, {});
    client.send(bytes("twice"), { address: "10.0.0.2", port: PORT });
    await clock.runUntil(() => payloads.length === 2);
    expect(payloads).toEqual(["twice", "twice"]);
  });

  test("to an address that no host has vanishes", async () => {
    const world = createWorld();
    const client = await world.open(world.a, {});
    client.send(bytes("anyone?"), { address: "10.0.0.99", port: PORT });
    await expect(world.clock.runUntil(() => false)).rejects.toMatchObject({
      code: "SIMULATION_IDLE",
    });
  });

  test("to a host's own address does not touch its links", async () => {
    const world = createWorld({ lossRatio: 1 });
    const { clock, network, a, heard } = world;
    await world.open(a, { local: { address: "0.0.0.0", port: PORT } });
    const client = await world.open(a, {});
    for (const address of ["10.0.0.1", "127.0.0.1", "127.8.8.8"]) {
      client.send(bytes("self"), { address, port: PORT });
    }
    await clock.runUntil(() => heard.length === 3);
    expect(heard).toEqual([
      `0 ms, a: self from 10.0.0.1:${client.local.port}`,
      `0 ms, a: self from 127.0.0.1:${client.local.port}`,
      `0 ms, a: self from 127.0.0.1:${client.local.port}`,
    ]);
    expect([network.counters(a, a).delivered, network.counters(a, world.b).sent]).toEqual([3, 0]);
  });

  test("from a wildcard-bound server comes from the host's first address", async () => {
    const world = createWorld();
    const { clock, network, a, heard } = world;
    const multihomed = network.host("m", ["10.0.0.10", "10.0.0.11"]);
    const server = await world.open(multihomed, { local: { address: "0.0.0.0", port: PORT } });
    const client = await world.open(a, {});
    client.send(bytes("question"), { address: "10.0.0.11", port: PORT });
    await clock.runUntil(() => heard.length === 1);
    server.send(bytes("answer"), { address: "10.0.0.1", port: client.local.port });
    await clock.runUntil(() => heard.length === 2);
    expect(heard.at(-1)).toBe("0 ms, a: answer from 10.0.0.10:1060");
  });
});

describe("a way that does not exist is UDP_UNREACHABLE", () => {
  test.each([
    ["an IPv4 socket to IPv6", "10.0.0.1", "fd00::2"],
    ["an IPv6 socket to IPv4", "fd00::1", "10.0.0.2"],
    ["a wildcard IPv4 socket to IPv6", "0.0.0.0", "fd00::2"],
    ["a loopback socket to another host", "127.0.0.1", "10.0.0.2"],
  ])("%s", async (_, bound, address) => {
    const world = createWorld();
    const unreachable = expect.objectContaining({ code: "UDP_UNREACHABLE" });
    const local = { address: bound, port: 0 };
    const remote = { address, port: PORT };
    const socket = await world.open(world.a, { local });
    expect(() => socket.send(bytes("?"), remote)).toThrow(unreachable);
    await expect(world.open(world.a, { local, remote })).rejects.toEqual(unreachable);
  });

  test("a host without an IPv6 address to IPv6", async () => {
    const world = createWorld();
    const old = world.network.host("old", ["10.0.0.77"]);
    const socket = await world.open(old, { local: { address: "::", port: 0 } });
    expect(() => socket.send(bytes("?"), { address: "fd00::2", port: PORT })).toThrow(
      expect.objectContaining({ code: "UDP_UNREACHABLE" }),
    );
  });
});

describe("a closed port", () => {
  const closed = { address: "10.0.0.2", port: 9 };

  test("refuses after the way there and back", async () => {
    const world = createWorld({ delayMs: 5 });
    const { clock, network, a, b, heard } = world;
    network.setLink(b, a, { delayMs: 30 });
    const client = await world.open(a, { onError: ({ code }) => world.note(a, code) });
    client.send(bytes("?"), closed);
    await clock.runUntil(() => heard.length === 1);
    expect(heard).toEqual(["35 ms, a: UDP_REFUSED"]);
    expect([network.counters(a, b).sent, network.counters(b, a).sent]).toEqual([1, 1]);
  });

  test("the refusal can be lost like anything else", async () => {
    const world = createWorld();
    const { clock, network, a, b, heard } = world;
    network.setLink(b, a, { lossRatio: 1 });
    const client = await world.open(a, { onError: ({ code }) => world.note(a, code) });
    client.send(bytes("?"), closed);
    await clock.advanceBy(1_000_000_000);
    expect(heard).toEqual([]);
  });

  test("a connected socket refuses strangers", async () => {
    const world = createWorld();
    const { clock, a, b, heard } = world;
    const picky = await world.open(b, { remote: { address: "10.0.0.1", port: 9 } });
    const stranger = await world.open(a, { onError: ({ code }) => world.note(a, code) });
    stranger.send(bytes("?"), picky.local);
    await clock.runUntil(() => heard.length === 1);
    expect(heard).toEqual(["0 ms, a: UDP_REFUSED"]);
  });
});

describe("a forged datagram", () => {
  const innocent = { address: "10.0.0.1", port: 40_831 };

  test("takes its sender's link, and seems to come from somebody else", async () => {
    const world = createWorld({ delayMs: 5 });
    const { clock, network, a, b, heard } = world;
    const attacker = network.host("attacker", ["10.0.0.66"]);
    const victim = await world.open(b, { local: { address: "10.0.0.2", port: PORT } });
    attacker.sendForged({ from: innocent, to: victim.local, payload: bytes("fine") });
    await clock.runUntil(() => heard.length === 1);
    expect(heard).toEqual(["5 ms, b: fine from 10.0.0.1:40831"]);
    expect([network.counters(attacker, b).sent, network.counters(a, b).sent]).toEqual([1, 0]);
  });

  test("to a closed port is refused to whom it names", async () => {
    const world = createWorld();
    const { clock, network, a, heard } = world;
    const attacker = network.host("attacker", ["10.0.0.66"]);
    await world.open(a, { local: innocent, onError: ({ code }) => world.note(a, code) });
    const closed = { address: "10.0.0.2", port: 9 };
    attacker.sendForged({ from: innocent, to: closed, payload: bytes("?") });
    attacker.sendForged({
      from: { address: "10.9.9.9", port: 9 },
      to: closed,
      payload: bytes("?"),
    });
    await clock.advanceBy(1_000_000_000);
    expect(heard).toEqual(["0 ms, a: UDP_REFUSED"]);
  });
});

describe("a broadcast", () => {
  test("reaches the wildcard-bound sockets of its port on every host", async () => {
    const world = createWorld({ delayMs: 1 });
    const { clock, network, a, b, heard } = world;
    const c = network.host("c", ["10.0.0.3"]);
    const d = network.host("d", ["10.0.0.4"]);
    const ipv6Only = network.host("e", ["fd00::5"]);
    await world.open(b, { local: { address: "0.0.0.0", port: PORT } });
    await world.open(c, { local: { address: "::", port: PORT } });
    await world.open(d, { local: { address: "10.0.0.4", port: PORT } });
    await world.open(ipv6Only, { local: { address: "::", port: PORT } });
    const sender = await world.open(a, {
      local: { address: "0.0.0.0", port: PORT },
      allowBroadcast: true,
      onError: ({ code }) => world.note(a, code),
    });
    sender.send(bytes("all"), BROADCAST);
    await clock.advanceBy(1_000_000_000);
    expect(heard).toEqual([
      "0 ms, a: all from 10.0.0.1:1060",
      "1 ms, b: all from 10.0.0.1:1060",
      "1 ms, c: all from 10.0.0.1:1060",
    ]);
  });

  test("does not reach a socket that takes unicast only", async () => {
    const world = createWorld();
    const { clock, a, b, heard } = world;
    await world.open(b, { local: { address: "0.0.0.0", port: PORT }, unicastOnly: true });
    const sender = await world.open(a, { allowBroadcast: true });
    sender.send(bytes("all"), BROADCAST);
    sender.send(bytes("one"), { address: "10.0.0.2", port: PORT });
    await clock.advanceBy(1_000_000_000);
    expect(heard).toEqual([`0 ms, b: one from 10.0.0.1:${sender.local.port}`]);
  });

  test("needs allowBroadcast", async () => {
    const world = createWorld();
    const sender = await world.open(world.a, {});
    expect(() => sender.send(bytes("all"), BROADCAST)).toThrow(
      expect.objectContaining({ code: "UDP_PERMISSION" }),
    );
  });
});

describe("ephemeral ports", () => {
  test("come at random from 32768 to 60999, none twice, until all are taken", async () => {
    const { a } = createWorld();
    const open = (): Promise<DatagramSocket> => a.openSocket({ onDatagram: () => {} });
    const ports: number[] = [];
    for (let count = 0; count < 28_232; count++) ports.push((await open()).local.port);
    const sorted = ports.toSorted((one, other) => one - other);
    expect([sorted[0], sorted.at(-1), new Set(ports).size]).toEqual([32_768, 60_999, 28_232]);
    expect(ports.slice(0, 100)).not.toEqual(sorted.slice(0, 100));
    await expect(open()).rejects.toMatchObject({ code: "UDP_ADDRESS_IN_USE" });
  });

  test("are chosen by the injected random numbers", async () => {
    const network = createNetwork({ clock: new VirtualClock(), random: () => 0.5 });
    const host = network.host("a", ["10.0.0.1"]);
    const one = await host.openSocket({ onDatagram: () => {} });
    const other = await host.openSocket({ onDatagram: () => {} });
    expect([one.local.port, other.local.port]).toEqual([46_884, 46_885]);
  });
});

describe("hosts", () => {
  test("have canonical addresses", () => {
    const { network } = createWorld();
    expect(network.host("h", ["FD00:0::7", "::ffff:10.0.0.7", "10.0.0.7"]).addresses).toEqual([
      "fd00::7",
      "10.0.0.7",
    ]);
  });

  test.each([
    ["a name that is taken", "a", "10.0.0.7", "UDP_BAD_OPTION"],
    ["an address that is taken", "h", "10.0.0.1", "UDP_BAD_OPTION"],
    ["a loopback address", "h", "127.0.0.1", "UDP_BAD_OPTION"],
    ["a multicast address", "h", "ff02::1", "UDP_BAD_OPTION"],
    ["the broadcast address", "h", "255.255.255.255", "UDP_BAD_OPTION"],
    ["the unspecified address", "h", "::", "UDP_BAD_OPTION"],
    ["no address at all", "h", "10.0.0", "UDP_BAD_ADDRESS"],
  ])("refuse %s", (_, name, address, code) => {
    const { network } = createWorld();
    expect(() => network.host(name, ["10.0.0.8", address])).toThrow(
      expect.objectContaining({ code }),
    );
    expect(network.host("later", ["10.0.0.8"]).name).toBe("later");
  });

  test("bad link options are UDP_BAD_OPTION", () => {
    const { network, a, b } = createWorld();
    const badOption = expect.objectContaining({ code: "UDP_BAD_OPTION" });
    expect(() => createWorld({ lossRatio: 2 })).toThrow(badOption);
    expect(() => network.setLink(a, b, { lossRatio: 2 })).toThrow(badOption);
  });
});

describe("runs", () => {
  const bad: LinkOptions = {
    delayMs: 10,
    jitterMs: 8,
    lossRatio: 0.2,
    duplicateRatio: 0.1,
    reorderRatio: 0.1,
    rateBitsPerSecond: 1_000_000,
    queuePackets: 8,
  };

  test("property: the same seed gives the same trace, and the counters agree with it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const one = await traceExchange(bad, seed);
        expect(await traceExchange(bad, seed)).toEqual(one);
        expect([one.heardByB, one.heardByA]).toEqual([one.there.delivered, one.back.delivered]);
      }),
      { numRuns: 20 },
    );
  });

  test("another seed gives another trace", async () => {
    const [one, other] = [await traceExchange(bad, 1), await traceExchange(bad, 2)];
    expect(one.trace).not.toEqual(other.trace);
  });

  test("traffic between other hosts does not change the fates on a link", async () => {
    const fates = async (isBusy: boolean): Promise<string[]> => {
      const world = createWorld({ lossRatio: 0.5, delayMs: 1 }, 7);
      const { clock, network, a, b, heard } = world;
      const c = network.host("c", ["10.0.0.3"]);
      network.counters(a, b);
      const server = await world.open(b, { local: { address: "10.0.0.2", port: PORT } });
      const client = await world.open(a, { local: { address: "10.0.0.1", port: PORT } });
      const other = await world.open(c, { local: { address: "10.0.0.3", port: PORT } });
      for (let number = 0; number < 50; number++) {
        client.send(bytes(`${number}`), server.local);
        if (isBusy) other.send(bytes("noise"), client.local);
      }
      await clock.advanceBy(10_000_000);
      return heard.filter((line) => !line.includes("noise"));
    };
    expect(await fates(true)).toEqual(await fates(false));
  });
});

interface World {
  readonly clock: VirtualClock;
  readonly network: SimulatedNetwork;
  /** 10.0.0.1 and fd00::1 */
  readonly a: SimulatedHost;
  /** 10.0.0.2 and fd00::2 */
  readonly b: SimulatedHost;
  /** What sockets opened with `open` received, with time and host. */
  readonly heard: string[];
  note(host: SimulatedHost, what: string): void;
  open(host: SimulatedHost, options: Partial<SocketOptions>): Promise<DatagramSocket>;
}

function createWorld(link: LinkOptions = {}, seed = 1): World {
  const clock = new VirtualClock();
  const network = createNetwork({ clock, random: seededRandom(seed), link });
  const heard: string[] = [];
  const note = (host: SimulatedHost, what: string): void => {
    heard.push(`${nsToMs(clock.nowNs())} ms, ${host.name}: ${what}`);
  };
  return {
    clock,
    network,
    a: network.host("a", ["10.0.0.1", "fd00::1"]),
    b: network.host("b", ["10.0.0.2", "fd00::2"]),
    heard,
    note,
    open: (host, options) =>
      host.openSocket({
        onDatagram: (payload, from) => note(host, `${text(payload)} from ${formatEndpoint(from)}`),
        ...options,
      }),
  };
}

interface Exchange {
  readonly trace: readonly string[];
  readonly heardByA: number;
  readonly heardByB: number;
  readonly there: ReturnType<SimulatedNetwork["counters"]>;
  readonly back: ReturnType<SimulatedNetwork["counters"]>;
}

/** A client that sends 100 numbers, one a millisecond, to an echo server. */
async function traceExchange(link: LinkOptions, seed: number): Promise<Exchange> {
  const world = createWorld(link, seed);
  const { clock, network, a, b, heard } = world;
  const server = await world.open(b, {
    local: { address: "fd00::2", port: PORT },
    onDatagram: (payload, from, socket) => {
      world.note(b, `${text(payload)} from ${formatEndpoint(from)}`);
      socket.send(payload, from);
    },
  });
  const client = await world.open(a, { remote: server.local });
  for (let number = 0; number < 100; number++) {
    client.send(bytes(`number ${number}`));
    await clock.advanceBy(1_000_000);
  }
  await clock.advanceBy(1_000_000_000);
  return {
    trace: heard,
    heardByA: heard.filter((line) => line.includes(" a: ")).length,
    heardByB: heard.filter((line) => line.includes(" b: ")).length,
    there: network.counters(a, b),
    back: network.counters(b, a),
  };
}

function bytes(string: string): Uint8Array {
  return new TextEncoder().encode(string);
}

function text(payload: Uint8Array): string {
  return new TextDecoder().decode(payload);
}
