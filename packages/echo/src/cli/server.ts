import type { ColorChoice, FamilyFlags, RateFlags, Terminal } from "@udp/core/cli";
import {
  chosenFamily,
  Output,
  ReasonDigest,
  unlessInterrupted,
  whenInterrupted,
} from "@udp/core/cli";
import type { EngineName } from "../engine.ts";
import { probePacketType } from "../probe/packet.ts";
import type { EchoRefusal, ReplyMode } from "../responder.ts";
import type { EchoRequest, EchoServer } from "../server.ts";
import { serveEcho } from "../server.ts";
import { listening, request, summary } from "./render.ts";
import { readStampKey } from "./stamp-key.ts";

/** The options of `udp-echo server` as they were given. */
export interface ServerFlags extends FamilyFlags, RateFlags {
  /** Left out where it is the protocol's own. */
  readonly port: number | undefined;
  readonly reply: ReplyMode;
  readonly keyFile?: string | undefined;
  readonly stateful?: true | undefined;
  readonly peer?: readonly string[] | undefined;
  readonly allowSourcePort?: readonly number[] | undefined;
  readonly trusted?: true | undefined;
  readonly engine: EngineName | "auto";
  readonly workers: number;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly color: ColorChoice;
}

/** Serves until the user, or the system, asks it to stop; then says what was served. */
export async function runServer(
  terminal: Terminal,
  host: string,
  flags: ServerFlags,
): Promise<void> {
  const output = new Output(terminal, flags);
  await using server = await unlessInterrupted(terminal, start(terminal, output, host, flags));
  if (server === undefined) return;
  output.result(listening(server));
  await Promise.race([whenInterrupted(terminal), server.failed]);
  // What its threads have done is known for certain once they have ended.
  await server[Symbol.asyncDispose]();
  output.result(summary(server.counters, output.droppedLineCount + server.untoldCount));
}

async function start(
  { interruption }: Terminal,
  output: Output,
  host: string,
  flags: ServerFlags,
): Promise<EchoServer> {
  return await serveEcho({
    host,
    port: flags.port,
    key: flags.reply === "stamp" ? await readStampKey(flags.keyFile) : undefined,
    isStateful: flags.stateful,
    allowedPeers: flags.peer,
    family: chosenFamily(flags),
    reply: flags.reply,
    ratePerSource: flags.ratePerSource,
    rateTotal: flags.rateTotal,
    allowedSourcePorts: flags.allowSourcePort,
    isTrusted: flags.trusted,
    engine: flags.engine,
    workerCount: flags.workers,
    onRequest: flags.quiet ? undefined : showRequests(output, flags.json),
    signal: interruption,
  });
}

function showRequests(output: Output, json = false): (event: EchoRequest) => void {
  const digest = new ReasonDigest<EchoRefusal>();
  return (event) => {
    const { refusal, payload } = event;
    // Of a measurement its beginning is news, and not every datagram.
    if (refusal === undefined && !json && isPartOfMeasurement(payload)) return;
    const unshownCount = refusal ? digest.admit(refusal, Bun.nanoseconds()) : 0;
    if (unshownCount !== undefined) output.stream(request(event, unshownCount));
  };
}

function isPartOfMeasurement(payload: Uint8Array): boolean {
  const type = probePacketType(payload);
  return type === "hello" || type === "probe" || type === "close";
}
