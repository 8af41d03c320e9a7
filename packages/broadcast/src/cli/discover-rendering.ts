import { formatEndpoint, printableText } from "@udp/core";
import type { Rendering } from "@udp/core/cli";
import { columns, counted, describeMs, tally, total } from "@udp/core/cli";
import type { Destination } from "../destination.ts";
import { destinationKey } from "../destination.ts";
import type { DestinationReport, Discovery } from "../discovery.ts";
import type { DiscoveryDocument, PathDocument, ResponderDocument } from "../documents.ts";
import type { FoundResponder } from "../found-responder.ts";
import type { DiscoveryEvent } from "../responder-table.ts";
import { SKIPPED } from "../skip-reasons.ts";

const schema = "udp-broadcast/1";

/** What became of a responder. */
export function responder(event: DiscoveryEvent): Rendering<ResponderDocument> {
  return { text: () => eventText(event), document: () => responderDocument(event) };
}

const HEAD = ["name", "endpoint", "interface", "rtt", "reached by", "info"];

/** A row for each responder. */
export function responderTable(responders: readonly FoundResponder[]): readonly string[] {
  return responders.length === 0 ? [] : columns([HEAD, ...responders.map(cells)], "left");
}

/** What came of it: the responders, where they were not shown as they came, and how they were asked. */
export function discovery(
  found: Discovery,
  { isWatching, droppedLineCount }: { isWatching: boolean; droppedLineCount: number },
): Rendering<DiscoveryDocument> {
  const { responders } = found;
  return {
    text: () =>
      [
        ...(isWatching ? [] : responderTable(responders)),
        ...summaryLines(found),
        ...(droppedLineCount > 0 ? [`Lines left out for a slow reader: ${droppedLineCount}`] : []),
      ].join("\n"),
    document: () => ({
      schema,
      kind: "discovery",
      responderCount: responders.length,
      roundCount: found.roundCount,
      queryCount: found.counters.sentCount,
      paths: found.destinations.map((report) => ({
        ...pathDocument(report.destination),
        sentCount: report.sentCount,
        error: report.error?.code ?? null,
        responderCount: countReached(report, responders),
      })),
      skipped: found.skipped.map(({ interfaceName, reason }) => ({
        interface: interfaceName,
        reason,
      })),
      disbelieved: disbelieved(found),
      droppedLineCount,
    }),
  };
}

function summaryLines(found: Discovery): readonly string[] {
  const { responders, counters, roundCount, destinations, skipped } = found;
  const ways = counted(destinations.length, "way");
  const asked = `asked ${counted(counters.sentCount - counters.unsentCount, "time")}, in ${counted(roundCount, "round")}, by ${ways}`;
  const ignored = disbelieved(found);
  return [
    `${counted(responders.length, "responder")}; ${asked}`,
    ...destinations.flatMap(unreachedLine),
    ...skipped.map(
      ({ interfaceName, reason }) => `Not asked by ${interfaceName}: ${SKIPPED[reason]}`,
    ),
    ...(total(ignored) > 0 ? [`Not believed: ${tally(ignored)}`] : []),
  ];
}

function unreachedLine({
  destination,
  hasReached,
  sentCount,
  error,
}: DestinationReport): readonly string[] {
  if (hasReached || destination.method === "unicast") return [];
  const way = wayOf(destination);
  const reason = sentCount === 0 ? error?.message : undefined;
  return [`Nobody answered by ${way}${reason === undefined ? "" : `: ${reason}`}`];
}

function wayOf({ method, address, interfaceName }: Destination): string {
  return `${method} ${address}${interfaceName === undefined ? "" : ` out of ${interfaceName}`}`;
}

function countReached(
  { destination }: DestinationReport,
  responders: readonly FoundResponder[],
): number {
  const key = destinationKey(destination);
  return responders.filter(({ paths }) => paths.some((path) => destinationKey(path) === key))
    .length;
}

/** Counted by the session, but for what it believed. */
function disbelieved({ counters }: Discovery): DiscoveryDocument["disbelieved"] {
  const { accepted: _accepted, goodbye: _goodbye, ...others } = counters.verdicts;
  return others;
}

const EVENTS: Readonly<Record<DiscoveryEvent["type"], string>> = {
  found: "Found",
  updated: "Changed",
  gone: "Gone",
  expired: "Not heard of any more",
};

function eventText({ type, responder: one }: DiscoveryEvent): string {
  const where = `${printableText(one.name)} at ${formatEndpoint(one.endpoint)}`;
  if (type === "gone" || type === "expired") return `${EVENTS[type]}: ${where}`;
  const { interfaceName = "–", rttMs } = one;
  const rest = [interfaceName, describeMs(rttMs), reachedBy(one), infoText(one)];
  return `${EVENTS[type]}: ${where}, ${rest.filter((part) => part !== "").join(", ")}`;
}

function cells(one: FoundResponder): readonly string[] {
  const { name, endpoint, interfaceName = "–", rttMs } = one;
  return [
    printableText(name),
    formatEndpoint(endpoint),
    interfaceName,
    describeMs(rttMs),
    reachedBy(one),
    infoText(one),
  ];
}

/** Each method once. */
function reachedBy({ paths }: FoundResponder): string {
  return [...new Set(paths.map(({ method }) => method))].join("+");
}

function infoText({ info }: FoundResponder): string {
  return Object.entries(info)
    .map(([key, value]) => `${bare(key)}=${bare(value)}`)
    .join(" ");
}

/** Quoted where it is more than one plain word. */
function bare(text: string): string {
  return /^[\w.:/+-]+$/.test(text) ? text : printableText(text);
}

function responderDocument({ type, responder: one }: DiscoveryEvent): ResponderDocument {
  const { name, endpoint, endpoints, interfaceName, rttMs, paths, ttlSeconds, info } = one;
  return {
    schema,
    kind: "responder",
    event: type,
    name,
    endpoint: formatEndpoint(endpoint),
    endpoints: endpoints.map(formatEndpoint),
    interface: interfaceName ?? null,
    rttMs,
    paths: paths.map(pathDocument),
    ttlSeconds,
    info,
  };
}

function pathDocument({ method, address, interfaceName }: Destination): PathDocument {
  return { method, address, interface: interfaceName ?? null };
}
