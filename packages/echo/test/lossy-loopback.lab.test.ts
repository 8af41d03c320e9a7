import { expect } from "bun:test";
import { Lab } from "@udp/lab";
import type { Outcome } from "@udp/lab/testing";
import { labTest } from "@udp/lab/testing";
import { parse } from "valibot";
import { documentSchemas } from "../src/documents.ts";
import { listening, UDP_ECHO } from "./udp-echo.ts";

/** UDP payloads of 64 bytes, which noise and probe have. */
const PROBES = ["udp", "length", "72"];
const ONE_IN_FIFTY = ["numgen", "inc", "mod", "50", "==", "0"];

labTest("a loopback that loses datagrams keeps nobody waiting", async () => {
  const { code, stdout } = await probeWhere([...PROBES, ...ONE_IN_FIFTY]);
  const { noise, forward, backward } = parse(documentSchemas.probe, JSON.parse(stdout));
  expect(code).toBe(0);
  expect(noise?.selfRtt.count).toBeWithin(290, 299);
  expect((forward.lostCount ?? 0) + (backward.lostCount ?? 0)).toBeWithin(2, 6);
});

labTest("where every datagram is lost, that is what was measured, and exit 1", async () => {
  const { code, stdout, stderr } = await probeWhere(PROBES);
  const documents = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(documents).toMatchObject([
    { kind: "probe", sentCount: 100, receivedCount: 0, forward: { lostCount: 100 } },
    { kind: "error", code: "ECHO_NO_REPLY" },
  ]);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^error: No reply came from 127\.0\.0\.1:\d+\n$/),
  });
});

/** A host by itself, whose loopback drops what the rule says. */
async function probeWhere(rule: readonly string[]): Promise<Outcome> {
  await using lab = await Lab.open({ nodes: [{ name: "alone", role: "host" }], cables: [] });
  const alone = lab.host("alone");
  await alone.run(["nft", "add", "table", "ip", "lossy"]);
  const chain = "{ type filter hook input priority 0; }";
  await alone.run(["nft", "add", "chain", "ip", "lossy", "input", chain]);
  await alone.run(["nft", "add", "rule", "ip", "lossy", "input", ...rule, "drop"]);
  await using server = await listening(
    await alone.spawn([...UDP_ECHO, "server", "-p", "0", "--quiet"]),
  );
  const argv = ["probe", "-p", String(server.local.port), "-c", "100", "-i", "1ms", "--json"];
  await using probe = await alone.spawn([...UDP_ECHO, ...argv]);
  return await probe.end();
}
