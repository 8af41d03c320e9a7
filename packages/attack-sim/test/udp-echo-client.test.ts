import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { Peer, RunningProgram } from "@udp/lab/testing";
import { runAttackSim } from "./udp-attack-sim.ts";

const UDP_ECHO = [process.execPath, join(import.meta.dir, "../../echo/src/cli/main.ts")];

/** The client of `@udp/echo` asks a server that stalls; somebody else answers, and then the server. */
async function deceive(...options: readonly string[]): Promise<string> {
  await using server = await Peer.open();
  const argv = ["client", "-p", String(server.local.port), "--quiet", ...options];
  await using client = RunningProgram.start([...UDP_ECHO, ...argv]);
  const { from } = await server.next();
  await runAttackSim("attacker", "--port", String(from.port));
  await server.send("the truth", from);
  return (await client.end()).stdout;
}

describe("the same victim: udp-echo client", () => {
  test("--accept-any is fooled", async () => {
    expect(await deceive("--accept-any")).toMatch(/^The server 127\.0\.0\.1:\d+ replied "fine"\n$/);
  });

  test("otherwise it is not", async () => {
    expect(await deceive()).toMatch(/^The server 127\.0\.0\.1:\d+ replied "the truth"\n$/);
  });
});
