import type { Endpoint } from "@udp/core";
import { formatEndpoint, printable } from "@udp/core";
import type { Rendering } from "@udp/core/cli";
import { counted } from "@udp/core/cli";
import { payloadDocument } from "@udp/core/documents";
import type {
  AnswerDocument,
  IgnoredDocument,
  ListeningDocument,
  RequestDocument,
  SentDocument,
  SummaryDocument,
  WaitingDocument,
} from "../documents.ts";
import { decodeFrame } from "../exchange/frame.ts";
import type { SentLie } from "../lesson/attacker.ts";
import type { Check } from "../lesson/check.ts";
import type { IgnoredAnswer, LessonAnswer } from "../lesson/client.ts";
import type { LessonRequest, LessonServerCounters } from "../lesson/server.ts";

const schema = "udp-attack-sim/1";

export function listening(local: Endpoint, isStalled: boolean): Rendering<ListeningDocument> {
  const manner = isStalled ? ", and never answering" : "";
  return {
    text: () => `Listening at ${formatEndpoint(local)}${manner}`,
    document: () => ({ schema, kind: "listening", local: formatEndpoint(local), isStalled }),
  };
}

export function request({ from, payload, silence }: LessonRequest): Rendering<RequestDocument> {
  const client = formatEndpoint(from);
  const fate = silence === undefined ? "" : ` (not answered: ${silence})`;
  return {
    text: () => `The client at ${client} says ${quoted(payload)}${fate}`,
    document: () => ({
      schema,
      kind: "request",
      client,
      silence: silence ?? null,
      payload: payloadDocument(payload),
    }),
  };
}

export function summary(counters: LessonServerCounters): Rendering<SummaryDocument> {
  const { receivedCount, answeredCount } = counters;
  return {
    text: () => `Received ${counted(receivedCount, "datagram")}: answered ${answeredCount}`,
    document: () => ({ schema, kind: "summary", receivedCount, answeredCount }),
  };
}

interface Waiting {
  readonly local: Endpoint;
  readonly server: Endpoint;
  readonly check: Check;
}

export function waiting({ local, server, check }: Waiting): Rendering<WaitingDocument> {
  return {
    text: () => `The OS assigned me the address ${formatEndpoint(local)}`,
    document: () => ({
      schema,
      kind: "waiting",
      local: formatEndpoint(local),
      server: formatEndpoint(server),
      check,
    }),
  };
}

const REASONS: Readonly<Record<IgnoredAnswer["judgement"], string>> = {
  "wrong-address": "not the address that was asked",
  "wrong-port": "not the port that was asked",
  "wrong-id": "not the id of the question",
  late: "too late",
  duplicate: "answered already",
  malformed: "no readable id",
  "bad-mac": "not authenticated by the key",
  replayed: "believed before",
  stale: "too old",
};

export function ignored({ from, payload, judgement }: IgnoredAnswer): Rendering<IgnoredDocument> {
  return {
    text: () => `Ignored ${quoted(payload)} from ${formatEndpoint(from)}: ${REASONS[judgement]}`,
    document: () => ({
      schema,
      kind: "ignored",
      from: formatEndpoint(from),
      reason: judgement,
      payload: payloadDocument(payload),
    }),
  };
}

export function answer(believed: LessonAnswer): Rendering<AnswerDocument> {
  const { local, server, from, text, isFooled } = believed;
  return {
    text: () => `The server ${formatEndpoint(from)} replied ${quotedText(text)}`,
    document: () => ({
      schema,
      kind: "answer",
      local: formatEndpoint(local),
      server: formatEndpoint(server),
      from: formatEndpoint(from),
      text,
      isFooled,
    }),
  };
}

/** What a client that was fooled had before its eyes. */
export function howItCouldKnow({ server, from }: LessonAnswer): string {
  return `fooled: ${formatEndpoint(server)} was asked, and this came from ${formatEndpoint(from)}; with --check source it is ignored`;
}

export function sent({ from, to, payload }: SentLie): Rendering<SentDocument> {
  return {
    text: () => `Sent ${printable(payload)} to ${formatEndpoint(to)} from ${formatEndpoint(from)}`,
    document: () => ({
      schema,
      kind: "sent",
      from: formatEndpoint(from),
      to: formatEndpoint(to),
      payload: payloadDocument(payload),
    }),
  };
}

/** What a datagram says, behind its header where it has one. */
function quoted(payload: Uint8Array): string {
  const text = decodeFrame(payload)?.text;
  return text === undefined ? printable(payload) : quotedText(text);
}

function quotedText(text: string): string {
  return printable(new TextEncoder().encode(text));
}
