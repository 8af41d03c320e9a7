import { expect } from "bun:test";
import { Lab } from "@udp/lab";
import { labTest } from "@udp/lab/testing";
import { parse } from "valibot";
import { documentSchemas } from "../src/documents.ts";
import { listening, UDP_ECHO } from "./udp-echo.ts";

/** Of UDP payloads of 64 bytes, which noise and probe have. */
const LOSE_ONE_IN_FIFTY = ["udp", "length", "72", "numgen", "inc", "mod", "50", "==", "0", "drop"];

labTest("a loopback that loses datagrams keeps nobody waiting", async () => {
  await using lab = await Lab.open({ nodes: [{ name: "alone", role: "host" }], cables: [] });
  const alone = lab.host("alone");
  await alone.run(["nft", "add", "table", "ip", "lossy"]);
  const chain = "{ type filter hook input priority 0; }";
  await alone.run(["nft", "add", "chain", "ip", "lossy", "input", chain]);
  await alone.run(["nft", "add", "rule", "ip", "lossy", "input", ...LOSE_ONE_IN_FIFTY]);
  await using server = await listening(
    await alone.spawn([...UDP_ECHO, "server", "-p", "0", "--quiet"]),
  );
  const argv = ["probe", "-p", String(server.local.port), "-c", "100", "-i", "1ms", "--json"];
  const { stdout } = await alone.run([...UDP_ECHO, ...argv]);
  const { noise, forward, backward } = parse(documentSchemas.probe, JSON.parse(stdout));
  expect(noise?.selfRtt.count).toBeWithin(290, 299);
  expect((forward.lostCount ?? 0) + (backward.lostCount ?? 0)).toBeWithin(2, 6);
});
