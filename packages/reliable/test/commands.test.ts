import { describe, expect, test } from "bun:test";
import type { Endpoint } from "@udp/core";
import { formatEndpoint, parseEndpoint } from "@udp/core";
import { MemoryTerminal } from "@udp/core/testing";
import { closedEndpoint, Peer } from "@udp/lab/testing";
import { parse } from "valibot";
import { documentSchemas } from "../src/documents.ts";
import { createRequester, serveRequests } from "../src/index.ts";
import type { MemoryOutcome } from "./in-memory.ts";
import { runInMemory } from "./in-memory.ts";
import { documents } from "./udp-reliable.ts";

/** A label has at most 63 characters (RFC 1035 section 2.3.4), so no resolver is asked for this one. */
const UNKNOWN_NAME = "x".repeat(64);

const HASTY = ["--initial", "10ms", "--attempts", "2"];
const PATIENT = ["--initial", "30s", "--max", "60s", "--attempts", "4"];

const PLAIN_WARNING =
  "warning: without frames nothing tells which try an answer is to, and a late one is believed\n";

/** A server command that runs in this process. */
interface ServerInMemory {
  readonly terminal: MemoryTerminal;
  readonly local: Endpoint;
  /** Interrupts it. */
  end(): Promise<MemoryOutcome>;
}

async function startInMemory(argv: readonly string[]): Promise<ServerInMemory> {
  const terminal = new MemoryTerminal();
  const outcome = runInMemory(["server", "127.0.0.1", "-p", "0", ...argv], terminal);
  await terminal.stdout.shown("\n");
  const end = (): Promise<MemoryOutcome> => {
    terminal.interrupt();
    return outcome;
  };
  const address = terminal.stdout.text.trimEnd().replace("Listening at ", "");
  return { terminal, local: parseEndpoint(address), end };
}

function client({ local }: { readonly local: Endpoint }, ...argv: readonly string[]): string[] {
  return ["client", local.address, "-p", String(local.port), ...argv];
}

describe("server", () => {
  test("interrupted before it listens: exit 0, and nothing to say", async () => {
    const terminal = new MemoryTerminal();
    terminal.interrupt();
    const outcome = await runInMemory(["server", "127.0.0.1", "-p", "0"], terminal);
    expect(outcome).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("drops everything where it is told to", async () => {
    await using peer = await Peer.open();
    const server = await startInMemory(["--drop", "1"]);
    await peer.send("hello", server.local);
    await server.terminal.stdout.shown("Pretending");
    expect((await server.end()).stdout.split("\n").slice(1)).toEqual([
      `Pretending to drop packet from ${formatEndpoint(peer.local)}`,
      "Received 1 datagram: pretended to drop 1, ignored 0",
      "Carried out 0 requests",
      "Sent 0",
      "",
    ]);
  });

  test("answers text in text, and names what it ignores", async () => {
    await using peer = await Peer.open();
    const server = await startInMemory(["--drop", "0", "--delay", "5ms", "--jitter", "1ms"]);
    await peer.send("hello", server.local);
    const { payload } = await peer.next();
    await peer.send(payload, server.local);
    await server.terminal.stdout.shown("own-reply");
    const { stdout } = await server.end();
    expect([new TextDecoder().decode(payload), stdout.split("\n").slice(1)]).toEqual([
      "Your data was 5 bytes long",
      [
        `The client at ${formatEndpoint(peer.local)} says "hello"`,
        `Not answered: ${formatEndpoint(peer.local)} (own-reply) says "Your data was 5 bytes long"`,
        "Received 2 datagrams: pretended to drop 0, ignored 1 (own-reply 1)",
        "Carried out 1 request",
        "Sent 1 (plain 1)",
        "",
      ],
    ]);
  });

  test("obeys its limits, and is quiet", async () => {
    await using peer = await Peer.open();
    await using other = await Peer.open({ address: "127.0.77.2", port: 0 });
    const server = await startInMemory(["--drop", "0", "--quiet", "--rate-per-source", "0.001"]);
    await peer.send("hello", server.local);
    await peer.next();
    await peer.send("hello again", server.local);
    await other.send("I come later", server.local);
    await other.next();
    expect((await server.end()).stdout.split("\n")[1]).toBe(
      "Received 3 datagrams: pretended to drop 0, ignored 1 (rate-per-source 1)",
    );
  });

  test("--require-cookie: carries nothing out before", async () => {
    const server = await startInMemory(["--drop", "0", "--require-cookie"]);
    const { address: host, port } = server.local;
    await using requester = await createRequester({ host, port });
    const { payload } = await requester.request(new TextEncoder().encode("hello"));
    const { stdout } = await server.end();
    expect(new TextDecoder().decode(payload)).toBe("Your data was 5 bytes long");
    expect(stdout).toMatch(/Carried out 1 request\b.*\nSent \d+ \(answer 1, cookie \d+\)\n$/);
  });

  test("--require-cookie: text carries none, and is not answered", async () => {
    await using peer = await Peer.open();
    const server = await startInMemory(["--drop", "0", "--require-cookie"]);
    await peer.send("hello", server.local);
    await server.terminal.stdout.shown("(foreign)");
    expect((await server.end()).stdout).toContain("Carried out 0 requests\nSent 0\n");
  });

  test("a frame that is cut is no text", async () => {
    await using peer = await Peer.open();
    const server = await startInMemory(["--drop", "0"]);
    await peer.send("uREL", server.local);
    await server.terminal.stdout.shown("(malformed)");
    await peer.send("uREL\u0002", server.local);
    await server.terminal.stdout.shown("(other-version)");
    expect((await server.end()).stdout).toContain("Carried out 0 requests\nSent 0\n");
  });
});

describe("client", () => {
  test("--quiet: the answer alone", async () => {
    await using server = await serveRequests(({ payload }) => payload, { port: 0 });
    const argv = client(server, ...PATIENT, "--quiet", "--message", "it's me");
    const { stdout, ...outcome } = await runInMemory(argv);
    expect([stdout, outcome]).toEqual([
      expect.stringMatching(/^The server says "it's me" \(1 try, [\d.]+ ms\)\n$/),
      { code: 0, stderr: "" },
    ]);
  });

  test("--plain: says what that costs, once", async () => {
    await using server = await Peer.open();
    const asked = runInMemory(client(server, ...PATIENT, "--plain"));
    const { payload, from } = await server.next();
    await server.send("Your data was 23 bytes long", from);
    const { stdout, ...outcome } = await asked;
    expect([new TextDecoder().decode(payload), stdout.split("\n"), outcome]).toEqual([
      "This is another message",
      [
        expect.stringMatching(/^Client socket name is 127\.0\.0\.1:\d+$/),
        "Waiting up to 30 seconds for a reply",
        expect.stringMatching(/^The server says "Your data was 23 bytes long" \(1 try, /),
        "",
      ],
      { code: 0, stderr: PLAIN_WARNING },
    ]);
  });

  test("believes no text where it asks in frames", async () => {
    await using server = await Peer.open();
    const asked = runInMemory(client(server, ...HASTY));
    const { from } = await server.next();
    await server.send("Your data was 23 bytes long", from);
    expect(await asked).toMatchObject({
      code: 1,
      stderr: `error: No answer came from ${formatEndpoint(server.local)} to 2 datagrams, but 1 datagram without a frame came; try --plain\n`,
    });
  });

  test("says why it asks again where the wait is not over", async () => {
    await using server = await serveRequests(({ payload }) => payload, {
      port: 0,
      requiresCookie: true,
    });
    const { stdout } = await runInMemory(client(server, ...PATIENT, "--message", "hello"));
    expect(stdout.split("\n").slice(1)).toEqual([
      "Waiting up to 30 seconds for a reply",
      "The server wants to know that we receive here: asked again, with its cookie",
      "Waiting up to 30 seconds for a reply",
      expect.stringMatching(/^The server says "hello" \(2 tries, /),
      "",
    ]);
  });

  test.each([[[]], [["--plain"]]])(
    "--json, no answer: a document that says so, and why %j",
    async (argv) => {
      await using server = await Peer.open();
      const { stdout, code } = await runInMemory(client(server, ...HASTY, "--json", ...argv));
      const [outcome, error] = documents(stdout);
      expect([code, outcome, error]).toEqual([
        1,
        {
          schema: "udp-reliable/1",
          kind: "outcome",
          local: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
          server: formatEndpoint(server.local),
          isPlain: argv.length > 0,
          answered: false,
          attempts: 2,
          waitsMs: [10, 20],
          elapsedMs: expect.any(Number),
          ignoredCount: 0,
          ignored: expect.objectContaining({ foreign: 0, malformed: 0 }),
          reply: null,
        },
        {
          schema: "udp-reliable/1",
          kind: "error",
          code: "RELIABLE_NO_ANSWER",
          message: `I think the server is down. No answer came from ${formatEndpoint(server.local)} to 2 datagrams`,
        },
      ]);
      expect((outcome as { readonly elapsedMs: number }).elapsedMs).toBeGreaterThanOrEqual(30);
    },
  );

  test.each([[[]], [["--plain"]]])(
    "--keep-trying goes on where nobody listens %j",
    async (argv) => {
      const closed = await closedEndpoint();
      const run = client({ local: closed }, ...HASTY, "--keep-trying", ...argv);
      expect(await runInMemory(run)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(
          `error: I think the server is down. No answer came from ${formatEndpoint(closed)} to 2 datagrams\n`,
        ),
      });
    },
  );

  test("a handler that failed is no silence", async () => {
    await using server = await serveRequests(() => Promise.reject(new Error("not today")), {
      port: 0,
    });
    const { stdout, ...outcome } = await runInMemory(client(server, ...PATIENT, "--json"));
    expect([documents(stdout), outcome]).toMatchObject([
      [{ kind: "outcome", answered: false, attempts: 1 }, { code: "RELIABLE_HANDLER_FAILED" }],
      { code: 1, stderr: "error: the server failed to carry it out: not today\n" },
    ]);
  });

  test("interrupted, --json: exit 130, and what was sent until then", async () => {
    await using server = await Peer.open();
    const terminal = new MemoryTerminal();
    const asked = runInMemory(client(server, ...PATIENT, "--json"), terminal);
    await server.next();
    terminal.interrupt();
    const { code, stdout } = await asked;
    expect([code, documents(stdout)]).toMatchObject([
      130,
      [{ kind: "outcome", answered: false, attempts: 1, waitsMs: [30_000] }],
    ]);
  });

  test.each([[[]], [["--plain"]]])("interrupted: exit 130 %j", async (argv) => {
    await using server = await Peer.open();
    const terminal = new MemoryTerminal();
    const asked = runInMemory(client(server, ...PATIENT, ...argv), terminal);
    await server.next();
    terminal.interrupt();
    const { code, stderr } = await asked;
    expect([code, stderr]).toEqual([130, argv.length > 0 ? PLAIN_WARNING : ""]);
  });
});

describe("simulate", () => {
  const FEW = ["simulate", "--requests", "300", "--seed", "7"];

  test("says what it simulated, in a table, and shows when the answers came", async () => {
    const { stdout, ...outcome } = await runInMemory(FEW);
    const lines = stdout.split("\n");
    expect([outcome, lines.slice(0, 5)]).toEqual([
      { code: 0, stderr: "" },
      [
        "300 requests, one after another (seed 7)",
        "Each way the link loses 30 % and takes 20 ms ± 5 ms",
        "",
        expect.stringMatching(/^ +original +coap +rfc6298 +low-latency$/),
        expect.stringMatching(/^success +(\d\d\.\d\d % +){3}100\.00 %$/),
      ],
    ]);
    expect(stdout).toContain("Answered within, of all requests:\noriginal\n100 %┼");
  });

  test("10,000 requests under all schedules take less than two seconds", async () => {
    // Of this process alone: what else the machine does is no matter.
    const before = process.cpuUsage();
    const { code } = await runInMemory(["simulate", "--seed", "1"]);
    const { user, system } = process.cpuUsage(before);
    expect(code).toBe(0);
    expect((user + system) / 1e6).toBeLessThan(2);
  });

  test("the same run for the same seed, and another one for another", async () => {
    const argv = ["simulate", "--requests", "100", "--quiet", "--preset", "original"];
    const runs = ["1", "1", "2"].map((seed) => runInMemory([...argv, "--seed", seed]));
    const [first, again, other] = (await Promise.all(runs)).map(({ stdout }) => stdout);
    expect(again).toEqual(first ?? "");
    expect(other?.replace("seed 2", "seed 1")).not.toBe(first);
  });

  test("without a seed: says which one repeats it", async () => {
    const argv = ["simulate", "--requests", "50", "--json"];
    const { stdout } = await runInMemory(argv);
    const { seed } = parse(documentSchemas.simulation, JSON.parse(stdout));
    expect((await runInMemory([...argv, "--seed", String(seed)])).stdout).toBe(stdout);
  });

  test("--preset: those alone, in their order, each once", async () => {
    const presets = ["coap", "original", "coap"].flatMap((name) => ["--preset", name]);
    const { stdout } = await runInMemory([...FEW, ...presets, "--json"]);
    const { schedules } = parse(documentSchemas.simulation, JSON.parse(stdout));
    expect(schedules.map(({ preset }) => preset)).toEqual(["coap", "original"]);
  });

  test("measures about what chance alone makes of it", async () => {
    const argv = ["simulate", "--requests", "5000", "--seed", "7", "--duplicate", "0.2", "--json"];
    const { stdout } = await runInMemory(argv);
    const { schedules } = parse(documentSchemas.simulation, JSON.parse(stdout));
    for (const { successRatio, meanAttempts, expected } of schedules) {
      // Four standard deviations of either are less.
      expect(Math.abs(successRatio - expected.successRatio)).toBeLessThan(0.012);
      expect(Math.abs(meanAttempts - expected.meanAttempts)).toBeLessThan(0.08);
    }
  });

  test("a link slower than the waits: tries in vain, and as many as expected", async () => {
    const argv = ["simulate", "--requests", "100", "--loss", "0", "--delay", "60ms"];
    const { stdout } = await runInMemory([...argv, "--preset", "original", "--seed", "1"]);
    const [tries, expected] = stdout.split("\n").slice(6, 8);
    expect([tries, expected]).toEqual([
      "tries per request          2.00",
      "  expected                 2.00",
    ]);
    expect(stdout).toMatch(/^spurious tries +100$/m);
  });

  test("a link whose jitter decides how many tries there are: says that the form is none", async () => {
    const argv = ["simulate", "--requests", "100", "--loss", "0", "--delay", "50ms"];
    const { stdout } = await runInMemory([...argv, "--preset", "original", "--seed", "1"]);
    expect(stdout).toMatch(/^ {2}expected +≈100\.00 %$/m);
    expect(stdout).toContain("≈ original: a wait may end before or after an answer comes");
  });

  test("a link with less delay than the usual jitter", async () => {
    const { stdout, code } = await runInMemory([...FEW, "--delay", "1ms", "--quiet"]);
    expect([code, stdout.split("\n")[1]]).toEqual([0, expect.stringContaining("1 ms ± 1 ms")]);
  });

  test("interrupted: exit 130", async () => {
    const terminal = new MemoryTerminal();
    terminal.interrupt();
    expect(await runInMemory(FEW, terminal)).toEqual({ code: 130, stdout: "", stderr: "" });
  });
});

describe("exit 2: a usage error", () => {
  const usages = {
    server: "server [options] <interface>",
    client: "client [options] <host>",
    simulate: "simulate [options]",
  };

  test.each([
    [["server"], "missing required argument 'interface'"],
    [["client"], "missing required argument 'host'"],
    [
      ["server", "::", "--drop", "50%"],
      "option '--drop <ratio>' argument '50%' is invalid. Expected a number from 0 to 1, such as 0.05.",
    ],
    [
      ["server", "::", "--delay", "5ms", "--jitter", "6ms"],
      "--jitter: expected at most the delay, 5 ms; got 6 ms",
    ],
    [
      ["server", "::", "--seed", "-1"],
      "option '--seed <n>' argument '-1' is invalid. Expected a whole number from 0 to 4294967295.",
    ],
    [
      ["client", "::1", "-p", "0"],
      `option '-p, --port <port>' argument '0' is invalid. Expected a port from 1 to 65535; got "0".`,
    ],
    [
      ["client", "::1", "--preset", "tcp"],
      "option '--preset <name>' argument 'tcp' is invalid. Allowed choices are original, coap, rfc6298, low-latency.",
    ],
    [
      ["client", "::1", "--initial", "0s"],
      "option '--initial <duration>' argument '0s' is invalid. Expected a duration from 1ms to 24h.",
    ],
    [
      ["client", "::1", "--factor", "0.5"],
      "option '--factor <n>' argument '0.5' is invalid. Expected a number from 1 to 10, such as 1.5.",
    ],
    [
      ["client", "::1", "--attempts", "0"],
      "option '--attempts <n>' argument '0' is invalid. Expected a whole number from 1 to 1000.",
    ],
    [
      ["client", "::1", "--backoff-jitter", "full"],
      "option '--backoff-jitter <kind>' argument 'full' is invalid. Allowed choices are none, upward, equal.",
    ],
    [
      ["client", "::1", "--initial", "3s"],
      "--max: the first wait, 3 s, is longer than the longest of original, 2 s",
    ],
    [["client", "::1", "--factor", "1"], "--factor: 1 never ends; give --attempts too"],
    [
      ["client", "::1", "--plain", "--key-file", "key"],
      "option '--key-file <path>' cannot be used with option '--plain'",
    ],
    [
      ["simulate", "--requests", "100001"],
      "option '--requests <n>' argument '100001' is invalid. Expected a whole number from 1 to 100000.",
    ],
    [
      ["simulate", "--preset", "tcp"],
      "option '--preset <name>' argument 'tcp' is invalid. Allowed choices are original, coap, rfc6298, low-latency.",
    ],
    [["simulate", "--jitter", "21ms"], "--jitter: expected at most the delay, 20 ms; got 21 ms"],
  ])("%j", async (argv, message) => {
    expect(await runInMemory(argv)).toEqual({
      code: 2,
      stdout: "",
      stderr: `error: ${message}\nUsage: udp-reliable ${usages[argv[0] as keyof typeof usages]}\n`,
    });
  });

  test("nothing is said, and nobody can be asked: the help", async () => {
    const { stderr, ...outcome } = await runInMemory([]);
    expect([stderr.split("\n")[0], outcome]).toEqual([
      "Usage: udp-reliable [options] [command]",
      { code: 2, stdout: "" },
    ]);
  });
});

describe("exit 1: nothing was sent", () => {
  test.each([
    ["a multicast address", ["client", "224.0.0.1"], "UDP_BAD_HOST"],
    ["the same, in plain text", ["client", "224.0.0.1", "--plain"], "UDP_BAD_HOST"],
    ["half an address", ["client", "127.1"], "UDP_BAD_ADDRESS"],
    ["an address of the other family", ["client", "127.0.0.1", "-6"], "UDP_BAD_ADDRESS"],
    ["a name that no host has", ["client", UNKNOWN_NAME], "UDP_NAME_NOT_FOUND"],
    ["a group to listen at", ["server", "224.0.0.1"], "UDP_BAD_HOST"],
    ["another host's address", ["server", "198.51.100.7"], "UDP_ADDRESS_NOT_AVAILABLE"],
    ["a key that is not there", ["client", "::1", "--key-file", "/no/key"], "UDP_BAD_OPTION"],
    ["a key that is too long", ["server", "::1", "--key-file", import.meta.path], "UDP_BAD_OPTION"],
    [
      "a request that is too large",
      ["client", "127.0.0.1", "--message", "x".repeat(1141)],
      "RELIABLE_TOO_LARGE",
    ],
    [
      "plain text that is too large",
      ["client", "127.0.0.1", "--plain", "--message", "x".repeat(65_508)],
      "RELIABLE_TOO_LARGE",
    ],
  ])("--json, %s: one document that says so", async (_title, argv, code) => {
    const { stdout, stderr, code: exitCode } = await runInMemory([...argv, "--json"]);
    const document = parse(documentSchemas.error, JSON.parse(stdout));
    expect([exitCode, document.code, stderr.split("\n").at(-2)]).toEqual([
      1,
      code,
      `error: ${document.message}`,
    ]);
  });
});

test("what was typed is escaped", async () => {
  const drivers = "\u001b[2J\u009b31m\u202e";
  const outcomes = await Promise.all([
    runInMemory(["client", "::1", "--preset", drivers]),
    runInMemory(["client", "::1", "--key-file", drivers]),
    runInMemory(["simulate", "--preset", drivers]),
    runInMemory(["server", `${drivers}${UNKNOWN_NAME}`]),
  ]);
  for (const { code, stdout, stderr } of outcomes) {
    expect(code).not.toBe(0);
    expect(stdout + stderr).not.toMatch(/[^\P{C}\n]/u);
  }
});

describe("exit 0: a question about the program", () => {
  test.each([
    [["--help"], "Usage: udp-reliable [options] [command]"],
    [["server", "--help"], "Usage: udp-reliable server [options] <interface>"],
    [["help", "client"], "Usage: udp-reliable client [options] <host>"],
    [["simulate", "--help"], "Usage: udp-reliable simulate [options]"],
  ])("%j", async (argv, firstLine) => {
    const { stdout, ...outcome } = await runInMemory(argv);
    expect([stdout.split("\n")[0], outcome]).toEqual([firstLine, { code: 0, stderr: "" }]);
  });
});
