import { describe, expect, test } from "bun:test";
import { Peer } from "@udp/lab/testing";
import { parse } from "valibot";
import { documentSchemas } from "../src/documents.ts";
import type { EchoServer, EngineName, ServeOptions } from "../src/index.ts";
import { askEcho, serveEcho } from "../src/index.ts";
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

test("an engine that cannot do what is asked is a mistake", async () => {
  const bad: ServeOptions[] = [
    { engine: "linux", onRequest: () => undefined },
    { engine: "portable", workerCount: 2 },
    { onRequest: () => undefined, workerCount: 2 },
  ];
  for (const options of bad) {
    await expect(serveEcho({ ...options, port: 0 })).rejects.toMatchObject({
      code: "UDP_BAD_OPTION",
    });
  }
});

test.skipIf(process.platform !== "linux")(
  "--quiet: threads serve, say so, and stop (Linux)",
  async () => {
    await using server = await startServer(["--quiet", "--json", "--workers", "2"]);
    const port = String(server.local.port);
    await runUdpEcho(["client", "-p", port]);
    const { code, stdout } = await server.program.end("SIGINT");
    const [listening, summary] = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect([code, parse(documentSchemas.listening, listening).engine]).toEqual([0, "linux"]);
    expect(parse(documentSchemas.summary, summary)).toMatchObject({ repliedCount: 1 });
  },
);
