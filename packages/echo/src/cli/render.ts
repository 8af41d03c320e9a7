import type { Endpoint, EphemeralPorts } from "@udp/core";
import { formatEndpoint, portRange, portRangeName, printable } from "@udp/core";
import type { Rendering } from "@udp/core/cli";
import { counted, tally, total } from "@udp/core/cli";
import { payloadDocument } from "@udp/core/documents";
import type { EchoReply, IgnoredReply } from "../client.ts";
import type {
  ListeningDocument,
  ReplyDocument,
  RequestDocument,
  SummaryDocument,
} from "../documents.ts";
import type { EchoCounters } from "../echo-session.ts";
import type { EngineName } from "../engine.ts";
import { probePacketType } from "../probe/packet.ts";
import type { EchoRequest, EchoServer } from "../server.ts";

const schema = "udp-echo/1";

export function listening({
  local,
  engine,
  engineObstacle,
}: Pick<EchoServer, "local" | "engine" | "engineObstacle">): Rendering<ListeningDocument> {
  const hint = engineObstacle === undefined ? "" : ` (${slowerEngine(engine, engineObstacle)})`;
  return {
    text: () => `Listening at ${formatEndpoint(local)}${hint}`,
    document: () => ({
      schema,
      kind: "listening",
      local: formatEndpoint(local),
      engine,
      engineObstacle: engineObstacle ?? null,
    }),
  };
}

/** Which engine runs in place of the one that was expected. */
export function slowerEngine(engine: EngineName, obstacle: string): string {
  return `engine ${engine}, since ${obstacle}`;
}

/** @param unshownCount refusals for the same reason that were not shown before this one. */
export function request(
  { from, payload, refusal }: EchoRequest,
  unshownCount: number,
): Rendering<RequestDocument> {
  const client = formatEndpoint(from);
  const others = unshownCount > 0 ? `, as ${unshownCount} before` : "";
  return {
    text: () =>
      refusal === undefined
        ? `The client at ${client} ${saying(payload)}`
        : `Not answered: ${client} (${refusal}${others}) says ${printable(payload)}`,
    document: () => ({
      schema,
      kind: "request",
      client,
      refusal: refusal ?? null,
      unshownCount,
      payload: payloadDocument(payload),
    }),
  };
}

function saying(payload: Uint8Array): string {
  return probePacketType(payload) === "open" ? "measures" : `says ${printable(payload)}`;
}

export function summary(
  counters: EchoCounters,
  droppedLineCount: number,
): Rendering<SummaryDocument> {
  const { receivedCount, repliedCount, unsentCount, refusals } = counters;
  return {
    text: () =>
      [
        `Received ${counted(receivedCount, "datagram")}: answered ${repliedCount}, refused ${tally(refusals)}`,
        ...(unsentCount > 0 ? [`Replies that the system did not take: ${unsentCount}`] : []),
        ...(droppedLineCount > 0 ? [`Lines left out for a slow reader: ${droppedLineCount}`] : []),
      ].join("\n"),
    document: () => ({
      schema,
      kind: "summary",
      receivedCount,
      repliedCount,
      unsentCount,
      refusedCount: total(refusals),
      refusals: { ...refusals },
      droppedLineCount,
    }),
  };
}

/** What the client knows of its own address, before any answer. */
export function assigned(local: Endpoint, ephemeral: EphemeralPorts | undefined): string {
  const range = `${portRangeName(portRange(local.port))} range`;
  const pool = ephemeral && `; this system draws from ${ephemeral.firstPort}–${ephemeral.lastPort}`;
  return `The OS assigned me the address ${formatEndpoint(local)} (${range}${pool ?? ""})`;
}

export function reply({
  server,
  local,
  from,
  payload,
  rttMs,
  verdictCounts,
}: EchoReply): Rendering<ReplyDocument> {
  return {
    text: () => `The server ${formatEndpoint(from)} replied ${printable(payload)}`,
    document: () => ({
      schema,
      kind: "reply",
      local: formatEndpoint(local),
      server: formatEndpoint(server),
      from: formatEndpoint(from),
      payload: payloadDocument(payload),
      rttMs,
      verdictCounts: { ...verdictCounts },
    }),
  };
}

export function ignored({ from, verdict }: IgnoredReply): string {
  return `Ignored a reply from ${formatEndpoint(from)}: ${IGNORED_BECAUSE[verdict]}`;
}

export function deceived({ from, server }: EchoReply): string {
  return `this answer came from ${formatEndpoint(from)}, and ${formatEndpoint(server)} was asked; without --accept-any it is ignored`;
}

const IGNORED_BECAUSE: Readonly<Record<IgnoredReply["verdict"], string>> = {
  "wrong-address": "not the server I asked",
  "wrong-port": "not the server I asked",
  "wrong-id": "not an answer to this request",
  late: "too late",
  duplicate: "answered already",
  malformed: "not an answer",
};
