import { expect, test } from "bun:test";
import { openBunSocket } from "@udp/core";
import { testWhere } from "@udp/lab/testing";
import { privateNetworkObstacle } from "../src/private-network.ts";
import { SERVER_SCENARIOS } from "../src/servers/catalogue.ts";
import { Correspondent } from "../src/servers/correspondent.ts";
import { ofKind, runAttackSim } from "./udp-attack-sim.ts";

const NAMES = SERVER_SCENARIOS.map(({ name }) => name);

testWhere(
  privateNetworkObstacle(),
  "a careless server falls to each, and ours to none",
  async () => {
    const { code, stdout, stderr } = await runAttackSim("run", ...NAMES, "--json");
    expect([code, stderr]).toEqual([0, ""]);
    const findings = ofKind(stdout, "servers").flatMap((document) => document.findings);
    const figureOf = (scenario: string, server: string): number | null =>
      findings.find((finding) => finding.scenario === scenario && finding.server === server)
        ?.figure ?? null;
    expect(findings.map(({ server, verdict }) => [server, verdict])).toEqual(
      NAMES.flatMap(() => [
        ["naive", "dangerous"],
        ["udp-echo", "safe"],
      ]),
    );
    expect(figureOf("amplification", "naive")).toBeGreaterThan(40);
    expect(figureOf("amplification", "udp-echo")).toBeLessThanOrEqual(3);
    expect(figureOf("loop", "naive")).toBe(1000);
    expect(figureOf("loop", "udp-echo")).toBeLessThanOrEqual(10);
    expect(figureOf("memory", "naive")).toBeGreaterThan(4 * (figureOf("memory", "udp-echo") ?? 0));
  },
);

test.concurrent.each(SERVER_SCENARIOS)(
  "of a server that says nothing nothing is said: $name",
  async (scenario) => {
    await using silent = await Correspondent.open();
    const subject = { endpoint: silent.local, pid: process.pid, question: new Uint8Array(1) };
    expect(await scenario.examine(subject)).toMatchObject({ verdict: "unknown" });
  },
);

test.concurrent("a server that never stops is dangerous, and is not waited for", async () => {
  const flood = new Set<ReturnType<typeof setInterval>>();
  await using server = await openBunSocket({
    local: { address: "127.0.0.1", port: 0 },
    onDatagram: (_payload, from, socket) => {
      flood.add(setInterval(() => socket.send(new Uint8Array(1), from), 10));
    },
  });
  try {
    const subject = { endpoint: server.local, pid: undefined, question: new Uint8Array(1) };
    const [amplification] = SERVER_SCENARIOS.filter(({ name }) => name === "amplification");
    expect(await amplification?.examine(subject)).toMatchObject({ verdict: "dangerous" });
  } finally {
    for (const timer of flood) clearInterval(timer);
  }
});
