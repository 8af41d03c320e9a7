import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  decodeNtpTimestamp,
  encodeNtpTimestamp,
  estimateStampError,
  nextTurn,
  openBunSocket,
  readStampReply,
  STAMP_BASE_BYTES,
  writeStampRequest,
} from "@udp/core";
import { MessageSocket, readClockStatus, readUnixTimeNs } from "@udp/core/linux";
import { testWhere } from "@udp/lab/testing";
import { parse } from "valibot";
import type { ProbeDocument, SummaryDocument } from "../src/documents.ts";
import { documentSchemas } from "../src/documents.ts";
import type { ServerProcess } from "./udp-echo.ts";
import { runUdpEcho, startServer } from "./udp-echo.ts";

const FEW = ["-c", "20", "-i", "2ms", "--json"];

async function measure(server: ServerProcess, argv: readonly string[]): Promise<ProbeDocument> {
  const port = String(server.local.port);
  const { stdout } = await runUdpEcho(["probe", "-p", port, ...FEW, ...argv]);
  return parse(documentSchemas.probe, JSON.parse(stdout));
}

async function summaryOf(server: ServerProcess): Promise<SummaryDocument> {
  const { stdout } = await server.program.end("SIGINT");
  return parse(documentSchemas.summary, JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? ""));
}

async function withKey(use: (keyFile: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "udp-echo-"));
  try {
    const keyFile = join(folder, "key");
    await Bun.write(keyFile, "sixteen bytes and more");
    await use(keyFile);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const SERVER = ["--reply", "stamp", "--quiet", "--json"];

describe("STAMP", () => {
  test.each([[[]], [["--stateful"]]])("%p: a sender measures with a reflector", async (mode) => {
    await using server = await startServer([...SERVER, ...mode]);
    const document = await measure(server, ["--protocol", "stamp", "--size", "100"]);
    expect(document).toMatchObject({
      protocol: "stamp",
      receivedCount: 20,
      peer: null,
      forward: { lostCount: null, duplicatedCount: null },
      serverProcessing: { count: 20 },
      queueing: { forward: { count: 20, minNs: 0 }, backward: { count: 20, minNs: 0 } },
    });
    expect(await summaryOf(server)).toMatchObject({ receivedCount: 20, repliedCount: 20 });
  });

  test("a reflector is found out where no protocol is named", async () => {
    await using server = await startServer(SERVER);
    expect(await measure(server, [])).toMatchObject({ protocol: "stamp", receivedCount: 20 });
  });

  test("a payload without room for it is no silence, and a key is for nothing else", async () => {
    await using server = await startServer(SERVER);
    const argv = ["probe", "-p", String(server.local.port)];
    expect(await runUdpEcho([...argv, "--size", "40"])).toEqual({
      code: 1,
      stdout: "",
      stderr: `error: 127.0.0.1:${server.local.port} is a session-reflector of STAMP, whose packets have 44 bytes and more; measure with --size 44\n`,
    });
    await withKey(async (keyFile) => {
      expect(await runUdpEcho([...argv, "--key-file", keyFile])).toMatchObject({ code: 2 });
    });
  });

  test("with a key only those are answered who have it", async () => {
    await withKey(async (keyFile) => {
      await using server = await startServer([...SERVER, "--key-file", keyFile]);
      const withIt = ["--protocol", "stamp", "--key-file", keyFile];
      expect(await measure(server, withIt)).toMatchObject({
        receivedCount: 20,
        plan: { payloadBytes: 112 },
      });
      const port = String(server.local.port);
      const argv = ["probe", "-p", port, "--protocol", "stamp", "-c", "2", "--wait", "0s"];
      expect(await runUdpEcho([...argv, "--size", "112"])).toMatchObject({ code: 1, stdout: "" });
      expect((await summaryOf(server)).refusals).toMatchObject({ "wrong-hmac": 2 });
    });
  });

  test("one that has another key is said to answer", async () => {
    await withKey(async (keyFile) => {
      await using server = await openBunSocket({
        local: { address: "127.0.0.1", port: 0 },
        onDatagram: (payload, from, socket) =>
          socket.send(payload.with(111, (payload[111] ?? 0) ^ 1), from),
      });
      const argv = ["probe", "-p", String(server.local.port), "-c", "2", "--wait", "100ms"];
      expect(await runUdpEcho([...argv, "--protocol", "stamp", "--key-file", keyFile])).toEqual({
        code: 1,
        stdout: "",
        stderr: `error: 127.0.0.1:${server.local.port} answers with another key, or with none\n`,
      });
    });
  });

  test("a server of another kind is no reflector", async () => {
    await using server = await startServer(["--quiet"]);
    const port = String(server.local.port);
    const argv = ["probe", "-p", port, "--protocol", "stamp", "-c", "2", "--wait", "100ms"];
    expect(await runUdpEcho(argv)).toMatchObject({
      code: 1,
      stderr: `error: 127.0.0.1:${port} answers, but not with what was sent; --protocol auto finds out what it speaks\n`,
    });
  });
});

testWhere(
  process.platform === "linux" ? undefined : "for Linux",
  "T2 is when the kernel had the request, however late its thread has it",
  async () => {
    await using server = await startServer(SERVER);
    using sender = new MessageSocket({ family: 4 });
    // Where nobody on this machine asked before, the kernel begins a little later.
    let answer: Answer;
    do answer = await answerAfterPause(server, sender);
    while (answer.receivedAtUnixNs > answer.pauseEndedAtUnixNs);
    expect(answer.receivedAtUnixNs).toBeGreaterThanOrEqual(answer.sentAtUnixNs);
    expect(answer.repliedAtUnixNs).toBeGreaterThanOrEqual(answer.pauseEndedAtUnixNs);
  },
);

/** A request to a server that stands still, and what it says of it when it goes on. */
interface Answer {
  readonly sentAtUnixNs: bigint;
  readonly pauseEndedAtUnixNs: bigint;
  readonly receivedAtUnixNs: bigint;
  readonly repliedAtUnixNs: bigint;
}

async function answerAfterPause(server: ServerProcess, sender: MessageSocket): Promise<Answer> {
  const { pid } = server.program;
  process.kill(pid, "SIGSTOP");
  while (!(await isStopped(pid))) await nextTurn();
  const sentAtUnixNs = readUnixTimeNs();
  sender.send(stampRequest(sentAtUnixNs), { to: server.local });
  const pauseEndedAtUnixNs = readUnixTimeNs();
  process.kill(pid, "SIGCONT");
  let message = sender.receive();
  for (; message === undefined; message = sender.receive()) await nextTurn();
  const reply = readStampReply(message.payload);
  if (typeof reply === "string") throw new Error(reply);
  return {
    sentAtUnixNs,
    pauseEndedAtUnixNs,
    receivedAtUnixNs: decodeNtpTimestamp(reply.receiveTimestamp),
    repliedAtUnixNs: decodeNtpTimestamp(reply.timestamp),
  };
}

function stampRequest(sentAtUnixNs: bigint): Uint8Array {
  const packet = new Uint8Array(STAMP_BASE_BYTES.plain);
  const timestamp = encodeNtpTimestamp(sentAtUnixNs);
  const errorEstimate = estimateStampError(readClockStatus());
  writeStampRequest({ sequence: 0, timestamp, errorEstimate, ssid: 0 }, packet);
  return packet;
}

async function isStopped(pid: number): Promise<boolean> {
  const threads = readdirSync(`/proc/${pid}/task`);
  const stats = threads.map((thread) => Bun.file(`/proc/${pid}/task/${thread}/stat`).text());
  return (await Promise.all(stats)).every((stat) => stat.split(") ")[1]?.startsWith("T"));
}
