import { describe, expect, test } from "bun:test";
import type { Endpoint } from "@udp/core";
import { formatEndpoint, openBunSocket, parseEndpoint } from "@udp/core";
import { runProgram } from "@udp/core/cli";
import { MemoryTerminal } from "@udp/core/testing";
import { labProgram } from "../src/cli/program.ts";
import { RelayPeer } from "./relay-peer.ts";

const LOOPBACK: Endpoint = { address: "127.0.0.1", port: 0 };

/** Runs a command line in this process, to its end. */
async function run(line: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const terminal = new MemoryTerminal();
  const code = await runProgram(labProgram, terminal, line.split(" ").filter(Boolean));
  return { code, stdout: terminal.stdout.text, stderr: terminal.stderr.text };
}

describe("exit 2, and no network: a usage error", () => {
  const count = "Expected a whole number of at least 1.";

  test.each([
    ["pear", "unknown command 'pear'\n(Did you mean pair?)", "[options] [command]"],
    [
      "pair --mtu 12",
      "option '--mtu <bytes>' argument '12' is invalid. MTU: expected a whole number from 68 to 65535; got 12.",
      "pair [options] [program...]",
    ],
    [
      "path --mtus 1500,,1400",
      `option '--mtus <list>' argument '1500,,1400' is invalid. ${count}`,
      "path [options] [program...]",
    ],
    [
      "path --black-hole grey",
      "option '--black-hole <kind>' argument 'grey' is invalid. Allowed choices are none, all, far, layer2.",
      "path [options] [program...]",
    ],
    [
      "path --mtus 1500,1400 --black-hole far",
      "--mtus: expected from 3 to 64 of them with the black hole far; got 2",
      "path [options] [program...]",
    ],
    [
      "lan --hosts 251",
      "--hosts: expected a whole number from 1 to 250; got 251",
      "lan [options] [program...]",
    ],
    [
      "lan --jitter 5ms",
      "--jitter (in ms): expected a number from 0 to 0; got 5",
      "lan [options] [program...]",
    ],
    [
      "nat --mapping 30",
      "option '--mapping <duration>' argument '30' is invalid. Expected a duration with its unit, such as 250us, 10ms, 2s, 5m or 1h.",
      "nat [options] [program...]",
    ],
    [
      "nat --mapping 1500ms",
      "--mapping (in s): expected a whole number from 1 to 86400; got 1.5",
      "nat [options] [program...]",
    ],
    [
      "diamond --mtus 1500",
      "--mtus: expected from 2 to 9 of them; got 1",
      "diamond [options] [program...]",
    ],
    ["diamond --loss 0.1", "unknown option '--loss'", "diamond [options] [program...]"],
    ["multihomed -n", "unknown option '-n'", "multihomed [options] [program...]"],
    [
      "relay 0",
      "command-argument value '0' is invalid for argument 'port'. Expected a port from 1 to 65535; got \"0\".",
      "relay [options] <port>",
    ],
  ])("%s", async (line, message, usage) => {
    expect(await run(line)).toEqual({
      code: 2,
      stdout: "",
      stderr: `error: ${message}\nUsage: lab ${usage}\n`,
    });
  });
});

describe("relay", () => {
  /** A relay command that runs in this process. */
  async function startRelay(
    argv: readonly string[],
  ): Promise<{ terminal: MemoryTerminal; local: Endpoint; end: () => Promise<number> }> {
    const terminal = new MemoryTerminal();
    const code = runProgram(labProgram, terminal, ["relay", ...argv]);
    await terminal.stdout.shown("\n");
    const [, local = ""] = terminal.stdout.text.split(" ");
    const end = (): Promise<number> => {
      terminal.interrupt();
      return code;
    };
    return { terminal, local: parseEndpoint(local), end };
  }

  test("says where, relays until it is interrupted, and says what the link did", async () => {
    await using server = await RelayPeer.open({ local: LOOPBACK, isEcho: true });
    const relay = await startRelay([String(server.local.port), "--duplicate", "1"]);
    const fourCopies = Promise.withResolvers<void>();
    let copyCount = 0;
    await using client = await openBunSocket({
      remote: relay.local,
      onDatagram: () => ++copyCount === 4 && fourCopies.resolve(),
    });
    client.send(Uint8Array.of(7), relay.local);
    await fourCopies.promise;
    expect([await relay.end(), relay.terminal.stderr.text]).toEqual([0, ""]);
    const target = formatEndpoint(server.local);
    expect(relay.terminal.stdout.text.split("\n")).toEqual([
      `Relaying ${formatEndpoint(relay.local)} to ${target}`,
      `clients ~~> ${target}: sent 1, lost 0, overflowed 0, duplicated 1, reordered 0, delivered 2`,
      `clients <~~ ${target}: sent 2, lost 0, overflowed 0, duplicated 2, reordered 0, delivered 4`,
      "",
    ]);
  });

  test("--listen, -6", async () => {
    const first = await startRelay(["7007", "-6"]);
    const port = String(first.local.port);
    await first.end();
    const second = await startRelay(["7007", "-6", "--listen", port]);
    await second.end();
    expect(second.terminal.stdout.text.split("\n")[0]).toBe(`Relaying [::1]:${port} to [::1]:7007`);
  });
});
