import type { Endpoint } from "@udp/core";
import { formatEndpoint } from "@udp/core";
import type { Rendering } from "@udp/core/cli";
import { counted, tally, total } from "@udp/core/cli";
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
        ? `The client at ${client} sent ${counted(payloadBytes, "byte")} and got ${outcome(answer)}`
        : `Not answered: ${client} (${ignored}${others}) sent ${counted(payloadBytes, "byte")}`,
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
  return {
    text: () =>
      [
        `Received ${counted(receivedCount, "datagram")}: answered ${tally(sent)}, ignored ${tally(ignored)}`,
        ...(sizedPayloadBytes > 0
          ? [`Sent back on request: ${counted(sizedPayloadBytes, "byte")}`]
          : []),
        ...(total(refusedSized) > 0 ? [`Not sent back on request: ${tally(refusedSized)}`] : []),
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
      ignoredCount: total(ignored),
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
