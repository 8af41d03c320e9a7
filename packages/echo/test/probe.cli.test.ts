import { describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatEndpoint, openBunSocket } from "@udp/core";
import { closedEndpoint, Peer } from "@udp/lab/testing";
import { parse } from "valibot";
import type { DatagramDocument, ProbeDocument } from "../src/documents.ts";
import { documentSchemas } from "../src/documents.ts";
import { runInMemory } from "./in-memory.ts";
import { runUdpEcho, startServer, startUdpEcho } from "./udp-echo.ts";

const FEW = ["-c", "20", "-i", "2ms"];

function measurementIn(stdout: string): ProbeDocument {
  return parse(documentSchemas.probe, JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? ""));
}

function datagramsIn(stdout: string): DatagramDocument[] {
  const lines = stdout.trimEnd().split("\n").slice(0, -1);
  return lines.map((line) => parse(documentSchemas.datagram, JSON.parse(line)));
}

interface SavedFile extends AsyncDisposable {
  readonly path: string;
}

/** A file with that in it, which goes away. */
async function savedFile(text: string): Promise<SavedFile> {
  const folder = await mkdtemp(join(tmpdir(), "udp-echo-"));
  const path = join(folder, "saved.jsonl");
  await Bun.write(path, text);
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

describe("probe", () => {
  for (const engine of ["portable", ...(process.platform === "linux" ? ["linux"] : [])]) {
    test(`--json --engine ${engine}: counts and times of both ends`, async () => {
      await using server = await startServer(["--quiet"]);
      const argv = ["probe", "-p", String(server.local.port), ...FEW, "--json"];
      const { code, stdout, stderr } = await runUdpEcho([...argv, "--engine", engine]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      const document = measurementIn(stdout);
      const none = { lostCount: 0, duplicatedCount: 0 };
      expect(document).toMatchObject({
        target: formatEndpoint(server.local),
        protocol: "probe",
        engine,
        sentCount: 20,
        receivedCount: 20,
        unanswered: { count: 0, ratio: 0 },
        loss: { count: 0, ratio: 0 },
        forward: none,
        backward: none,
        peer: { distinctCount: 20, replyCount: 20, refusedCount: 0 },
        rtt: { count: 20, p99Ns: null },
        stamps: engine === "linux" ? "kernel" : "program",
      });
      const agoMs = Date.now() - Date.parse(document.startedAt);
      expect(agoMs >= 0 && agoMs < 60_000).toBe(true);
      const { minNs, medianNs, maxNs } = document.rtt;
      expect([minNs, medianNs, maxNs]).toEqual(
        [minNs, medianNs, maxNs].toSorted((a, b) => (a ?? 0) - (b ?? 0)),
      );
      expect(minNs).toBeGreaterThan(0);
    });
  }

  test("IPv6, a source, a TTL, a fill and bursts", async () => {
    await using server = await startServer(["::1", "--quiet"]);
    const port = String(server.local.port);
    const shape = ["--burst", "5", "--ttl", "9", "--fill", "c0ffee", "--size", "1200"];
    const source = ["--source", "::1", "--schedule", "poisson"];
    const { stdout } = await runUdpEcho([
      "probe",
      "::1",
      "-p",
      port,
      ...FEW,
      ...shape,
      ...source,
      "--json",
    ]);
    expect(measurementIn(stdout)).toMatchObject({
      receivedCount: 20,
      plan: { burstSize: 5, hopLimit: 9, payloadBytes: 1200, schedule: "poisson" },
      local: expect.stringMatching(/^\[::1\]:\d+$/),
    });
  });

  test("any server that sends back what comes is measured too, and says less", async () => {
    await using server = await openBunSocket({
      local: { address: "127.0.0.1", port: 0 },
      onDatagram: (payload, from, socket) => socket.send(payload, from),
    });
    const argv = ["probe", "-p", String(server.local.port), ...FEW];
    const found = await runUdpEcho(argv);
    expect(found.stdout).toContain("(protocol echo, engine ");
    expect(found.stdout).toContain("the far end does not count");
    const told = await runUdpEcho([...argv, "--protocol", "echo", "--size", "20", "--json"]);
    expect(measurementIn(told.stdout)).toMatchObject({
      receivedCount: 20,
      peer: null,
      loss: null,
      forward: { lostCount: null, duplicatedCount: null },
    });
  });

  test("--each and --csv write every datagram, and report shows them again", async () => {
    await using server = await startServer(["--quiet"]);
    const argv = ["probe", "-p", String(server.local.port), ...FEW];
    const { stdout } = await runUdpEcho([...argv, "--each"]);
    const datagrams = datagramsIn(stdout);
    expect(datagrams.map(({ number, replyCount }) => [number, replyCount])).toEqual(
      Array.from({ length: 20 }, (_, number) => [number, 1]),
    );
    await using file = await savedFile(stdout);
    const json = await runUdpEcho(["report", file.path, "--json"]);
    expect(measurementIn(json.stdout)).toEqual(measurementIn(stdout));
    const csv = await runUdpEcho(["report", file.path, "--csv"]);
    const [header, ...rows] = csv.stdout.trimEnd().split("\n");
    expect(header).toBe(
      "number,intendedAtNs,sentAtNs,sendCallNs,receivedAtNs,rttNs,kernelRttNs,serverProcessingNs,replyCount",
    );
    expect(rows.map((row) => Number(row.split(",")[5]))).toEqual(
      datagrams.map(({ rttNs }) => rttNs ?? Number.NaN),
    );
    const fresh = await runUdpEcho([...argv, "--csv"]);
    expect(fresh.stdout.trimEnd().split("\n")).toHaveLength(21);
  });

  // The shortest interval leaves no time to sleep, and bursts more than can be sent.
  test.each([
    ["10ms", "1", "1h"],
    ["50us", "1", "0s"],
    ["50us", "20", "0s"],
  ])(
    "Ctrl-C ends the sending every %s of %s, and a wait of %s, and what was measured is printed",
    async (interval, burst, wait) => {
      await using server = await startServer(["--json"]);
      const shape = ["-c", "1000000", "-i", interval, "--burst", burst, "--wait", wait];
      await using probing = startUdpEcho([
        "probe",
        "-p",
        String(server.local.port),
        ...shape,
        "--json",
      ]);
      for (let arrival = 0; arrival < 5; arrival++) await server.program.nextLine();
      const { code, stdout } = await probing.end("SIGINT");
      const { sentCount, isStopped } = measurementIn(stdout);
      expect({ code, isStopped }).toEqual({ code: 0, isStopped: true });
      expect(sentCount).toBeLessThan(1_000_000);
    },
  );

  test("says in one line why there is nothing to measure", async () => {
    const closed = await closedEndpoint();
    const refused = await runUdpEcho(["probe", "-p", String(closed.port)]);
    expect(refused).toEqual({
      code: 1,
      stdout: "",
      stderr: `error: Nothing is listening at ${formatEndpoint(closed)}\n`,
    });
    await using silent = await Peer.open({ address: "127.0.0.1", port: 0 });
    const argv = ["probe", "-p", String(silent.local.port), "--timeout", "100ms"];
    expect(await runUdpEcho(argv)).toMatchObject({
      code: 1,
      stderr: `error: No reply came from ${formatEndpoint(silent.local)}\n`,
    });
  });

  test("says so where the far end answers with something else", async () => {
    await using server = await openBunSocket({
      local: { address: "127.0.0.1", port: 0 },
      onDatagram: (payload, from, socket) => socket.send(payload.subarray(1), from),
    });
    const argv = ["probe", "-p", String(server.local.port), ...FEW, "--wait", "100ms"];
    expect(await runUdpEcho([...argv, "--protocol", "echo"])).toEqual({
      code: 1,
      stdout: "",
      stderr: `error: ${formatEndpoint(server.local)} answers, but not with what was sent; --protocol auto finds out what it speaks\n`,
    });
  });

  // The loopback carries 65,536 bytes, of which IPv6 and UDP have 48.
  test.skipIf(process.platform !== "linux")(
    "says so where every datagram is too large for the path",
    async () => {
      await using server = await startServer(["::1", "--quiet"]);
      const argv = ["probe", "::1", "-p", String(server.local.port), "--df", ...FEW];
      expect(await runUdpEcho([...argv, "--size", "65489"])).toEqual({
        code: 1,
        stdout: "",
        stderr: `error: Payload too large for the path to ${formatEndpoint(server.local)}: 65489 bytes; try --size 65488 or without --df\n`,
      });
      expect(await runUdpEcho([...argv, "--size", "65488"])).toMatchObject({ code: 0 });
    },
  );

  test.each([
    ["-i", "10us"],
    ["--size", "19"],
    ["--fill", "odd"],
    ["--dscp", "64"],
    ["--csv", "--json"],
    ["--size", "30"],
    ["--key-file", "key"],
    ["--source", "nowhere"],
    ["--duration", "100h"],
  ])("%s %s is a mistake of usage", async (option, value) => {
    const { code, stdout } = await runUdpEcho(["probe", option, value]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});

test.each([
  ["probe", "--df needs the engine linux", ["--engine", "portable", "--df"]],
  ["probe", "--dscp needs the engine linux", ["--engine", "portable", "--dscp", "1"]],
  ["probe", "--key-file needs --protocol stamp", ["--key-file", "key"]],
  ["server", "--workers needs the engine linux", ["--engine", "portable", "--workers", "2"]],
  ["server", "--key-file needs --reply stamp", ["--key-file", "key"]],
  ["server", "--stateful needs --reply stamp", ["--stateful"]],
])("%s: %s", async (command, message, argv) => {
  const { code, stdout, stderr } = await runInMemory([command, ...argv]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toStartWith(`error: ${message}\n`);
});

test("a server says once that somebody measures", async () => {
  await using server = await startServer();
  await runUdpEcho(["probe", "-p", String(server.local.port), ...FEW, "--quiet"]);
  const { stdout } = await server.program.end("SIGINT");
  const lines = stdout.trimEnd().split("\n");
  expect(lines).toEqual([
    expect.stringContaining("Listening at "),
    expect.stringMatching(/^The client at 127\.0\.0\.1:\d+ measures$/),
    expect.stringMatching(/^Received \d+ datagrams: answered \d+, refused 0$/),
  ]);
});

describe("report", () => {
  test("--csv says what it expected where a file has no datagrams", async () => {
    await using server = await startServer(["--quiet"]);
    const { stdout } = await runUdpEcho([
      "probe",
      "-p",
      String(server.local.port),
      ...FEW,
      "--json",
    ]);
    await using file = await savedFile(stdout);
    expect(await runUdpEcho(["report", file.path, "--csv"])).toEqual({
      code: 1,
      stdout: "",
      stderr: `error: expected what udp-echo probe --each has written in ${file.path}\n`,
    });
  });

  test("says what it expected where a file holds something else", async () => {
    const { code, stderr } = await runUdpEcho(["report", "package.json"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: expected what udp-echo probe --json or --each has written in package\.json: .+\n$/,
    );
  });
});
