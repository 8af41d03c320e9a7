import { describe, expect, test } from "bun:test";
import { formatEndpoint } from "@udp/core";
import { closedEndpoint, ownAddress, Peer } from "@udp/lab/testing";
import { parse } from "valibot";
import type { EchoDocumentSchemas } from "../src/documents.ts";
import { documentSchemas } from "../src/documents.ts";
import { askEcho } from "../src/index.ts";
import { runUdpEcho, startServer, startUdpEcho, UDP_ECHO } from "./udp-echo.ts";

const ASSIGNED =
  /^The OS assigned me the address 0\.0\.0\.0:\d+ \((registered|dynamic) range; this system draws from \d+–\d+\)$/;

/** A label has at most 63 characters (RFC 1035 section 2.3.4), so no resolver is asked for this one. */
const LONG_NAME = "x".repeat(64);

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** One document a line, each as its schema says. */
function documents(stdout: string): unknown[] {
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => {
      const document = JSON.parse(line);
      const kind: keyof EchoDocumentSchemas = document.kind;
      return parse(documentSchemas[kind], document);
    });
}

describe("server", () => {
  test.each(["SIGINT", "SIGTERM"] as const)("%s: says what was served, exit 0", async (signal) => {
    await using server = await startServer();
    const { port } = server.local;
    await askEcho({ port, payload: bytes('it\'s "你"\n') });
    await using refused = await Peer.open({ address: "127.0.0.1", port: 0 });
    await refused.send("Your data was 5 bytes long", server.local);
    const lines = [await server.program.nextLine(), await server.program.nextLine()];
    const outcome = await server.program.end(signal);
    expect({ ...outcome, stdout: outcome.stdout.split("\n") }).toEqual({
      code: 0,
      stdout: [
        `Listening at 127.0.0.1:${port}`,
        ...lines,
        "Received 2 datagrams: answered 1, refused 1 (own-reply 1)",
        "",
      ],
      stderr: "",
    });
    expect(lines).toEqual([
      expect.stringMatching(/^The client at 127\.0\.0\.1:\d+ says "it's \\"你\\"\\n"$/),
      `Not answered: ${formatEndpoint(refused.local)} (own-reply) says "Your data was 5 bytes long"`,
    ]);
  });

  test("--quiet: no line for a datagram", async () => {
    await using server = await startServer(["--quiet"]);
    await askEcho({ port: server.local.port, payload: bytes("hello") });
    expect(await server.program.end("SIGINT")).toEqual({
      code: 0,
      stdout: `Listening at 127.0.0.1:${server.local.port}\nReceived 1 datagram: answered 1, refused 0\n`,
      stderr: "",
    });
  });

  test("--json: a document a line", async () => {
    await using server = await startServer(["--json", "--reply", "echo"]);
    await askEcho({ port: server.local.port, payload: Uint8Array.of(0xe4) });
    const { stdout, ...outcome } = await server.program.end("SIGTERM");
    expect(outcome).toEqual({ code: 0, stderr: "" });
    expect(documents(stdout)).toEqual([
      {
        schema: "udp-echo/1",
        kind: "listening",
        local: formatEndpoint(server.local),
        engine: process.platform === "linux" ? "linux" : "portable",
        engineObstacle: null,
      },
      {
        schema: "udp-echo/1",
        kind: "request",
        client: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        refusal: null,
        unshownCount: 0,
        payload: { bytes: 1, text: null, base64: "5A==" },
      },
      expect.objectContaining({
        kind: "summary",
        receivedCount: 1,
        repliedCount: 1,
        refusedCount: 0,
        droppedLineCount: 0,
      }),
    ]);
  });

  test.each([
    ["-6", ["-6"], "::1"],
    ["::", ["::"], "::"],
    ["0.0.0.0", ["0.0.0.0"], "0.0.0.0"],
    ["127.0.77.1", ["127.0.77.1"], "127.0.77.1"],
  ])("%s", async (_title, argv, address) => {
    await using server = await startServer(argv);
    expect(server.local.address).toBe(address);
  });

  test.each([
    ["::", [], { code: 0, stderr: "" }],
    [":: -6", ["-6"], { code: 1, stderr: "error: Nothing is listening at 127.0.0.1:%\n" }],
  ])("%s, asked over IPv4", async (_title, argv, expected) => {
    await using server = await startServer(["::", ...argv]);
    const port = String(server.local.port);
    const over6 = await runUdpEcho(["client", "::1", "-p", port]);
    const { code, stderr } = await runUdpEcho(["client", "127.0.0.1", "-p", port]);
    expect([over6.code, { code, stderr: stderr.replace(port, "%") }]).toEqual([0, expected]);
  });

  test("the default port is 1060", async () => {
    const address = ownAddress(0);
    await using program = startUdpEcho(["server", address]);
    expect(await program.nextLine()).toBe(`Listening at ${address}:1060`);
  });
});

describe("client", () => {
  test("says from where, and what was answered", async () => {
    await using server = await startServer();
    const { port } = server.local;
    const { stdout, ...outcome } = await runUdpEcho(["client", "-p", String(port)]);
    expect([stdout.split("\n"), outcome]).toEqual([
      [
        expect.stringMatching(ASSIGNED),
        `The server 127.0.0.1:${port} replied "Your data was 38 bytes long"`,
        "",
      ],
      { code: 0, stderr: "" },
    ]);
    expect(await server.program.nextLine()).toMatch(
      /says "The time is \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}"$/,
    );
  });

  test("--quiet and --message: the answer only", async () => {
    await using server = await startServer(["--quiet"]);
    const argv = ["client", "-p", String(server.local.port), "--quiet", "--message", "你好"];
    expect(await runUdpEcho(argv)).toEqual({
      code: 0,
      stdout: `The server ${formatEndpoint(server.local)} replied "Your data was 6 bytes long"\n`,
      stderr: "",
    });
  });

  test("--json: one document", async () => {
    await using server = await startServer(["--quiet", "-6"]);
    const argv = ["client", "-6", "-p", String(server.local.port), "--json"];
    const { stdout, ...outcome } = await runUdpEcho(argv);
    expect([documents(stdout), outcome]).toEqual([
      [
        {
          schema: "udp-echo/1",
          kind: "reply",
          local: expect.stringMatching(/^\[::\]:\d+$/),
          server: formatEndpoint(server.local),
          from: formatEndpoint(server.local),
          payload: { bytes: 27, text: "Your data was 38 bytes long", base64: null },
          rttMs: expect.any(Number),
          verdictCounts: expect.objectContaining({ accepted: 1, "wrong-port": 0 }),
        },
      ],
      { code: 0, stderr: "" },
    ]);
  });

  test("waits on through an answer from elsewhere, and says so", async () => {
    await using server = await Peer.open();
    await using forger = await Peer.open();
    await using client = startUdpEcho(["client", "-p", String(server.local.port)]);
    const { from } = await server.next();
    await forger.send("fine", from);
    await server.send("true", from);
    const { stdout, ...outcome } = await client.end();
    expect([stdout.split("\n").slice(1), outcome]).toEqual([
      [`The server ${formatEndpoint(server.local)} replied "true"`, ""],
      {
        code: 0,
        stderr: `Ignored a reply from ${formatEndpoint(forger.local)}: not the server I asked\n`,
      },
    ]);
  });

  test.each([
    ["", [], {}, "warning:"],
    [", in colour", ["--color", "always"], {}, "\u001b[33mwarning:\u001b[39m"],
    [", in colour where NO_COLOR asks for none", ["--color", "never"], {}, "warning:"],
    [", with NO_COLOR", [], { NO_COLOR: "1" }, "warning:"],
    [", with FORCE_COLOR", [], { FORCE_COLOR: "1" }, "\u001b[33mwarning:\u001b[39m"],
    [", with both", [], { NO_COLOR: "1", FORCE_COLOR: "0" }, "warning:"],
  ])("--accept-any is fooled, with a warning%s", async (_title, argv, env, warning) => {
    await using server = await Peer.open();
    await using forger = await Peer.open();
    const port = String(server.local.port);
    await using client = startUdpEcho(["client", "-p", port, "--accept-any", ...argv], env);
    const { from } = await server.next();
    await forger.send("fine", from);
    const { stdout, ...outcome } = await client.end();
    const [forged, asked] = [formatEndpoint(forger.local), formatEndpoint(server.local)];
    expect([
      stdout.split("\n").slice(1),
      { ...outcome, stderr: outcome.stderr.split("\n") },
    ]).toEqual([
      [`The server ${forged} replied "fine"`, ""],
      {
        code: 0,
        stderr: [
          `${warning} believing whoever answers first, from whatever address`,
          `${warning} this answer came from ${forged}, and ${asked} was asked; without --accept-any it is ignored`,
          "",
        ],
      },
    ]);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("%s before an answer: exit 130", async (signal) => {
    await using server = await Peer.open();
    await using client = startUdpEcho(["client", "-p", String(server.local.port)]);
    await server.next();
    const { stdout, ...outcome } = await client.end(signal);
    expect([stdout.trimEnd(), outcome]).toEqual([
      expect.stringMatching(ASSIGNED),
      { code: 130, stderr: "" },
    ]);
  });
});

describe("exit 1, and one line", () => {
  test("nobody listens", async () => {
    const { port } = await closedEndpoint();
    const { stdout, ...outcome } = await runUdpEcho(["client", "-p", String(port)]);
    expect([stdout.trimEnd(), outcome]).toEqual([
      expect.stringMatching(ASSIGNED),
      { code: 1, stderr: `error: Nothing is listening at 127.0.0.1:${port}\n` },
    ]);
  });

  test("nobody listens, with --json", async () => {
    const { port } = await closedEndpoint();
    const { stdout, ...outcome } = await runUdpEcho(["client", "-p", String(port), "--json"]);
    const message = `Nothing is listening at 127.0.0.1:${port}`;
    expect([documents(stdout), outcome]).toEqual([
      [{ schema: "udp-echo/1", kind: "error", code: "ECHO_NOT_LISTENING", message }],
      { code: 1, stderr: `error: ${message}\n` },
    ]);
  });

  test.each([
    ["always", ["--color", "always"], {}, "\u001b[31merror:\u001b[39m"],
    [
      "always, against NO_COLOR",
      ["--color", "always"],
      { NO_COLOR: "1" },
      "\u001b[31merror:\u001b[39m",
    ],
    ["never", ["--color", "never"], {}, "error:"],
    ["never, against FORCE_COLOR", ["--color", "never"], { FORCE_COLOR: "1" }, "error:"],
    ["auto, not on a terminal", [], {}, "error:"],
    ["auto, with NO_COLOR", [], { NO_COLOR: "1" }, "error:"],
    ["auto, with FORCE_COLOR", [], { FORCE_COLOR: "1" }, "\u001b[31merror:\u001b[39m"],
  ])("in colour: %s", async (_title, argv, env, label) => {
    await using client = startUdpEcho(["client", "224.0.0.1", ...argv], env);
    const { stderr, ...outcome } = await client.end();
    expect([outcome, stderr.slice(0, stderr.indexOf(" "))]).toEqual([
      { code: 1, stdout: "" },
      label,
    ]);
  });

  test("no answer", async () => {
    await using server = await Peer.open();
    const argv = ["client", "-p", String(server.local.port), "--quiet", "--timeout", "20ms"];
    expect(await runUdpEcho(argv)).toEqual({
      code: 1,
      stdout: "",
      stderr: `error: No reply came from ${formatEndpoint(server.local)}\n`,
    });
  });

  test("the port is in use", async () => {
    await using peer = await Peer.open();
    expect(await runUdpEcho(["server", "-p", String(peer.local.port)])).toEqual({
      code: 1,
      stdout: "",
      stderr: `error: ${formatEndpoint(peer.local)} is in use by another program; stop it or choose another port\n`,
    });
  });

  test.each([
    [
      ["server", "198.51.100.7"],
      "198.51.100.7:1060 is not an address of this host; choose one of its own, or 0.0.0.0 or :: for all",
    ],
    [
      ["server", "224.0.0.1"],
      "expected an address of this host to listen at; 224.0.0.1 is a multicast or broadcast address",
    ],
    [
      ["server", "127.1"],
      'expected an IPv4 address of four decimal numbers from 0 to 255, such as 127.0.0.1; got "127.1"',
    ],
    [
      ["client", LONG_NAME],
      `cannot find the host "${LONG_NAME}"; check the name, or give an address`,
    ],
  ])("%j", async (argv, message) => {
    expect(await runUdpEcho(argv)).toEqual({
      code: 1,
      stdout: "",
      stderr: `error: ${message}\n`,
    });
  });
});

test("exit 2: a usage error", async () => {
  expect(await runUdpEcho(["client", "-p", "70000"])).toEqual({
    code: 2,
    stdout: "",
    stderr:
      "error: option '-p, --port <port>' argument '70000' is invalid. Expected a port from 1 to 65535; got \"70000\".\n" +
      "Usage: udp-echo client [options] [host]\n",
  });
});

test("a reader that has gone ends the program quietly", async () => {
  const script = '{ "$0" "$@"; echo "exit $?" >&2; } | head -n 1';
  const argv = [...UDP_ECHO, "server", "-p", "0"];
  const shell = Bun.spawn(["sh", "-c", script, ...argv], { stdin: "ignore", stderr: "pipe" });
  const { value } = await shell.stdout[Symbol.asyncIterator]().next();
  const line = new TextDecoder().decode(value);
  const port = Number(line.slice(line.lastIndexOf(":") + 1));
  // The server notices at a line that it writes after `head` has gone.
  while (await isAnswered(port));
  expect({ line, stderr: await shell.stderr.text() }).toEqual({
    line: `Listening at 127.0.0.1:${port}\n`,
    stderr: "exit 0\n",
  });
});

describe("complete", () => {
  test("zsh: prints a script", async () => {
    const { stdout, ...outcome } = await runUdpEcho(["complete", "zsh"]);
    expect([stdout.split("\n")[0], outcome]).toEqual([
      "#compdef udp-echo",
      { code: 0, stderr: "" },
    ]);
  });

  test.each([
    [
      ["server", "--re"],
      [
        "--reply\tanswer with the length of what came, with the same bytes (RFC 862), or as STAMP (RFC 8762; port 862)",
      ],
    ],
    [
      ["server", "--reply", ""],
      ["length\t", "echo\t", "stamp\t"],
    ],
    [["cl"], ["client\tsend one datagram and wait for the answer"]],
  ])("%j: prints its candidates", async (words, candidates) => {
    const { stdout, ...outcome } = await runUdpEcho(["complete", "--", ...words]);
    expect([stdout.trimEnd().split("\n").slice(0, -1), outcome]).toEqual([
      candidates,
      { code: 0, stderr: "" },
    ]);
  });

  test("for a shell that it does not know: a usage error", async () => {
    expect(await runUdpEcho(["complete", "tcsh"])).toEqual({
      code: 2,
      stdout: "",
      stderr:
        "error: command-argument value 'tcsh' is invalid for argument 'shell'. Allowed choices are zsh, bash, fish, powershell.\n" +
        "Usage: udp-echo [options] [command]\n",
    });
  });
});

async function isAnswered(port: number): Promise<boolean> {
  try {
    await askEcho({ port, payload: bytes("hello"), timeoutMs: 1000 });
    return true;
  } catch {
    return false;
  }
}
