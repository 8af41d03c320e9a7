import { describe, expect } from "bun:test";
import { fileURLToPath } from "node:url";
import type { Endpoint } from "@udp/core";
import { formatEndpoint } from "@udp/core";
import { sendForgedDatagram } from "@udp/core/linux";
import { ownAddress, RunningProgram, testWhere } from "@udp/lab/testing";
import { parse } from "valibot";
import type { SummaryDocument } from "../src/documents.ts";
import { documentSchemas } from "../src/documents.ts";
import { askEcho } from "../src/index.ts";
import type { ServerProcess } from "./udp-echo.ts";
import { listening, startServer } from "./udp-echo.ts";

const obstacle = findObstacle();

function findObstacle(): string | undefined {
  if (process.platform !== "linux") return "forged datagrams need a raw socket of Linux";
  return process.getuid?.() === 0 ? undefined : "forged datagrams need root";
}

const PLAIN_ECHO = fileURLToPath(import.meta.resolve("./peers/rfc862-echo.ts"));

/** A loop at the speed of the loopback makes hundreds of turns in the time of so many exchanges. */
const EXCHANGES = 200;

const JSON_ONLY = ["--json", "--quiet"];

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** One datagram to `to` that looks as if `from` had sent it. */
function forge(from: Endpoint, to: Endpoint): void {
  sendForgedDatagram({ source: from, destination: to, payload: bytes("hello") });
}

/** Honest traffic that passes the time, each payload another one; and shows that the server lives. */
async function passTime({ local }: ServerProcess): Promise<void> {
  for (let index = 0; index < EXCHANGES; index++) {
    const { address: host, port } = local;
    await askEcho({ host, port, payload: bytes(`exchange ${index}`) });
  }
}

/** Ends the server and reads what it did; the honest exchanges of {@link passTime} are left out. */
async function strangeTraffic({ program }: ServerProcess): Promise<SummaryDocument> {
  const { stdout } = await program.end("SIGINT");
  const document = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
  const summary = parse(documentSchemas.summary, document);
  return {
    ...summary,
    receivedCount: summary.receivedCount - EXCHANGES,
    repliedCount: summary.repliedCount - EXCHANGES,
  };
}

/** Two servers, one forged datagram between them, and what each did about it. */
async function setAgainstEachOther(
  one: ServerProcess,
  other: ServerProcess,
): Promise<[SummaryDocument, SummaryDocument]> {
  forge(one.local, other.local);
  await passTime(one);
  await passTime(other);
  return [await strangeTraffic(one), await strangeTraffic(other)];
}

describe("one forged datagram between two servers", () => {
  testWhere(obstacle, "length, any ports: the first answer is the last", async () => {
    await using one = await startServer(["127.0.0.1", ...JSON_ONLY]);
    await using other = await startServer(["127.0.0.2", ...JSON_ONLY]);
    const [first, second] = await setAgainstEachOther(one, other);
    expect([second.receivedCount, second.repliedCount]).toEqual([1, 1]);
    expect([first.receivedCount, first.repliedCount]).toEqual([1, 0]);
    expect(first.refusals).toMatchObject({ "own-reply": 1 });
  });

  testWhere(obstacle, "echo, the default port: there is no answer", async () => {
    const argv = ["-p", "1060", "--reply", "echo", ...JSON_ONLY];
    await using one = await startServer([ownAddress(0), ...argv]);
    await using other = await startServer([ownAddress(1), ...argv]);
    const [first, second] = await setAgainstEachOther(one, other);
    expect([second.receivedCount, second.repliedCount]).toEqual([1, 0]);
    expect(second.refusals).toMatchObject({ "source-port": 1 });
    expect(first.receivedCount).toBe(0);
  });

  testWhere(obstacle, "echo, unusual ports: cut within 1,000", async () => {
    await using one = await startServer(["127.0.0.1", "--reply", "echo", ...JSON_ONLY]);
    await using other = await startServer(["127.0.0.2", "--reply", "echo", ...JSON_ONLY]);
    const [first, second] = await setAgainstEachOther(one, other);
    expect(first.receivedCount + second.receivedCount).toBeLessThan(1000);
    // There was one datagram on its way, so one refusal is the end.
    expect(first.refusals.loop + second.refusals.loop).toBe(1);
  });

  testWhere(obstacle, "echo, unusual ports, --trusted: goes on", async () => {
    const argv = ["--reply", "echo", "--trusted"];
    await using one = await startServer(["127.0.0.1", ...argv, "--quiet"]);
    await using other = await startServer(["127.0.0.2", ...argv]);
    forge(one.local, other.local);
    const lines = new Set<string>();
    for (let turn = 0; turn < 3000; turn++) lines.add(await other.program.nextLine());
    expect([...lines]).toEqual([`The client at ${formatEndpoint(one.local)} says "hello"`]);
    const outcomes = [await one.program.end("SIGINT"), await other.program.end("SIGINT")];
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0]);
  });
});

describe("one forged datagram between a server and a plain RFC 862 echo", () => {
  testWhere(obstacle, "to the echo: what it sends is answered once", async () => {
    await using server = await startServer(["127.0.0.1", ...JSON_ONLY]);
    await using plain = await startPlainEcho("127.0.0.2");
    forge(server.local, plain.local);
    await passTime(plain);
    await passTime(server);
    const { receivedCount, repliedCount, refusals } = await strangeTraffic(server);
    expect([receivedCount, repliedCount, refusals["own-reply"]]).toEqual([2, 1, 1]);
  });

  testWhere(obstacle, "to the server: the same", async () => {
    await using server = await startServer(["127.0.0.1", ...JSON_ONLY]);
    await using plain = await startPlainEcho("127.0.0.2");
    forge(plain.local, server.local);
    await passTime(plain);
    await passTime(server);
    const { receivedCount, repliedCount, refusals } = await strangeTraffic(server);
    expect([receivedCount, repliedCount, refusals["own-reply"]]).toEqual([2, 1, 1]);
  });
});

function startPlainEcho(address: string): Promise<ServerProcess> {
  return listening(RunningProgram.start([process.execPath, PLAIN_ECHO, address]));
}
