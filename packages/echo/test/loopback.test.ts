import { describe, expect, test } from "bun:test";
import { msToNs } from "@udp/core";
import { VirtualClock } from "@udp/core/simulation";
import { closedEndpoint, failureOf, Peer } from "@udp/lab/testing";
import { askEcho, serveEcho } from "../src/index.ts";

const PAYLOAD = bytes("Is anybody there?");
const ANSWER = "Your data was 17 bytes long";

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function text(payload: Uint8Array): string {
  return new TextDecoder().decode(payload);
}

describe("a server and a client", () => {
  test.each([
    ["IPv4", "127.0.0.1", "127.0.0.1"],
    ["IPv4, another address of the loopback", "127.0.77.1", "127.0.77.1"],
    ["all of IPv4", "0.0.0.0", "127.0.0.1"],
    ["IPv6", "::1", "::1"],
    ["both families, asked over IPv6", "::", "::1"],
    ["both families, asked over IPv4", "::", "127.0.0.1"],
  ])("%s", async (_title, address, asked) => {
    await using server = await serveEcho({ host: address, port: 0 });
    const { port } = server.local;
    const reply = await askEcho({ host: asked, port, payload: PAYLOAD });
    expect({ answer: text(reply.payload), from: reply.from, local: server.local }).toEqual({
      answer: ANSWER,
      from: { address: asked, port },
      local: { address, port: expect.any(Number) },
    });
  });

  test("all of IPv6 and no more: IPv4 is left to others", async () => {
    await using server = await serveEcho({ host: "::", family: 6, port: 0 });
    const { port } = server.local;
    await using other = await serveEcho({ host: "0.0.0.0", port, reply: "echo" });
    const over6 = await askEcho({ host: "::1", port, payload: PAYLOAD });
    const over4 = await askEcho({ host: "127.0.0.1", port, payload: PAYLOAD });
    expect([over6, over4].map(({ payload }) => text(payload))).toEqual([
      ANSWER,
      "Is anybody there?",
    ]);
    expect(other.counters.repliedCount).toBe(1);
  });

  test.each([
    ["empty", new Uint8Array(), "Your data was 0 bytes long"],
    ["text that is not ASCII", bytes("你好"), "Your data was 6 bytes long"],
    ["bytes that are no text", Uint8Array.of(0xe4, 0xff, 0x1b), "Your data was 3 bytes long"],
    ["the largest over IPv4", new Uint8Array(65_507), "Your data was 65507 bytes long"],
  ])("a payload: %s", async (_title, payload, answer) => {
    await using server = await serveEcho({ port: 0 });
    await using echo = await serveEcho({ port: 0, reply: "echo" });
    const length = await askEcho({ port: server.local.port, payload });
    const same = await askEcho({ port: echo.local.port, payload });
    expect(text(length.payload)).toBe(answer);
    expect(Buffer.compare(same.payload, payload)).toBe(0);
  });

  test("the largest payload over IPv6", async () => {
    await using server = await serveEcho({ host: "::1", port: 0 });
    const payload = new Uint8Array(65_527);
    const reply = await askEcho({ host: "::1", port: server.local.port, payload });
    expect(text(reply.payload)).toBe("Your data was 65527 bytes long");
  });

  test("many clients at once, each its own answer", async () => {
    await using server = await serveEcho({ port: 0, reply: "echo" });
    const questions = Array.from({ length: 50 }, (_, index) => `question ${index}`);
    const replies = await Promise.all(
      questions.map((question) => askEcho({ port: server.local.port, payload: bytes(question) })),
    );
    expect(replies.map(({ payload }) => text(payload))).toEqual(questions);
    expect(server.counters).toMatchObject({ receivedCount: 50, repliedCount: 50, unsentCount: 0 });
  });

  test("two servers cannot have one port, and a closed one gives it back", async () => {
    const first = await serveEcho({ port: 0 });
    const { port } = first.local;
    await expect(serveEcho({ port })).rejects.toMatchObject({ code: "UDP_ADDRESS_IN_USE" });
    await first[Symbol.asyncDispose]();
    await using second = await serveEcho({ port });
    expect(second.local.port).toBe(port);
  });
});

describe("an answer that somebody else sends first", () => {
  test("is ignored, and the true one that comes later is believed", async () => {
    await using server = await Peer.open();
    await using forger = await Peer.open();
    const asked = askEcho({
      port: server.local.port,
      payload: PAYLOAD,
      // The true answer leaves only after the forged one was seen.
      onIgnored: ({ from, payload, verdict }) => ignored.resolve({ from, payload, verdict }),
    });
    const ignored = Promise.withResolvers<unknown>();
    const { from: client } = await server.next();
    await forger.send("fine", client);
    expect(await ignored.promise).toEqual({
      from: forger.local,
      payload: bytes("fine"),
      verdict: "wrong-port",
    });
    await server.send("true", client);
    const { payload, from } = await asked;
    expect([text(payload), from]).toEqual(["true", server.local]);
  });

  test("fools a client that believes anybody", async () => {
    await using server = await Peer.open();
    await using forger = await Peer.open();
    const asked = askEcho({ port: server.local.port, payload: PAYLOAD, acceptAny: true });
    const { from: client } = await server.next();
    await forger.send("fine", client);
    const { payload, from } = await asked;
    expect([text(payload), from]).toEqual(["fine", forger.local]);
  });
});

describe("without an answer", () => {
  test("nobody listens: says so at once", async () => {
    const { port } = await closedEndpoint();
    // A clock that stands still: a time-out cannot be what ends the wait.
    const asked = askEcho({ port, payload: PAYLOAD, clock: new VirtualClock() });
    expect(await failureOf(asked)).toMatchObject({
      code: "ECHO_NOT_LISTENING",
      message: `Nothing is listening at 127.0.0.1:${port}`,
    });
  });

  test("silence: gives up when the time is over", async () => {
    await using server = await Peer.open();
    const clock = new VirtualClock();
    const asked = askEcho({ port: server.local.port, payload: PAYLOAD, timeoutMs: 250, clock });
    const ended = failureOf(asked);
    await server.next();
    await clock.advanceBy(msToNs(249));
    expect(await Promise.race([ended, "waits"])).toBe("waits");
    await clock.advanceBy(msToNs(1));
    expect(await ended).toMatchObject({ code: "ECHO_NO_REPLY" });
  });

  test("a signal ends the wait with its reason", async () => {
    await using server = await Peer.open();
    const controller = new AbortController();
    const { signal } = controller;
    const asked = askEcho({ port: server.local.port, payload: PAYLOAD, signal });
    await server.next();
    const reason = new Error("enough");
    controller.abort(reason);
    expect(await failureOf(asked)).toBe(reason);
  });
});

test("a name with several addresses: the one that refuses moves on to the next", async () => {
  await using server = await serveEcho({ host: "127.0.0.1", port: 0 });
  const reply = await askEcho({
    host: "two.example",
    port: server.local.port,
    payload: PAYLOAD,
    lookUpName: async () => ["::1", "127.0.0.1"],
  });
  expect(reply.from).toEqual(server.local);
});

test("a name that is not resolved in time", async () => {
  const asking = askEcho({
    host: "slow.example",
    payload: PAYLOAD,
    timeoutMs: 1,
    lookUpName: () => new Promise(() => undefined),
  });
  expect(await failureOf(asking)).toMatchObject({ code: "UDP_NAME_NOT_FOUND" });
});
