import { describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatEndpoint } from "@udp/core";
import { closedEndpoint, ownAddress, Peer } from "@udp/lab/testing";
import {
  documents,
  runUdpReliable,
  startServer,
  startUdpReliable,
  UDP_RELIABLE,
} from "./udp-reliable.ts";

/** Waits that a busy machine does not outlast, where no answer is to be missed. */
const PATIENT = ["--initial", "30s", "--max", "60s", "--attempts", "4"];

const NAME = /^Client socket name is 127\.0\.0\.1:(\d+)$/;

describe("a server and a client", () => {
  test("with nothing lost: one try, and the words of the lesson", async () => {
    await using server = await startServer();
    const port = String(server.local.port);
    const { stdout, ...outcome } = await runUdpReliable(["client", "127.0.0.1", "-p", port]);
    const [name = "", first, ...others] = stdout.trimEnd().split("\n");
    const [, clientPort] = NAME.exec(name) ?? [];
    expect([outcome, first, others.at(-1)]).toEqual([
      { code: 0, stderr: "" },
      "Waiting up to 0.1 seconds for a reply",
      expect.stringMatching(
        /^The server says "Your data was 23 bytes long" \((1 try|\d tries), [\d.]+ ms\)$/,
      ),
    ]);
    expect(await server.program.nextLine()).toBe(
      `The client at 127.0.0.1:${clientPort} says "This is another message"`,
    );
  });

  test("with half lost: asks again until an answer comes, and is served once", async () => {
    // This seed drops two datagrams and then none of the next two.
    await using server = await startServer(["--drop", "0.5", "--seed", "7"]);
    const port = String(server.local.port);
    const argv = ["client", "127.0.0.1", "-p", port, "--initial", "50ms", "--attempts", "10"];
    const { stdout, ...outcome } = await runUdpReliable(argv);
    const [name = ""] = stdout.split("\n");
    const [, clientPort] = NAME.exec(name) ?? [];
    const lines: string[] = [];
    for (let count = 0; count < 3; count++) lines.push(await server.program.nextLine());
    const { code, stdout: served, stderr } = await server.program.end("SIGINT");
    expect([outcome, lines, code, stderr]).toEqual([
      { code: 0, stderr: "" },
      [
        `Pretending to drop packet from 127.0.0.1:${clientPort}`,
        `Pretending to drop packet from 127.0.0.1:${clientPort}`,
        `The client at 127.0.0.1:${clientPort} says "This is another message"`,
      ],
      0,
      "",
    ]);
    expect(served).toMatch(/\nCarried out 1 request[,\n]/);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("%s: says what was served, exit 0", async (signal) => {
    await using server = await startServer(["--duplicate", "1"]);
    const port = String(server.local.port);
    await runUdpReliable(["client", "127.0.0.1", "-p", port, ...PATIENT]);
    await using refused = await Peer.open();
    await refused.send("Your data was 5 bytes long", server.local);
    const lines = [await server.program.nextLine(), await server.program.nextLine()];
    const outcome = await server.program.end(signal);
    expect(lines).toEqual([
      expect.stringMatching(/^The client at 127\.0\.0\.1:\d+ says "This is another message"$/),
      `Not answered: ${formatEndpoint(refused.local)} (own-reply) says "Your data was 5 bytes long"`,
    ]);
    expect({ ...outcome, stdout: outcome.stdout.split("\n").slice(3) }).toEqual({
      code: 0,
      stdout: [
        "Received 2 datagrams: pretended to drop 0, to receive 2 twice, ignored 2 (own-reply 2)",
        "Carried out 1 request, and 1 more arrival of them not again",
        // The copy comes while the request is being carried out.
        "Sent 2 (answer 1, acknowledgement 1)",
        "",
      ],
      stderr: "",
    });
  });

  test("over IPv6", async () => {
    await using server = await startServer(["--quiet"], "::1");
    const port = String(server.local.port);
    const { stdout, code } = await runUdpReliable(["client", "::1", "-p", port, ...PATIENT]);
    expect([code, stdout.split("\n")]).toEqual([
      0,
      [
        expect.stringMatching(/^Client socket name is \[::1\]:\d+$/),
        "Waiting up to 30 seconds for a reply",
        expect.stringMatching(/^The server says "Your data was 23 bytes long" \(1 try, /),
        "",
      ],
    ]);
  });

  test("--json on both sides", async () => {
    await using server = await startServer(["--json", "--drop", "0.5", "--seed", "7"]);
    const port = String(server.local.port);
    const argv = ["client", "127.0.0.1", "-p", port, "--json", "--message", "你好"];
    const waits = ["--initial", "50ms", "--factor", "1", "--attempts", "100"];
    const { stdout, ...outcome } = await runUdpReliable([...argv, ...waits]);
    const { stdout: served } = await server.program.end("SIGTERM");
    const kinds = documents(served) as { readonly kind: string }[];
    expect([documents(stdout), outcome]).toEqual([
      [
        expect.objectContaining({
          kind: "outcome",
          server: formatEndpoint(server.local),
          isPlain: false,
          answered: true,
          reply: { bytes: 26, text: "Your data was 6 bytes long", base64: null },
        }),
      ],
      { code: 0, stderr: "" },
    ]);
    expect(kinds.slice(0, 4).map(({ kind }) => kind)).toEqual([
      "listening",
      "drop",
      "drop",
      "request",
    ]);
    expect(kinds.at(-1)).toMatchObject({ kind: "summary", executedCount: 1, ignoredCount: 0 });
  });

  test("with a key, and to nobody without it", async () => {
    const folder = await mkdtemp(join(tmpdir(), "udp-reliable-"));
    try {
      const keyFile = join(folder, "key");
      await Bun.write(keyFile, "sixteen bytes...");
      await using server = await startServer(["--key-file", keyFile, "--quiet"]);
      const argv = ["client", "127.0.0.1", "-p", String(server.local.port), "--quiet"];
      const believed = await runUdpReliable([...argv, ...PATIENT, "--key-file", keyFile]);
      const hasty = ["--initial", "10ms", "--attempts", "1"];
      const others = await Promise.all([
        runUdpReliable([...argv, ...hasty]),
        runUdpReliable([...argv, ...hasty, "--plain"]),
      ]);
      expect([believed.stdout, others.map(({ code }) => code)]).toEqual([
        // The first try is for the cookie.
        expect.stringMatching(/^The server says "Your data was 23 bytes long" \(2 tries, /),
        [1, 1],
      ]);
      const { stdout } = await server.program.end("SIGINT");
      expect(stdout).toMatch(/ignored 2 \((foreign 1, unauthenticated 1|unauthenticated 2)\)/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("the default port is 1060", async () => {
    const address = ownAddress(0);
    await using program = startUdpReliable(["server", address]);
    expect(await program.nextLine()).toBe(`Listening at ${address}:1060`);
  });
});

describe("a client without an answer", () => {
  test("thinks that the server is down after the lesson's five tries, exit 1", async () => {
    await using server = await Peer.open();
    const { port } = server.local;
    const { stdout, ...outcome } = await runUdpReliable(["client", "127.0.0.1", "-p", `${port}`]);
    expect([stdout.split("\n"), outcome]).toEqual([
      [
        expect.stringMatching(NAME),
        ...[0.1, 0.2, 0.4, 0.8, 1.6].map((wait) => `Waiting up to ${wait} seconds for a reply`),
        "",
      ],
      {
        code: 1,
        stderr: `error: I think the server is down. No answer came from 127.0.0.1:${port} to 5 datagrams\n`,
      },
    ]);
    for (let count = 0; count < 5; count++) await server.next();
  });

  test.each([
    ["", []],
    [", in plain text", ["--plain", "--color", "never"]],
  ])("is told at once that nobody listens, exit 1%s", async (_title, argv) => {
    const { port } = await closedEndpoint();
    const run = ["client", "127.0.0.1", "-p", `${port}`, ...PATIENT, ...argv];
    const { stdout, stderr, code } = await runUdpReliable(run);
    expect([code, stdout.split("\n").slice(1), stderr.split("\n").at(-2)]).toEqual([
      1,
      ["Waiting up to 30 seconds for a reply", ""],
      `error: Nothing is listening at 127.0.0.1:${port}`,
    ]);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("%s: exit 130, and nothing more", async (signal) => {
    await using server = await Peer.open();
    const argv = ["client", "127.0.0.1", "-p", String(server.local.port), ...PATIENT];
    await using client = startUdpReliable(argv);
    await server.next();
    const { stdout, ...outcome } = await client.end(signal);
    expect([stdout.split("\n").slice(1), outcome]).toEqual([
      ["Waiting up to 30 seconds for a reply", ""],
      { code: 130, stderr: "" },
    ]);
  });
});

describe("exit 1, and one line", () => {
  test("the port is in use", async () => {
    await using peer = await Peer.open();
    expect(await runUdpReliable(["server", "127.0.0.1", "-p", String(peer.local.port)])).toEqual({
      code: 1,
      stdout: "",
      stderr: `error: ${formatEndpoint(peer.local)} is in use by another program; stop it or choose another port\n`,
    });
  });
});

test("simulate: what it simulated, a column for each schedule, and plots", async () => {
  const { stdout, ...outcome } = await runUdpReliable(["simulate", "--seed", "1"]);
  const [title, link, , ...rows] = stdout.split("\n");
  expect([outcome, title, link, rows.slice(0, 3), stdout.match(/^100 %┼/gm)]).toEqual([
    { code: 0, stderr: "" },
    "10,000 requests, one after another (seed 1)",
    "Each way the link loses 30 % and takes 20 ms ± 5 ms",
    [
      expect.stringMatching(/^ +original +coap +rfc6298 +low-latency$/),
      expect.stringMatching(/^success( +(9\d|100)\.\d\d %){4}$/),
      expect.stringMatching(/^ {2}expected( +≈?(9\d|100)\.\d\d %){4}$/),
    ],
    expect.objectContaining({ length: 4 }),
  ]);
  expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
});

test("a reader that has gone ends the program quietly", async () => {
  const script = '{ "$0" "$@"; echo "exit $?" >&2; } | head -n 1';
  const argv = [...UDP_RELIABLE, "simulate", "--requests", "10"];
  const shell = Bun.spawn(["sh", "-c", script, ...argv], { stdin: "ignore", stderr: "pipe" });
  const [stdout, stderr] = await Promise.all([shell.stdout.text(), shell.stderr.text()]);
  expect([stdout.split("\n").length, stderr]).toEqual([2, "exit 0\n"]);
});

describe("complete", () => {
  test.each([
    [["cl"], ["client\task, and ask again until an answer comes"]],
    [["client", "--pre"], ["--preset\twhen to ask again, and how often"]],
    [
      ["simulate", "--preset", ""],
      ["original\t", "coap\t", "rfc6298\t", "low-latency\t"],
    ],
  ])("%j: prints its candidates", async (words, candidates) => {
    const { stdout, ...outcome } = await runUdpReliable(["complete", "--", ...words]);
    expect([stdout.trimEnd().split("\n").slice(0, -1), outcome]).toEqual([
      candidates,
      { code: 0, stderr: "" },
    ]);
  });
});
