import { describe, expect, test } from "bun:test";
import type { Endpoint } from "@udp/core";
import { formatEndpoint, msToNs } from "@udp/core";
import { VirtualClock } from "@udp/core/simulation";
import type { BadLinkOptions, Relay } from "../src/index.ts";
import { openRelay } from "../src/index.ts";
import { RelayPeer } from "./relay-peer.ts";

const DATAGRAMS = 500;
/** So many are on their way at once; they fit in the receive buffer that a system gives a socket. */
const WINDOW = 50;

const BAD_LINK: BadLinkOptions = {
  delayMs: 2,
  jitterMs: 1,
  lossRatio: 0.1,
  duplicateRatio: 0.1,
  reorderRatio: 0.2,
  seed: 7,
};

/** The test's own time limit ends a wait that has no end. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await Bun.sleep(1);
}

/** Whether all that was sent has met its fate, there and back. */
function isSettled(relay: Relay, sentCount: number, target: RelayPeer, client: RelayPeer): boolean {
  const { forward, backward } = relay.report();
  return (
    forward.sent === sentCount &&
    target.arrivals.length === forward.delivered &&
    backward.sent === forward.delivered &&
    client.arrivals.length === backward.delivered
  );
}

/** Sends numbered datagrams, window by window. */
async function exchange(
  relay: Relay,
  target: RelayPeer,
  client: RelayPeer,
  count: number,
): Promise<void> {
  for (let number = 0; number < count; ) {
    const end = Math.min(number + WINDOW, count);
    for (; number < end; number++) client.send(String(number), relay.local);
    await until(() => isSettled(relay, end, target, client));
  }
}

describe.each([
  ["IPv4", "127.0.0.1"],
  ["IPv6", "::1"],
])("over %s", (_family, address) => {
  const local: Endpoint = { address, port: 0 };

  test("every datagram arrives as the counters say", async () => {
    await using target = await RelayPeer.open({ local, isEcho: true });
    await using client = await RelayPeer.open({ local });
    await using relay = await openRelay({ target: target.local, link: BAD_LINK });
    await exchange(relay, target, client, DATAGRAMS);
    const { forward, backward, refused } = relay.configure({});
    const reorderedCount = target.reorderedCount;
    // What arrived too often would have come before this one.
    client.send("last", relay.local);
    await until(() => client.texts.at(-1) === "last");
    expect({
      sent: forward.sent,
      arrived: target.arrivals.length - 1,
      reorderedCount,
      answers: backward.sent,
      answered: client.arrivals.length - 1,
      others: [forward.unsent, backward.unsent, refused],
      isBad: Math.min(forward.lost, forward.duplicated, forward.reordered, backward.lost) > 0,
      senders: [...new Set(client.arrivals.map(({ from }) => formatEndpoint(from)))],
    }).toEqual({
      sent: DATAGRAMS,
      arrived: forward.delivered,
      reorderedCount: forward.reordered,
      answers: forward.delivered,
      answered: backward.delivered,
      others: [0, 0, 0],
      isBad: true,
      senders: [formatEndpoint(relay.local)],
    });
  });

  test("the same seed loses and doubles the same datagrams", async () => {
    async function run(seed: number): Promise<string[][]> {
      await using target = await RelayPeer.open({ local, isEcho: true });
      await using client = await RelayPeer.open({ local });
      const link = { lossRatio: 0.3, duplicateRatio: 0.1, seed };
      await using relay = await openRelay({ target: target.local, link });
      await exchange(relay, target, client, 100);
      return [target.texts, client.texts];
    }
    const [first, again, other] = [await run(1), await run(1), await run(2)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  test("each of two clients gets its own answers", async () => {
    await using target = await RelayPeer.open({ local, isEcho: true });
    await using one = await RelayPeer.open({ local });
    await using other = await RelayPeer.open({ local });
    await using relay = await openRelay({ target: target.local });
    for (const text of ["1", "2", "3"]) {
      one.send(`one ${text}`, relay.local);
      other.send(`other ${text}`, relay.local);
    }
    await until(() => one.arrivals.length + other.arrivals.length === 6);
    const endpoints = new Set(target.arrivals.map(({ from }) => formatEndpoint(from)));
    expect({ one: one.texts, other: other.texts, endpoints: endpoints.size }).toEqual({
      one: ["one 1", "one 2", "one 3"],
      other: ["other 1", "other 2", "other 3"],
      endpoints: 2,
    });
  });

  test("only the target can answer", async () => {
    await using target = await RelayPeer.open({ local });
    await using client = await RelayPeer.open({ local });
    await using stranger = await RelayPeer.open({ local });
    await using relay = await openRelay({ target: target.local });
    client.send("?", relay.local);
    await until(() => target.arrivals.length === 1);
    const upstream = target.arrivals[0]?.from ?? relay.local;
    stranger.send("forged", upstream);
    target.send("true", upstream);
    await until(() => client.arrivals.length > 0);
    expect([client.texts, relay.report().backward.sent]).toEqual([["true"], 1]);
  });

  test("a target that is not there yet", async () => {
    const away = await RelayPeer.open({ local });
    away.close();
    await using client = await RelayPeer.open({ local });
    await using relay = await openRelay({ target: away.local });
    for (let count = 1; count <= 20; count++) {
      client.send("anybody?", relay.local);
      await until(() => relay.report().forward.sent === count);
    }
    const { forward } = relay.report();
    await using target = await RelayPeer.open({ local: away.local, isEcho: true });
    client.send("now?", relay.local);
    await until(() => client.arrivals.length === 1);
    expect({ forward, target: target.texts, client: client.texts }).toEqual({
      forward: expect.objectContaining({ sent: 20, delivered: 20, unsent: 0 }),
      target: ["now?"],
      client: ["now?"],
    });
  });

  test("a client that is not there any more", async () => {
    await using target = await RelayPeer.open({ local, isEcho: true });
    await using client = await RelayPeer.open({ local });
    await using relay = await openRelay({ target: target.local });
    for (let count = 1; count <= 20; count++) {
      await using hasty = await RelayPeer.open({ local });
      hasty.send("and gone", relay.local);
      hasty.close();
      await until(() => relay.report().backward.sent === count);
    }
    client.send("still there?", relay.local);
    await until(() => client.arrivals.length === 1);
    expect(relay.report()).toMatchObject({
      forward: { sent: 21, unsent: 0 },
      backward: { delivered: 21, unsent: 0 },
    });
  });

  test("once it is disposed of nothing is sent, and its ports are free", async () => {
    const clock = new VirtualClock();
    await using target = await RelayPeer.open({ local });
    await using client = await RelayPeer.open({ local });
    const relay = await openRelay({ target: target.local, link: { delayMs: 20 }, clock });
    client.send("first", relay.local);
    await until(() => relay.report().forward.sent === 1);
    await clock.advanceBy(msToNs(20));
    await until(() => target.arrivals.length === 1);
    const upstream = target.arrivals[0]?.from ?? relay.local;
    client.send("too late", relay.local);
    target.send("too late", upstream);
    await until(() => relay.report().forward.sent + relay.report().backward.sent === 3);

    await relay[Symbol.asyncDispose]();
    await clock.advanceBy(msToNs(20));
    await using heir = await RelayPeer.open({ local: relay.local });
    await using upstreamHeir = await RelayPeer.open({ local: { address, port: upstream.port } });
    // What the relay had sent would have come before these.
    heir.send("last", client.local);
    upstreamHeir.send("last", target.local);
    await until(() => Math.min(client.arrivals.length, target.arrivals.length - 1) > 0);
    expect([client.texts, target.texts]).toEqual([["last"], ["first", "last"]]);
  });
});
