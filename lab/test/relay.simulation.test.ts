import { describe, expect, test } from "bun:test";
import type { OpenDatagramSocket } from "@udp/core";
import { msToNs, nsToMs, seededRandom, UdpError } from "@udp/core";
import type { LinkOptions } from "@udp/core/simulation";
import { createNetwork, VirtualClock } from "@udp/core/simulation";
import fc from "fast-check";
import type { BadLinkOptions, Relay } from "../src/index.ts";
import { openRelay } from "../src/index.ts";
import { RelayPeer } from "./relay-peer.ts";

const CLIENT = { address: "127.0.0.1", port: 0 };
const TARGET = { address: "127.0.0.1", port: 1060 };

/** Everything has arrived by then, whatever the link. */
const LONG_NS = msToNs(600_000);

/** One host in virtual time, with a target that echoes, a relay before it, and clients. */
class World {
  readonly clock: VirtualClock = new VirtualClock();
  readonly openSocket: OpenDatagramSocket;

  constructor() {
    const network = createNetwork({ clock: this.clock, random: seededRandom(1) });
    this.openSocket = network.host("host", []).openSocket;
  }

  openTarget(): Promise<RelayPeer> {
    return RelayPeer.open({ local: TARGET, isEcho: true, openSocket: this.openSocket });
  }

  openClient(): Promise<RelayPeer> {
    return RelayPeer.open({ local: CLIENT, openSocket: this.openSocket });
  }

  openRelay(
    link: BadLinkOptions,
    openSocket: OpenDatagramSocket = this.openSocket,
  ): Promise<Relay> {
    return openRelay({ target: TARGET, link, clock: this.clock, openSocket });
  }
}

/** Every socket but the relay's own to the target is as usual. */
function withUpstream(
  openSocket: OpenDatagramSocket,
  change: OpenDatagramSocket,
): OpenDatagramSocket {
  return (options) => (options.remote === undefined ? openSocket(options) : change(options));
}

test("a delay is exactly what it was to be, each way by itself", async () => {
  const world = new World();
  const { clock } = world;
  const target = await world.openTarget();
  const client = await world.openClient();
  const relay = await world.openRelay({ delayMs: 20, backward: { delayMs: 5 } });
  client.send("?", relay.local);
  await clock.runUntil(() => target.arrivals.length === 1);
  const thereMs = nsToMs(clock.nowNs());
  await clock.runUntil(() => client.arrivals.length === 1);
  expect({ thereMs, thereAndBackMs: nsToMs(clock.nowNs()), arrivals: client.arrivals }).toEqual({
    thereMs: 20,
    thereAndBackMs: 25,
    arrivals: [{ text: "?", from: relay.local }],
  });
});

test("a rate counts the headers of UDP and IP", async () => {
  const world = new World();
  const target = await world.openTarget();
  const client = await world.openClient();
  const relay = await world.openRelay({ rateBitsPerSecond: 8000 });
  client.send("x".repeat(72), relay.local);
  await world.clock.runUntil(() => target.arrivals.length === 1);
  expect(nsToMs(world.clock.nowNs())).toBe(100);
});

test("other options hold from the next datagram on, and the counters go on", async () => {
  const world = new World();
  const target = await world.openTarget();
  const client = await world.openClient();
  const relay = await world.openRelay({ delayMs: 50 });
  client.send("slow", relay.local);
  await world.clock.advanceBy(0);
  const before = relay.configure({ lossRatio: 1 });
  client.send("lost", relay.local);
  await world.clock.advanceBy(LONG_NS);
  const { forward } = relay.report();
  expect({ texts: target.texts, sentBefore: before.forward.sent, forward }).toEqual({
    texts: ["slow"],
    sentBefore: 1,
    forward: expect.objectContaining({ sent: 2, lost: 1, delivered: 1 }),
  });
});

const ratio = fc.double({ min: 0, max: 1, noNaN: true });
const ways: fc.Arbitrary<LinkOptions> = fc
  .record({
    delayMs: fc.integer({ min: 0, max: 100 }),
    jitterShare: ratio,
    lossRatio: ratio,
    duplicateRatio: ratio,
    reorderRatio: ratio,
    rateBitsPerSecond: fc.constantFrom(100_000, 10_000_000, Number.POSITIVE_INFINITY),
    queuePackets: fc.integer({ min: 1, max: 10 }),
  })
  .map(({ jitterShare, ...link }) => ({ ...link, jitterMs: jitterShare * link.delayMs }));
const links: fc.Arbitrary<BadLinkOptions> = fc
  .record({ forward: ways, backward: ways, seed: fc.integer() })
  .map(({ forward, backward, seed }) => ({ ...forward, backward, seed }));

describe("datagrams of several clients on bad links", () => {
  const questions = fc.array(
    fc.record({ client: fc.nat({ max: 2 }), gapMs: fc.integer({ min: 0, max: 20 }) }),
    { maxLength: 30 },
  );
  type Question = { readonly client: number; readonly gapMs: number };

  /** What everybody got, and what the relay says of it. */
  async function exchange(link: BadLinkOptions, asked: readonly Question[]) {
    const world = new World();
    const target = await world.openTarget();
    const clients = [await world.openClient(), await world.openClient(), await world.openClient()];
    const relay = await world.openRelay(link);
    for (const [number, { client, gapMs }] of asked.entries()) {
      await world.clock.advanceBy(msToNs(gapMs));
      clients[client]?.send(String(number), relay.local);
    }
    await world.clock.advanceBy(LONG_NS);
    return { asked: target.texts, answered: clients.map(({ texts }) => texts), ...relay.report() };
  }

  test("property: arrive as the counters say, and answers come to who asked", async () => {
    await fc.assert(
      fc.asyncProperty(links, questions, async (link, asked) => {
        const outcome = await exchange(link, asked);
        const { forward, backward, refused, answered } = outcome;
        const strays = answered.flatMap((texts, client) =>
          texts.filter((text) => asked[Number(text)]?.client !== client),
        );
        expect({
          taken: forward.sent + refused,
          asked: outcome.asked.length,
          answers: backward.sent,
          answered: answered.flat().length,
          unsent: forward.unsent + backward.unsent,
          strays,
        }).toEqual({
          taken: asked.length,
          asked: forward.delivered,
          answers: outcome.asked.length,
          answered: backward.delivered,
          unsent: 0,
          strays: [],
        });
      }),
    );
  });

  test("property: with the same seed everything happens once more", async () => {
    await fc.assert(
      fc.asyncProperty(links, questions, async (link, asked) => {
        expect(await exchange(link, asked)).toEqual(await exchange(link, asked));
      }),
      { numRuns: 30 },
    );
  });
});

test("more clients than it takes: their datagrams are refused, those of the others pass", async () => {
  const world = new World();
  const target = await world.openTarget();
  const relay = await world.openRelay({});
  const clients = await Promise.all(Array.from({ length: 1026 }, () => world.openClient()));
  for (const client of clients) client.send("first", relay.local);
  for (const client of clients) client.send("second", relay.local);
  await world.clock.advanceBy(LONG_NS);
  const { forward, backward, refused } = relay.report();
  expect({
    arrived: target.arrivals.length,
    endpoints: new Set(target.arrivals.map(({ from }) => from.port)).size,
    unanswered: clients.filter(({ arrivals }) => arrivals.length === 0).length,
    sent: [forward.sent, backward.sent],
    refused,
  }).toEqual({ arrived: 2048, endpoints: 1024, unanswered: 2, sent: [2048, 2048], refused: 4 });
});

describe("what the system does not take is counted as unsent", () => {
  const full = () => false;
  const tooLarge = (): never => {
    throw new UdpError("UDP_TOO_LARGE", "a datagram that does not fit");
  };

  test.each([
    ["a full buffer", full],
    ["an error", tooLarge],
  ])("%s, on the way to the target", async (_title, send) => {
    const world = new World();
    const client = await world.openClient();
    const openUpstream = withUpstream(world.openSocket, async (options) =>
      Object.assign(await world.openSocket(options), { send }),
    );
    const relay = await world.openRelay({ duplicateRatio: 1 }, openUpstream);
    client.send("twice", relay.local);
    await world.clock.advanceBy(LONG_NS);
    expect(relay.report().forward).toMatchObject({ sent: 1, delivered: 2, unsent: 2 });
  });

  test("on the way back", async () => {
    const world = new World();
    await using target = await world.openTarget();
    const client = await world.openClient();
    const relay = await world.openRelay({}, async (options) =>
      options.remote === undefined
        ? Object.assign(await world.openSocket(options), { send: full })
        : await world.openSocket(options),
    );
    client.send("?", relay.local);
    await world.clock.advanceBy(LONG_NS);
    const { forward, backward } = relay.report();
    expect([target.texts, forward.unsent, backward.delivered, backward.unsent]).toEqual([
      ["?"],
      0,
      1,
      1,
    ]);
  });

  test("for want of a socket", async () => {
    const world = new World();
    const client = await world.openClient();
    const openUpstream = withUpstream(world.openSocket, async () => {
      throw new UdpError("UDP_SYSTEM", "too many open files");
    });
    const relay = await world.openRelay({ duplicateRatio: 1 }, openUpstream);
    for (const text of ["one", "two"]) client.send(text, relay.local);
    await world.clock.advanceBy(LONG_NS);
    expect(relay.report().forward).toMatchObject({ sent: 2, delivered: 4, unsent: 4 });
  });
});

describe("disposing", () => {
  test("while datagrams are on their way: no timer is left, and no port taken", async () => {
    const world = new World();
    const target = await world.openTarget();
    const client = await world.openClient();
    const relay = await world.openRelay({ delayMs: 20 });
    client.send("too late", relay.local);
    await world.clock.advanceBy(msToNs(10));
    await relay[Symbol.asyncDispose]();
    const idle = world.clock.runUntil(() => false);
    await expect(idle).rejects.toMatchObject({ code: "SIMULATION_IDLE" });
    const idleAtMs = nsToMs(world.clock.nowNs());
    const next = await openRelay({ ...world, target: TARGET, local: relay.local });
    expect({ idleAtMs, texts: target.texts, local: next.local }).toEqual({
      idleAtMs: 10,
      texts: [],
      local: relay.local,
    });
  });

  test("while a socket is being opened: that is waited for, and nothing is sent", async () => {
    const world = new World();
    const target = await world.openTarget();
    const client = await world.openClient();
    const isOpenAllowed = Promise.withResolvers<void>();
    const openUpstream = withUpstream(world.openSocket, async (options) => {
      const socket = await world.openSocket(options);
      await isOpenAllowed.promise;
      return socket;
    });
    const relay = await world.openRelay({}, openUpstream);
    client.send("waits", relay.local);
    await world.clock.advanceBy(0);
    const disposed = relay[Symbol.asyncDispose]();
    expect(await Promise.race([disposed, "waits"])).toBe("waits");
    isOpenAllowed.resolve();
    await disposed;
    await world.clock.advanceBy(LONG_NS);
    expect([relay.report().forward.delivered, target.texts]).toEqual([1, []]);
  });
});

test("options that are out of range are refused before a socket is opened", async () => {
  const options = {
    target: TARGET,
    link: { lossRatio: 2 },
    openSocket: () => expect.unreachable("nothing is to be opened"),
  };
  await expect(openRelay(options)).rejects.toMatchObject({ code: "UDP_BAD_OPTION" });
});
