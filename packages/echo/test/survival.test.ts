import { describe, expect } from "bun:test";
import type { Endpoint, Random } from "@udp/core";
import { seededRandom } from "@udp/core";
import { Peer, testWhere } from "@udp/lab/testing";
import { parse } from "valibot";
import type { SummaryDocument } from "../src/documents.ts";
import { documentSchemas } from "../src/documents.ts";
import { askEcho } from "../src/index.ts";
import { PacedClient } from "./paced-client.ts";
import { randomWindows } from "./random-payloads.ts";
import { residentBytes } from "./resident-bytes.ts";
import type { ServerProcess } from "./udp-echo.ts";
import { startServer } from "./udp-echo.ts";

const WARM_UP_DATAGRAMS = 20_000;
/** The long verification asks for more. */
const DATAGRAMS = Number(Bun.env.SURVIVAL_DATAGRAMS ?? 50_000);
/**
 * One client sends no more: empty datagrams come among random ones, and the same payload from the
 * same endpoint more than 256 times is a loop to the server.
 */
const DATAGRAMS_PER_CLIENT = 100_000;
const HASTY_CLIENTS = 1000;
/** So many of them come at once; then the server is given the time to take them all. */
const HASTY_CROWD = 50;
const QUESTION = new TextEncoder().encode("Are you still there?");

const MAX_GROWTH_BYTES = 20_000_000;
const TIMEOUT_MS = 60_000 + DATAGRAMS;

const obstacle = process.platform === "linux" ? undefined : "memory is read from /proc";

describe("a server that random datagrams and hasty clients have come to", () => {
  testWhere(
    obstacle,
    "--quiet: still answers, and has not grown",
    survive(["--quiet"], false),
    TIMEOUT_MS,
  );

  testWhere(obstacle, "with nobody reading its output: the same", survive([], true), TIMEOUT_MS);
});

function survive(argv: readonly string[], leavesLinesOut: boolean): () => Promise<void> {
  return async () => {
    await using server = await startServer(["--json", ...argv]);
    const growthBytes = await withstand(server);
    const { address: host, port } = server.local;
    const { payload } = await askEcho({ host, port, payload: QUESTION });
    const { receivedCount, repliedCount, droppedLineCount } = await endAndSummarise(server);
    const crowds = HASTY_CLIENTS / HASTY_CROWD;
    const expectedCount = WARM_UP_DATAGRAMS + DATAGRAMS + HASTY_CLIENTS + crowds + 1;
    expect({
      answer: new TextDecoder().decode(payload),
      receivedCount,
      repliedCount,
      leavesLinesOut: droppedLineCount > 0,
    }).toEqual({
      answer: "Your data was 20 bytes long",
      receivedCount: expectedCount,
      repliedCount: expectedCount,
      leavesLinesOut,
    });
    expect(growthBytes).toBeLessThan(MAX_GROWTH_BYTES);
  };
}

/** What that costs the server in resident memory. */
async function withstand({ local, program }: ServerProcess): Promise<number> {
  const random = seededRandom(1060);
  await flood(local, WARM_UP_DATAGRAMS, random);
  const beforeBytes = await residentBytes(program.pid);
  for (let left = DATAGRAMS; left > 0; left -= DATAGRAMS_PER_CLIENT) {
    await flood(local, Math.min(left, DATAGRAMS_PER_CLIENT), random);
  }
  await using client = await PacedClient.open(local);
  for (let count = 1; count <= HASTY_CLIENTS; count++) {
    await using hasty = await Peer.open();
    await hasty.send(`I am number ${count} and gone`, local);
    if (count % HASTY_CROWD === 0) await client.exchange([QUESTION]);
  }
  return (await residentBytes(program.pid)) - beforeBytes;
}

async function flood(server: Endpoint, count: number, random: Random): Promise<void> {
  await using client = await PacedClient.open(server);
  for (const window of randomWindows(count, random)) await client.exchange(window);
}

async function endAndSummarise({ program }: ServerProcess): Promise<SummaryDocument> {
  const { stdout } = await program.end("SIGINT");
  return parse(documentSchemas.summary, JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? ""));
}
