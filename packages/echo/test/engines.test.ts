import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { nextTurn, seededRandom, systemClock } from "@udp/core";
import { MessageSocket } from "@udp/core/linux";
import { Peer } from "@udp/lab/testing";
import { parse } from "valibot";
import { documentSchemas } from "../src/documents.ts";
import type { EchoRequest, EchoServer, EngineName, ServeOptions } from "../src/index.ts";
import { askEcho, probe, serveEcho } from "../src/index.ts";
import { runUdpEcho, startServer } from "./udp-echo.ts";

const ENGINES: readonly EngineName[] =
  process.platform === "linux" ? ["portable", "linux"] : ["portable"];

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

async function ask(server: EchoServer, text: string): Promise<string> {
  const { address: host, port } = server.local;
  const { payload } = await askEcho({ host, port, payload: bytes(text) });
  return new TextDecoder().decode(payload);
}

describe.each([...ENGINES])("the engine %s", (engine) => {
  test.each(["127.0.0.1", "::1"])("at %s answers, refuses and counts", async (host) => {
    const server = await serveEcho({ host, port: 0, engine });
    expect(server.engine).toBe(engine);
    expect([await ask(server, "hello"), await ask(server, "")]).toEqual([
      "Your data was 5 bytes long",
      "Your data was 0 bytes long",
    ]);
    await using peer = await Peer.open({ address: host, port: 0 });
    await peer.send("Your data was 5 bytes long", server.local);
    await peer.send("and this", server.local);
    expect(new TextDecoder().decode((await peer.next()).payload)).toBe(
      "Your data was 8 bytes long",
    );
    await server[Symbol.asyncDispose]();
    expect(server.counters).toMatchObject({
      receivedCount: 4,
      repliedCount: 3,
      unsentCount: 0,
      refusals: { "own-reply": 1 },
    });
  });

  test.each(["127.0.0.1", "::1"])("at %s tells of each datagram, in order", async (host) => {
    const told: EchoRequest[] = [];
    const server = await serveEcho({ host, port: 0, engine, onRequest: (one) => told.push(one) });
    await using peer = await Peer.open({ address: host, port: 0 });
    const texts = ["one", "Your data was 5 bytes long", "", "x".repeat(20_000), "last"];
    for (const text of texts) await peer.send(text, server.local);
    for (let replies = 0; replies < 4; replies++) await peer.next();
    await server[Symbol.asyncDispose]();
    const refusals = [undefined, "own-reply", undefined, undefined, undefined];
    expect(told).toEqual(
      texts.map((text, index) => ({
        from: peer.local,
        payload: bytes(text),
        refusal: refusals[index] as EchoRequest["refusal"],
      })),
    );
    expect(server.untoldCount).toBe(0);
  });

  test("tells of a datagram at once", async () => {
    const told = Promise.withResolvers<EchoRequest>();
    await using server = await serveEcho({ port: 0, engine, onRequest: told.resolve });
    await ask(server, "hello");
    expect(await told.promise).toMatchObject({ payload: bytes("hello") });
  });

  test("sends back what is large, and obeys limits that are given", async () => {
    await using server = await serveEcho({ port: 0, engine, reply: "echo", ratePerSource: 1 });
    const payload = crypto.getRandomValues(new Uint8Array(60_000));
    const { payload: reply } = await askEcho({ port: server.local.port, payload });
    expect(reply).toEqual(payload);
    const refused = askEcho({ port: server.local.port, payload, timeoutMs: 50 });
    await expect(refused).rejects.toMatchObject({ code: "ECHO_NO_REPLY" });
  });

  test("says what is wrong with its options before it listens", async () => {
    const bad: ServeOptions[] = [
      { ratePerSource: 0 },
      { allowedSourcePorts: [0] },
      { reply: "stamp", key: new Uint8Array(3) },
      { workerCount: 0 },
    ];
    for (const options of bad) {
      await expect(serveEcho({ ...options, port: 0, engine })).rejects.toMatchObject({
        code: expect.stringMatching(/^UDP_BAD_(OPTION|PORT)$/),
      });
    }
  });

  test("aborted at once rejects with the reason", async () => {
    const controller = new AbortController();
    const reason = new Error("no longer");
    const starting = serveEcho({ port: 0, engine, signal: controller.signal });
    controller.abort(reason);
    await expect(starting).rejects.toBe(reason);
  });

  test("a port in use is an error, and ends with the signal", async () => {
    const controller = new AbortController();
    const server = await serveEcho({ port: 0, engine, signal: controller.signal });
    const { port } = server.local;
    await expect(serveEcho({ port, engine })).rejects.toMatchObject({ code: "UDP_ADDRESS_IN_USE" });
    controller.abort();
    await server[Symbol.asyncDispose]();
    await using again = await serveEcho({ port, engine });
    expect(again.local.port).toBe(port);
  });
});

test.skipIf(process.platform !== "linux")(
  "aborted while its threads start, a server is none (Linux)",
  async () => {
    const unused = await serveEcho({ port: 0 });
    const { port } = unused.local;
    await unused[Symbol.asyncDispose]();
    const controller = new AbortController();
    const reason = new Error("no longer");
    const starting = serveEcho({ port, engine: "linux", signal: controller.signal });
    while (!isBound(port)) await nextTurn();
    controller.abort(reason);
    await expect(starting).rejects.toBe(reason);
    expect(isBound(port)).toBe(false);
  },
);

function isBound(port: number): boolean {
  const name = `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return readFileSync("/proc/net/udp", "latin1").includes(` ${name} `);
}

test.skipIf(process.platform !== "linux")(
  "threads share a port, and nobody else's (Linux)",
  async () => {
    await using server = await serveEcho({ port: 0, workerCount: 3 });
    const asked = Array.from({ length: 30 }, (_, index) => ask(server, `${index}`));
    expect(new Set(await Promise.all(asked))).toEqual(
      new Set(["Your data was 1 bytes long", "Your data was 2 bytes long"]),
    );
    const { port } = server.local;
    await expect(serveEcho({ port, workerCount: 2 })).rejects.toMatchObject({
      code: "UDP_ADDRESS_IN_USE",
    });
  },
);

/** Different datagrams from so many ports; settles when all were dealt with, with the seconds that it took. */
async function sendFromMany(
  server: EchoServer,
  senderCount: number,
  datagrams: number,
): Promise<number> {
  using stack = new DisposableStack();
  const startedAtNs = Bun.nanoseconds();
  for (let sender = 0; sender < senderCount; sender++) {
    const socket = stack.use(new MessageSocket({ family: 4 }));
    for (let number = 0; number < datagrams / senderCount; number++) {
      socket.send(bytes(`${number}`), { to: server.local });
    }
  }
  while (server.counters.receivedCount < datagrams) await nextTurn();
  return (Bun.nanoseconds() - startedAtNs) / 1e9;
}

test.skipIf(process.platform !== "linux")(
  "threads keep the total rate together (Linux)",
  async () => {
    const [rateTotal, datagrams, senderCount] = [2000, 2000, 20];
    await using server = await serveEcho({ port: 0, workerCount: 4, rateTotal, reply: "echo" });
    const seconds = await sendFromMany(server, senderCount, datagrams);
    const { repliedCount } = server.counters;
    expect(repliedCount).toBeGreaterThanOrEqual(rateTotal / 10 / 4);
    expect(repliedCount).toBeLessThanOrEqual(Math.ceil(rateTotal / 10 + rateTotal * seconds));
  },
);

test.skipIf(process.platform !== "linux")(
  "threads keep the rate of a source, whatever its ports (Linux)",
  async () => {
    const [ratePerSource, datagrams, senderCount] = [1000, 2000, 50];
    await using server = await serveEcho({ port: 0, workerCount: 8, ratePerSource, reply: "echo" });
    const seconds = await sendFromMany(server, senderCount, datagrams);
    const { repliedCount } = server.counters;
    expect(repliedCount).toBeGreaterThanOrEqual(ratePerSource / 10);
    expect(repliedCount).toBeLessThanOrEqual(
      Math.ceil(ratePerSource / 10 + ratePerSource * seconds),
    );
  },
);

test.skipIf(process.platform !== "linux")(
  "a listener that is too slow keeps no thread waiting, and what it missed is counted (Linux)",
  async () => {
    let toldCount = 0;
    const onRequest = (): void => {
      toldCount++;
      const readyAtNs = Bun.nanoseconds() + 10_000;
      while (Bun.nanoseconds() < readyAtNs);
    };
    const server = await serveEcho({ port: 0, engine: "linux", onRequest });
    using sender = new MessageSocket({ family: 4 });
    const payload = new Uint8Array(100);
    const view = new DataView(payload.buffer);
    // Without a break, so that nothing is told meanwhile.
    for (let number = 0; server.counters.receivedCount < 12_000; number++) {
      view.setUint32(0, number);
      sender.send(payload, { to: server.local });
    }
    expect([toldCount, server.untoldCount > 1000]).toEqual([0, true]);
    await server[Symbol.asyncDispose]();
    expect([toldCount > 6000, toldCount + server.untoldCount]).toEqual([
      true,
      server.counters.receivedCount,
    ]);
  },
);

test("an engine that cannot do what is asked is a mistake", async () => {
  const bad: ServeOptions[] = [
    { engine: "linux", clock: systemClock },
    { engine: "portable", workerCount: 2 },
    { clock: systemClock, workerCount: 2 },
  ];
  for (const options of bad) {
    await expect(serveEcho({ ...options, port: 0 })).rejects.toMatchObject({
      code: "UDP_BAD_OPTION",
    });
  }
});

test("a measurement with a clock or random numbers of one's own is portable", async () => {
  await using server = await serveEcho({ port: 0 });
  const { port } = server.local;
  for (const given of [{ clock: systemClock }, { random: seededRandom(1) }]) {
    expect((await probe({ port, count: 1, waitMs: 0, ...given })).engine).toBe("portable");
    await expect(probe({ port, engine: "linux", ...given })).rejects.toMatchObject({
      code: "UDP_BAD_OPTION",
    });
  }
});

test.skipIf(process.platform !== "linux")(
  "threads serve, say so, tell of what came, and stop (Linux)",
  async () => {
    await using server = await startServer(["--json", "--workers", "2"]);
    const port = String(server.local.port);
    await runUdpEcho(["client", "-p", port]);
    const { code, stdout } = await server.program.end("SIGINT");
    const [listening, request, summary] = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect([code, parse(documentSchemas.listening, listening).engine]).toEqual([0, "linux"]);
    expect(parse(documentSchemas.request, request).refusal).toBeNull();
    expect(parse(documentSchemas.summary, summary)).toMatchObject({
      repliedCount: 1,
      droppedLineCount: 0,
    });
  },
);
