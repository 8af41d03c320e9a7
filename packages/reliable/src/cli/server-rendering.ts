import type { Endpoint } from "@udp/core";
import { formatEndpoint, printable } from "@udp/core";
import type { Rendering } from "@udp/core/cli";
import { counted, tally, total } from "@udp/core/cli";
import { payloadDocument } from "@udp/core/documents";
import type { LinkCounters } from "@udp/core/simulation";
import type {
  DropDocument,
  ListeningDocument,
  RequestDocument,
  SummaryDocument,
} from "../documents.ts";
import type { ImpairedSockets } from "../impaired-sockets.ts";
import type { IgnoredDatagram, IncomingRequest, RequestServerCounters } from "../server.ts";

const schema = "udp-reliable/1";

export function listening(local: Endpoint): Rendering<ListeningDocument> {
  return {
    text: () => `Listening at ${formatEndpoint(local)}`,
    document: () => ({ schema, kind: "listening", local: formatEndpoint(local) }),
  };
}

export function dropped({ from, payload }: IncomingRequest): Rendering<DropDocument> {
  const client = formatEndpoint(from);
  return {
    text: () => `Pretending to drop packet from ${client}`,
    document: () => ({ schema, kind: "drop", client, payload: payloadDocument(payload) }),
  };
}

export function request({ from, payload }: IncomingRequest): Rendering<RequestDocument> {
  const client = formatEndpoint(from);
  return {
    text: () => `The client at ${client} says ${printable(payload)}`,
    document: () => ({
      schema,
      kind: "request",
      client,
      ignored: null,
      unshownCount: 0,
      payload: payloadDocument(payload),
    }),
  };
}

/** @param unshownCount datagrams ignored for the same reason that were not shown before this one. */
export function ignored(
  { from, payload, reason }: IgnoredDatagram,
  unshownCount: number,
): Rendering<RequestDocument> {
  const client = formatEndpoint(from);
  const others = unshownCount > 0 ? `, as ${unshownCount} before` : "";
  return {
    text: () => `Not answered: ${client} (${reason}${others}) says ${printable(payload)}`,
    document: () => ({
      schema,
      kind: "request",
      client,
      ignored: reason,
      unshownCount,
      payload: payloadDocument(payload),
    }),
  };
}

/** @param sockets over which the datagrams seemed to arrive. */
export function summary(
  counters: RequestServerCounters,
  { counters: link, heldBackCount }: Pick<ImpairedSockets, "counters" | "heldBackCount">,
  droppedLineCount: number,
): Rendering<SummaryDocument> {
  const { duplicateCount, plainCount, unsentCount } = counters;
  const { refusals, ...faults } = counters.ignored;
  const ignoredCounts = { ...faults, ...refusals };
  const sent = { ...counters.sent, plain: plainCount };
  const executedCount = counters.executedCount + plainCount;
  return {
    text: () =>
      [
        `Received ${counted(link.sent, "datagram")}: pretended to drop ${link.dropped}${doubled(link)}, ignored ${tally(ignoredCounts)}`,
        `Carried out ${counted(executedCount, "request")}${copies(duplicateCount)}`,
        `Sent ${tally(sent)}`,
        ...(heldBackCount > 0 ? [`Held back, and not looked at: ${heldBackCount}`] : []),
        ...(unsentCount > 0 ? [`Answers that the system did not take: ${unsentCount}`] : []),
        ...(droppedLineCount > 0 ? [`Lines left out for a slow reader: ${droppedLineCount}`] : []),
      ].join("\n"),
    document: () => ({
      schema,
      kind: "summary",
      receivedCount: link.sent,
      droppedCount: link.dropped,
      doubledCount: link.duplicated,
      heldBackCount,
      executedCount,
      duplicateCount,
      sent,
      unsentCount,
      ignoredCount: total(ignoredCounts),
      ignored: ignoredCounts,
      droppedLineCount,
    }),
  };
}

function doubled({ duplicated }: LinkCounters): string {
  return duplicated === 0 ? "" : `, to receive ${duplicated} twice`;
}

function copies(count: number): string {
  return count === 0 ? "" : `, and ${counted(count, "more arrival")} of them not again`;
}
