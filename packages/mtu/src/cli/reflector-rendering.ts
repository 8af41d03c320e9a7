import type { Endpoint } from "@udp/core";
import { formatEndpoint } from "@udp/core";
import type { Rendering } from "@udp/core/cli";
import type { ListeningDocument, RequestDocument, SummaryDocument } from "../documents.ts";
import type { ReflectorRequest } from "../reflector.ts";
import type { AnswerType, ReflectorCounters } from "../reflector-session.ts";

const schema = "udp-mtu/1";

export function listening(local: Endpoint): Rendering<ListeningDocument> {
  return {
    text: () => `Listening at ${formatEndpoint(local)}`,
    document: () => ({ schema, kind: "listening", local: formatEndpoint(local) }),
  };
}

/** @param unshownCount datagrams ignored for the same reason that were not shown before this one. */
export function request(
  { from, payload, answer, ignored }: ReflectorRequest,
  unshownCount: number,
): Rendering<RequestDocument> {
  const client = formatEndpoint(from);
  const payloadBytes = payload.byteLength;
  const others = unshownCount > 0 ? `, as ${unshownCount} before` : "";
  return {
    text: () =>
      ignored === undefined
        ? `The client at ${client} sent ${bytes(payloadBytes)} and got ${outcome(answer)}`
        : `Not answered: ${client} (${ignored}${others}) sent ${bytes(payloadBytes)}`,
    document: () => ({
      schema,
      kind: "request",
      client,
      payloadBytes,
      answer: answer ?? null,
      ignored: ignored ?? null,
      unshownCount,
    }),
  };
}

export function summary(
  counters: ReflectorCounters,
  droppedLineCount: number,
): Rendering<SummaryDocument> {
  const { receivedCount, sent, sizedPayloadBytes, refusedSized, unsentCount } = counters;
  const { refusals, ...others } = counters.ignored;
  const ignored = { ...others, ...refusals };
  const ignoredCount = total(ignored);
  return {
    text: () =>
      [
        `Received ${datagrams(receivedCount)}: answered ${total(sent)}${named(sent)}, ignored ${ignoredCount}${named(ignored)}`,
        ...(sizedPayloadBytes > 0 ? [`Sent back on request: ${bytes(sizedPayloadBytes)}`] : []),
        ...(total(refusedSized) > 0
          ? [`Not sent back on request: ${total(refusedSized)}${named(refusedSized)}`]
          : []),
        ...(unsentCount > 0 ? [`Answers that the system did not take: ${unsentCount}`] : []),
        ...(droppedLineCount > 0 ? [`Lines left out for a slow reader: ${droppedLineCount}`] : []),
      ].join("\n"),
    document: () => ({
      schema,
      kind: "summary",
      receivedCount,
      sent: { ...sent },
      sizedPayloadBytes,
      refusedSized: { ...refusedSized },
      unsentCount,
      ignoredCount,
      ignored,
      droppedLineCount,
    }),
  };
}

const ANSWERS: Readonly<Record<AnswerType, string>> = {
  acknowledgement: "an acknowledgement",
  cookie: "a cookie",
  "sized-datagram": "a sized datagram",
  refusal: "a refusal",
};

function outcome(answer: AnswerType | undefined): string {
  return answer === undefined ? "nothing: the system did not take the answer" : ANSWERS[answer];
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function named(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  return parts.length === 0
    ? ""
    : ` (${parts.map(([name, count]) => `${name} ${count}`).join(", ")})`;
}

function datagrams(count: number): string {
  return count === 1 ? "1 datagram" : `${count} datagrams`;
}

function bytes(count: number): string {
  return count === 1 ? "1 byte" : `${count} bytes`;
}
