import { expect, test } from "bun:test";
import type { LabHost } from "@udp/lab";
import { createPair } from "@udp/lab";
import type { Arrival } from "@udp/lab/testing";
import { labTest, Peer } from "@udp/lab/testing";
import { parse } from "valibot";
import type { LossPlacesDocument, ProbeDocument } from "../src/documents.ts";
import { documentSchemas } from "../src/documents.ts";
import { probe, reportOf } from "../src/index.ts";
import { listening, startServer, startUdpEcho, UDP_ECHO } from "./udp-echo.ts";

const ON_LINUX = process.platform === "linux";
const UNLIMITED = ["--quiet", "--rate-per-source", "none", "--rate-total", "none"];

/** The engine linux waits for room for a while before it gives replies up. */
const BY_BUN = ["--engine", "portable"];

/** Where something was lost, without the places where nothing was. */
function placesOf({ lossPlaces }: { lossPlaces: LossPlacesDocument }): unknown {
  return Object.fromEntries(Object.entries(lossPlaces).filter(([, count]) => count !== 0));
}

labTest("this host's send buffer is full: datagrams never left", async () => {
  const { sentCount, unsentCount, receivedCount, ...document } = await probeOver("a");
  expect([placesOf(document), receivedCount]).toEqual([
    { ownSendBufferCount: unsentCount },
    sentCount,
  ]);
});

labTest("the far end's send buffer is full: replies never left", async () => {
  const { backward, ...document } = await probeOver("b");
  expect(placesOf(document)).toEqual({ peerSendBufferCount: backward.lostCount });
});

/** Between two hosts, of which one has a slow interface. */
async function probeOver(slow: "a" | "b"): Promise<ProbeDocument> {
  await using lab = await createPair();
  await makeSlow(lab.host(slow));
  await using server = await listening(
    await lab
      .host("b")
      .spawn([...UDP_ECHO, "server", "0.0.0.0", "-p", "0", ...UNLIMITED, ...BY_BUN]),
  );
  const argv = [...UDP_ECHO, "probe", lab.host("b").ipv4, "-p", String(server.local.port)];
  const shape = ["-c", "400", "-i", "200us", "--size", "1400", "--json"];
  const { stdout } = await lab.host("a").run([...argv, ...shape]);
  return parse(documentSchemas.probe, JSON.parse(stdout));
}

async function makeSlow(host: LabHost): Promise<void> {
  const add = ["tc", "qdisc", "add", "dev", "e0", "root"];
  await host.run([...add, "tbf", "rate", "20mbit", "burst", "5kb", "limit", "3mb"]);
}

test.skipIf(!ON_LINUX)("the far end's receive buffer is full", async () => {
  const count = 400;
  await using server = await startServer(UNLIMITED);
  const { pid } = server.program;
  const result = await probe({
    port: server.local.port,
    count,
    intervalMs: 0.7,
    payloadBytes: 60_000,
    onProgress: ({ sentCount }) => process.kill(pid, sentCount < count ? "SIGSTOP" : "SIGCONT"),
  });
  expect(placesOf(reportOf(result))).toEqual({ peerReceiveBufferCount: result.forward.lostCount });
});

test.skipIf(!ON_LINUX)("this host's receive buffer is full", async () => {
  const replyCount = 300;
  await using peer = await Peer.open();
  const argv = ["probe", "-p", String(peer.local.port), "--protocol", "echo"];
  await using probing = startUdpEcho([
    ...argv,
    "-c",
    "1000000",
    "-i",
    "1ms",
    "--size",
    "60000",
    "--json",
  ]);
  const arrivals: Arrival[] = [];
  while (arrivals.length < replyCount) arrivals.push(await peer.next());
  process.kill(probing.pid, "SIGSTOP");
  for (const { payload, from } of arrivals) await peer.send(payload, from);
  process.kill(probing.pid, "SIGCONT");
  const { stdout } = await probing.end("SIGINT");
  const document = parse(documentSchemas.probe, JSON.parse(stdout));
  const { sentCount, receivedCount, lossPlaces } = document;
  expect(receivedCount).toBeLessThan(replyCount);
  expect(lossPlaces).toEqual({
    ownSendBufferCount: 0,
    forwardPathCount: 0,
    peerReceiveBufferCount: 0,
    peerSendBufferCount: 0,
    backwardPathCount: 0,
    ownReceiveBufferCount: replyCount - receivedCount,
    unknownCount: sentCount - replyCount,
  });
});
