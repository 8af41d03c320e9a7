import { describe, expect, test } from "bun:test";
import { formatEndpoint } from "@udp/core";
import { MemoryTerminal } from "@udp/core/testing";
import { parse } from "valibot";
import { documentSchemas } from "../src/documents.ts";
import { discoverPathMtu, serveReflector } from "../src/index.ts";
import { runInMemory } from "./in-memory.ts";
import { documents } from "./udp-mtu.ts";

const UNKNOWN_NAME = "x".repeat(64);

/** What every loopback interface of Linux carries, and what an IPv4 packet can be. */
const LOOPBACK_MTU_BYTES = 65_536;
const MAX_IPV4_PACKET_BYTES = 65_535;

const ON_LOOPBACK = `The kernel believes ${MAX_IPV4_PACKET_BYTES} bytes, from interface lo; \`udp-mtu discover 127.0.0.1\` measures`;

describe("kernel", () => {
  test.each([[["127.0.0.1"]], [["kernel", "127.0.0.1"]], [["-p", "9", "127.0.0.1"]]])(
    "%j: what the original says, and where it is from",
    async (argv) => {
      expect(await runInMemory(argv)).toEqual({
        code: 0,
        stdout: `Alas, the datagram did not make it\nActual MTU: ${MAX_IPV4_PACKET_BYTES}\n${ON_LOOPBACK}\n`,
        stderr: "",
      });
    },
  );

  test("--size: one that passes", async () => {
    expect(await runInMemory(["127.0.0.1", "--size", "65507"])).toEqual({
      code: 0,
      stdout: `The big datagram was sent!\nWhether it arrived nobody has said\n${ON_LOOPBACK}\n`,
      stderr: "",
    });
  });

  test("--quiet: the original's words alone", async () => {
    const { stdout } = await runInMemory(["127.0.0.1", "--quiet", "--size", "65508"]);
    expect(stdout).toBe(
      `Alas, the datagram did not make it\nActual MTU: ${MAX_IPV4_PACKET_BYTES}\n`,
    );
  });

  test("--json, IPv6: one document", async () => {
    const { stdout, ...outcome } = await runInMemory(["::1", "--json"]);
    expect([documents(stdout), outcome]).toEqual([
      [
        {
          schema: "udp-mtu/1",
          kind: "kernel",
          target: "[::1]:1060",
          family: 6,
          payloadBytes: 65_536,
          outcome: "too-large",
          believed: {
            mtuBytes: LOOPBACK_MTU_BYTES,
            origin: "interface",
            interfaceName: "lo",
            interfaceMtuBytes: LOOPBACK_MTU_BYTES,
            ageMs: null,
            expiresInMs: null,
          },
        },
      ],
      { code: 0, stderr: "" },
    ]);
  });
});

describe("reflector", () => {
  test("interrupted before it listens: exit 0, and nothing to say", async () => {
    const terminal = new MemoryTerminal();
    terminal.interrupt();
    const outcome = await runInMemory(["reflector", "-p", "0"], terminal);
    expect(outcome).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("--budget 0: acknowledges, and sends nothing large back", async () => {
    const terminal = new MemoryTerminal();
    const argv = ["reflector", "-p", "0", "--budget", "0", "--json", "--quiet"];
    const served = runInMemory(argv, terminal);
    await terminal.stdout.shown("\n");
    const { local } = parse(documentSchemas.listening, JSON.parse(terminal.stdout.text));
    const port = Number(local.split(":").at(-1));
    const { pathMtuBytes, backwardMtuBytes } = await discoverPathMtu({ host: "127.0.0.1", port });
    terminal.interrupt();
    const { stdout, ...outcome } = await served;
    const last = parse(documentSchemas.summary, JSON.parse(stdout.split("\n")[1] ?? ""));
    expect(last.refusedSized.budget).toBeGreaterThan(0);
    expect([pathMtuBytes, backwardMtuBytes, outcome, last]).toEqual([
      MAX_IPV4_PACKET_BYTES,
      undefined,
      { code: 0, stderr: "" },
      expect.objectContaining({
        kind: "summary",
        sizedPayloadBytes: 0,
        ignoredCount: 0,
      }),
    ]);
  });
});

describe("discover", () => {
  test("--quiet: the verdict and the number", async () => {
    await using reflector = await serveReflector({ port: 0 });
    const { port } = reflector.local;
    expect(await runInMemory(["discover", "127.0.0.1", "-p", `${port}`, "--quiet"])).toEqual({
      code: 0,
      stdout: [
        "Verdict: clean: nothing on the way is narrower than the interface",
        `Path MTU: ${MAX_IPV4_PACKET_BYTES} bytes [the largest IPv4 packet]`,
        `  by the reflector at ${formatEndpoint(reflector.local)}, each way by itself`,
        "",
      ].join("\n"),
      stderr: "",
    });
  });

  test.each([[[]], [["--watch"]]])("%j, interrupted: exit 130", async (argv) => {
    const terminal = new MemoryTerminal();
    terminal.interrupt();
    expect(await runInMemory(["discover", "127.0.0.1", ...argv], terminal)).toEqual({
      code: 130,
      stdout: "",
      stderr: "",
    });
  });

  test("--interval watches: interrupted after a result, exit 0", async () => {
    await using reflector = await serveReflector({ port: 0 });
    const terminal = new MemoryTerminal();
    const port = String(reflector.local.port);
    const argv = ["discover", "127.0.0.1", "-p", port, "--interval", "2s", "--json"];
    const watched = runInMemory(argv, terminal);
    await terminal.stderr.shown("\n");
    terminal.interrupt();
    const { stdout, ...outcome } = await watched;
    expect([documents(stdout), outcome]).toEqual([
      [expect.objectContaining({ kind: "discovery", verdict: "clean" })],
      { code: 0, stderr: "Watching: changes will be printed; Ctrl-C ends\n" },
    ]);
  });
});

describe("exit 2: a usage error", () => {
  const host = "[options] <host>";

  test.each([
    [["--bogus"], "unknown option '--bogus'", `kernel ${host}`],
    [["kernel"], "missing required argument 'host'", `kernel ${host}`],
    [
      ["a", "b"],
      "too many arguments for 'kernel'. Expected 1 argument but got 2: a, b.",
      `kernel ${host}`,
    ],
    [
      ["discover", "a", "-p", "0"],
      `option '-p, --port <port>' argument '0' is invalid. Expected a port from 1 to 65535; got "0".`,
      `discover ${host}`,
    ],
    [
      ["kernel", "a", "--size", "65537"],
      "option '--size <payload-bytes>' argument '65537' is invalid. Expected a whole number from 0 to 65536.",
      `kernel ${host}`,
    ],
    [
      ["trace", "a", "--size", "27"],
      "option '--size <packet-bytes>' argument '27' is invalid. Expected a whole number from 28 to 65575.",
      `trace ${host}`,
    ],
    [
      ["trace", "a", "--max-hops", "0"],
      "option '--max-hops <n>' argument '0' is invalid. Expected a whole number from 1 to 255.",
      `trace ${host}`,
    ],
    [
      ["discover", "a", "--interval", "0.5s"],
      "option '--interval <duration>' argument '0.5s' is invalid. Expected a duration from 1s to 5m.",
      `discover ${host}`,
    ],
    [
      ["reflector", "--budget", "1e6"],
      "option '--budget <bytes>' argument '1e6' is invalid. Expected a whole number from 0 to 9007199254740991.",
      "reflector [options] [host]",
    ],
    [
      ["reflector", "--rate-total", "0"],
      "option '--rate-total <n>' argument '0' is invalid. Expected a number above 0, or \"none\".",
      "reflector [options] [host]",
    ],
    [
      ["discover", "a", "-4", "-6"],
      "option '-4, --ipv4' cannot be used with option '-6, --ipv6'",
      `discover ${host}`,
    ],
  ])("%j", async (argv, message, usage) => {
    expect(await runInMemory(argv)).toEqual({
      code: 2,
      stdout: "",
      stderr: `error: ${message}\nUsage: udp-mtu ${usage}\n`,
    });
  });

  test("nothing is said, and nobody can be asked: the help", async () => {
    const { stderr, ...outcome } = await runInMemory([]);
    expect([stderr.split("\n")[0], outcome]).toEqual([
      "Usage: udp-mtu [options] [command]",
      { code: 2, stdout: "" },
    ]);
  });
});

describe("exit 1: nothing was sent", () => {
  const COMMANDS = ["kernel", "discover", "trace"];

  test.each(COMMANDS)("%s, to several hosts", async (command) => {
    expect(await runInMemory([command, "224.0.0.1"])).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "error: expected the address of one host to ask; 224.0.0.1 stands for several, and an answer could not be checked\n",
    });
  });

  test.each(COMMANDS)("%s, on another system", async (command) => {
    using _system = pretendPlatform("darwin");
    expect(await runInMemory([command, "127.0.0.1"])).toEqual({
      code: 1,
      stdout: "",
      stderr: "error: Unsupported: path MTU discovery needs Linux\n",
    });
  });

  test.each([
    ["half an address", ["127.1"], "UDP_BAD_ADDRESS"],
    ["a name that no host has", ["trace", UNKNOWN_NAME], "UDP_NAME_NOT_FOUND"],
    ["a group to listen at", ["reflector", "224.0.0.1"], "UDP_BAD_HOST"],
    ["another host's address", ["reflector", "198.51.100.7"], "UDP_ADDRESS_NOT_AVAILABLE"],
  ])("--json, %s: one document that says so", async (_title, argv, code) => {
    const { stdout, stderr, code: exitCode } = await runInMemory([...argv, "--json"]);
    const document = parse(documentSchemas.error, JSON.parse(stdout));
    expect([exitCode, document.code, stderr]).toEqual([1, code, `error: ${document.message}\n`]);
  });
});

test("what was typed and may drive a terminal is escaped", async () => {
  const drivers = `\u001b[2J\u009b31m\u202e\r${UNKNOWN_NAME}`;
  for (const argv of [[drivers], ["trace", drivers], ["discover", "--json", drivers]]) {
    const { code, stdout, stderr } = await runInMemory(argv);
    expect([code, /[^\P{C}\n]/u.test(stdout + stderr)]).toEqual([1, false]);
  }
});

describe("exit 0: a question about the program", () => {
  test.each([
    [["--help"], "Usage: udp-mtu [options] [command]"],
    [["help", "trace"], "Usage: udp-mtu trace [options] <host>"],
    [["kernel", "--help"], "Usage: udp-mtu kernel [options] <host>"],
  ])("%j", async (argv, firstLine) => {
    const { stdout, ...outcome } = await runInMemory(argv);
    expect([stdout.split("\n")[0], outcome]).toEqual([firstLine, { code: 0, stderr: "" }]);
  });
});

function pretendPlatform(platform: NodeJS.Platform): Disposable {
  const original = process.platform;
  Object.defineProperty(process, "platform", { value: platform, configurable: true });
  return {
    [Symbol.dispose]: () => {
      Object.defineProperty(process, "platform", { value: original, configurable: true });
    },
  };
}
