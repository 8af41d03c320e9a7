import { describe, expect, test } from "bun:test";
import type { Endpoint } from "@udp/core";
import { formatEndpoint, parseEndpoint } from "@udp/core";
import { MemoryTerminal } from "@udp/core/testing";
import { ownAddress, Peer } from "@udp/lab/testing";
import { parse } from "valibot";
import { documentSchemas } from "../src/documents.ts";
import { serveEcho } from "../src/index.ts";
import type { MemoryOutcome } from "./in-memory.ts";
import { runInMemory } from "./in-memory.ts";

/** A label has at most 63 characters (RFC 1035 section 2.3.4), so no resolver is asked for this one. */
const UNKNOWN_NAME = "x".repeat(64);

/** A server command that runs in this process. */
interface ServerInMemory {
  readonly terminal: MemoryTerminal;
  readonly local: Endpoint;
  /** Interrupts it. */
  end(): Promise<MemoryOutcome>;
}

async function startInMemory(argv: readonly string[]): Promise<ServerInMemory> {
  const terminal = new MemoryTerminal();
  const outcome = runInMemory(["server", "-p", "0", ...argv], terminal);
  await terminal.stdout.shown("\n");
  const end = (): Promise<MemoryOutcome> => {
    terminal.interrupt();
    return outcome;
  };
  const address = terminal.stdout.text.trimEnd().replace("Listening at ", "");
  return { terminal, local: parseEndpoint(address), end };
}

describe("server", () => {
  test("interrupted before it listens: exit 0, and nothing to say", async () => {
    const terminal = new MemoryTerminal();
    terminal.interrupt();
    const outcome = await runInMemory(["server", "-p", "0"], terminal);
    expect(outcome).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("serves until it is interrupted", async () => {
    await using client = await Peer.open();
    const server = await startInMemory([]);
    await client.send("hello", server.local);
    const { payload } = await client.next();
    await server.terminal.stdout.shown('says "hello"\n');
    expect([new TextDecoder().decode(payload), await server.end()]).toEqual([
      "Your data was 5 bytes long",
      {
        code: 0,
        stdout: [
          `Listening at ${formatEndpoint(server.local)}`,
          `The client at ${formatEndpoint(client.local)} says "hello"`,
          "Received 1 datagram: answered 1, refused 0",
          "",
        ].join("\n"),
        stderr: "",
      },
    ]);
  });

  test("obeys its limits", async () => {
    await using client = await Peer.open();
    const server = await startInMemory(["--quiet", "--rate-per-source", "0.001"]);
    await client.send("hello", server.local);
    await client.next();
    await client.send("hello again", server.local);
    await using other = await Peer.open({ address: "127.0.77.2", port: 0 });
    await other.send("I come later", server.local);
    await other.next();
    const { stdout } = await server.end();
    expect(stdout.split("\n")[1]).toBe(
      "Received 3 datagrams: answered 2, refused 1 (rate-per-source 1)",
    );
  });

  test("answers a source port that it is told to", async () => {
    await using client = await Peer.open({ address: ownAddress(0), port: 1060 });
    const server = await startInMemory([
      ...["--quiet", "--rate-total", "none"],
      ...["--allow-source-port", "1060", "--allow-source-port", "53"],
    ]);
    await client.send("hello", server.local);
    await client.next();
    expect((await server.end()).stdout).toContain("answered 1, refused 0");
  });

  test("--reply echo, --trusted", async () => {
    await using client = await Peer.open();
    const server = await startInMemory(["--quiet", "--reply", "echo", "--trusted"]);
    for (let count = 0; count < 300; count++) {
      await client.send("the same", server.local);
      await client.next();
    }
    expect((await server.end()).stdout).toContain("answered 300, refused 0");
  });
});

describe("client", () => {
  test("asks, and prints the answer", async () => {
    await using server = await serveEcho({ port: 0, reply: "echo" });
    const port = String(server.local.port);
    const { stdout, ...outcome } = await runInMemory(["client", "-p", port, "--message", "hello"]);
    expect([stdout.split("\n").slice(1), outcome]).toEqual([
      [`The server 127.0.0.1:${port} replied "hello"`, ""],
      { code: 0, stderr: "" },
    ]);
  });

  test("asks for the time over IPv6", async () => {
    await using server = await serveEcho({ host: "::1", port: 0 });
    const port = String(server.local.port);
    expect(await runInMemory(["client", "-6", "-p", port, "--quiet"])).toEqual({
      code: 0,
      stdout: `The server [::1]:${port} replied "Your data was 38 bytes long"\n`,
      stderr: "",
    });
  });

  test("warns where it believes anybody", async () => {
    await using server = await Peer.open();
    await using forger = await Peer.open();
    const port = String(server.local.port);
    const asked = runInMemory(["client", "-p", port, "--accept-any", "--quiet"]);
    const { from } = await server.next();
    await forger.send("fine", from);
    expect(await asked).toEqual({
      code: 0,
      stdout: `The server ${formatEndpoint(forger.local)} replied "fine"\n`,
      stderr: [
        "warning: believing whoever answers first, from whatever address",
        `warning: this answer came from ${formatEndpoint(forger.local)}, and 127.0.0.1:${port} was asked; without --accept-any it is ignored`,
        "",
      ].join("\n"),
    });
  });

  test("names what it ignores, and ends at an interruption", async () => {
    await using server = await Peer.open();
    await using forger = await Peer.open();
    const terminal = new MemoryTerminal();
    const asked = runInMemory(["client", "-p", String(server.local.port)], terminal);
    const { from } = await server.next();
    await forger.send("fine", from);
    await terminal.stderr.shown("\n");
    terminal.interrupt();
    expect(await asked).toEqual({
      code: 130,
      stdout: expect.stringMatching(/^The OS assigned me the address .*\n$/),
      stderr: `Ignored a reply from ${formatEndpoint(forger.local)}: not the server I asked\n`,
    });
  });

  test("--quiet: the answer only, whatever else comes", async () => {
    await using server = await Peer.open();
    await using forger = await Peer.open();
    const asked = runInMemory(["client", "-p", String(server.local.port), "--quiet"]);
    const { from } = await server.next();
    for (let count = 0; count < 3; count++) await forger.send("fine", from);
    await server.send("true", from);
    expect(await asked).toEqual({
      code: 0,
      stdout: `The server ${formatEndpoint(server.local)} replied "true"\n`,
      stderr: "",
    });
  });
});

describe("exit 2: a usage error", () => {
  const port = "option '-p, --port <port>' argument";

  test.each([
    [["bogus"], "unknown command 'bogus'", "[options] [command]"],
    [["--bogus"], "unknown option '--bogus'", "[options] [command]"],
    [["client", "--bogus"], "unknown option '--bogus'", "client [options] [host]"],
    [
      ["client", "a", "b"],
      "too many arguments for 'client'. Expected 1 argument but got 2: a, b.",
      "client [options] [host]",
    ],
    [["client", "-p"], `${port} missing`, "client [options] [host]"],
    [
      ["client", "-p", "0"],
      `${port} '0' is invalid. Expected a port from 1 to 65535; got "0".`,
      "client [options] [host]",
    ],
    [
      ["server", "-p", "-1"],
      `${port} '-1' is invalid. Expected a port from 0 to 65535; got "-1".`,
      "server [options] [host]",
    ],
    [
      ["server", "--reply", "shout"],
      "option '--reply <mode>' argument 'shout' is invalid. Allowed choices are length, echo, stamp.",
      "server [options] [host]",
    ],
    [
      ["server", "--rate-total", "0"],
      "option '--rate-total <n>' argument '0' is invalid. Expected a number above 0, or \"none\".",
      "server [options] [host]",
    ],
    [
      ["server", "--rate-per-source", ""],
      "option '--rate-per-source <n>' argument '' is invalid. Expected a number above 0, or \"none\".",
      "server [options] [host]",
    ],
    [
      ["server", "--rate-total", "0x10"],
      "option '--rate-total <n>' argument '0x10' is invalid. Expected a number above 0, or \"none\".",
      "server [options] [host]",
    ],
    [
      ["server", "--allow-source-port", "0"],
      `option '--allow-source-port <port>' argument '0' is invalid. Expected a port from 1 to 65535; got "0".`,
      "server [options] [host]",
    ],
    [
      ["client", "--timeout", "5"],
      "option '--timeout <duration>' argument '5' is invalid. Expected a duration with its unit, such as 250us, 10ms, 2s, 5m or 1h.",
      "client [options] [host]",
    ],
    [
      ["client", "--timeout", "0s"],
      "option '--timeout <duration>' argument '0s' is invalid. Expected a duration from 1us to 24h.",
      "client [options] [host]",
    ],
    [
      ["client", "--timeout", "0.5us"],
      "option '--timeout <duration>' argument '0.5us' is invalid. Expected a duration from 1us to 24h.",
      "client [options] [host]",
    ],
    [
      ["client", "--timeout", "25h"],
      "option '--timeout <duration>' argument '25h' is invalid. Expected a duration from 1us to 24h.",
      "client [options] [host]",
    ],
    [
      ["client", "-4", "-6"],
      "option '-4, --ipv4' cannot be used with option '-6, --ipv6'",
      "client [options] [host]",
    ],
  ])("%j", async (argv, message, usage) => {
    expect(await runInMemory(argv)).toEqual({
      code: 2,
      stdout: "",
      stderr: `error: ${message}\nUsage: udp-echo ${usage}\n`,
    });
  });

  test("nothing is said, and nobody can be asked: the help", async () => {
    const { stderr, ...outcome } = await runInMemory([]);
    expect([stderr.split("\n")[0], outcome]).toEqual([
      "Usage: udp-echo [options] [command]",
      { code: 2, stdout: "" },
    ]);
  });
});

describe("exit 1: nothing was sent", () => {
  test.each(["0.0.0.0", "::", "224.0.0.1", "255.255.255.255"])("client %s", async (host) => {
    await using server = await Peer.open();
    expect(await runInMemory(["client", host, "-p", String(server.local.port)])).toEqual({
      code: 1,
      stdout: "",
      stderr: `error: expected the address of one host to ask; ${host} stands for several, and an answer could not be checked\n`,
    });
    // Datagrams on the loopback keep their order.
    await using other = await Peer.open();
    await other.send("the first", server.local);
    expect((await server.next()).from).toEqual(other.local);
  });

  test.each([
    ["a multicast address", ["client", "224.0.0.1"], "UDP_BAD_HOST"],
    ["half an address", ["client", "127.1"], "UDP_BAD_ADDRESS"],
    ["a name that no host has", ["client", UNKNOWN_NAME], "UDP_NAME_NOT_FOUND"],
    ["a group to listen at", ["server", "224.0.0.1"], "UDP_BAD_HOST"],
    ["another host's address", ["server", "198.51.100.7"], "UDP_ADDRESS_NOT_AVAILABLE"],
    ["a payload that is too large", ["client", "--message", "x".repeat(65_508)], "UDP_TOO_LARGE"],
  ])("--json, %s: one document that says so", async (_title, argv, code) => {
    const { stdout, stderr, code: exitCode } = await runInMemory([...argv, "--json"]);
    const document = parse(documentSchemas.error, JSON.parse(stdout));
    expect([exitCode, document.code, stderr]).toEqual([1, code, `error: ${document.message}\n`]);
  });

  test("--json: no answer in time", async () => {
    await using server = await Peer.open();
    const argv = ["client", "-p", String(server.local.port), "--timeout", "10ms", "--json"];
    const { stdout } = await runInMemory(argv);
    expect(parse(documentSchemas.error, JSON.parse(stdout))).toEqual({
      schema: "udp-echo/1",
      kind: "error",
      code: "ECHO_NO_REPLY",
      message: `No reply came from ${formatEndpoint(server.local)}`,
    });
  });
});

describe("what was typed and may drive a terminal", () => {
  /** Clears the screen, sets the title, colours by C1, and turns the direction of the text. */
  const DRIVERS = "\u001b[2J\u001b]0;title\u0007\u009b31m\u202e\u007f\r";

  test.each([
    ["a command", [DRIVERS]],
    ["an option", ["client", `--${DRIVERS}`]],
    ["too much", ["client", DRIVERS, DRIVERS]],
    ["a port", ["client", "-p", DRIVERS]],
    ["a duration", ["client", "--timeout", DRIVERS]],
    ["a rate", ["server", "--rate-total", DRIVERS]],
    ["a choice", ["server", "--reply", DRIVERS]],
    ["an address", ["client", `${DRIVERS}:`]],
    ["a name", ["client", `${DRIVERS}${UNKNOWN_NAME}`]],
    ["a name, with --json", ["client", `${DRIVERS}${UNKNOWN_NAME}`, "--json"]],
    ["a command to complete for", ["complete", DRIVERS]],
  ])("%s: is escaped", async (_title, argv) => {
    const { code, stdout, stderr } = await runInMemory(argv);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/\\(x1b|u001b)\[2J/);
    expect(stdout + stderr).not.toMatch(/[^\P{C}\n]/u);
  });
});

describe("exit 0: a question about the program", () => {
  test.each([
    [["--help"], "Usage: udp-echo [options] [command]"],
    [["help", "server"], "Usage: udp-echo server [options] [host]"],
    [["client", "--help"], "Usage: udp-echo client [options] [host]"],
  ])("%j", async (argv, firstLine) => {
    const { stdout, ...outcome } = await runInMemory(argv);
    expect([stdout.split("\n")[0], outcome]).toEqual([firstLine, { code: 0, stderr: "" }]);
  });

  test("--version", async () => {
    const { version } = await Bun.file(`${import.meta.dir}/../package.json`).json();
    expect(await runInMemory(["--version"])).toEqual({
      code: 0,
      stdout: `${version}\n`,
      stderr: "",
    });
  });
});
