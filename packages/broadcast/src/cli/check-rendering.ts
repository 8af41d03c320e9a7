import type { Rendering } from "@udp/core/cli";
import { columns, counted } from "@udp/core/cli";
import type { PathCheck } from "../check.ts";
import type { CheckDocument } from "../documents.ts";
import type { CheckedPath, CheckReason } from "../path-check.ts";
import { SKIPPED } from "../skip-reasons.ts";

/** A line for each way. */
export function truthTable({ paths, responderCount }: PathCheck): Rendering<CheckDocument> {
  return {
    text: () =>
      [
        ...columns([HEAD, ...rows(paths)], "left"),
        `${counted(responderCount, "responder")} on other hosts answered`,
      ].join("\n"),
    document: () => ({
      schema: "udp-broadcast/1",
      kind: "check",
      responderCount,
      paths: paths.map((path) => ({
        method: path.method,
        address: path.address ?? null,
        interface: path.interfaceName ?? null,
        works: path.reason === undefined,
        responderCount: path.responderCount,
        reason: path.reason ?? null,
      })),
    }),
  };
}

/** Whether there are ways of IPv6, and nothing is known but that nobody answered by any. */
export function isDeafToIpv6({ paths }: PathCheck): boolean {
  const ways = paths.filter(
    ({ address, reason }) => address?.includes(":") && !(reason !== undefined && reason in SKIPPED),
  );
  return ways.length > 0 && ways.every(({ reason }) => reason === "unknown");
}

const HEAD = ["interface", "method", "to", "works", "answered", "why not"];

const REASONS: Readonly<Record<CheckReason, string>> = {
  ...SKIPPED,
  "no-route": "no route leads there",
  "so-broadcast": "the socket lacks SO_BROADCAST",
  "reverse-path-filter": "the reverse-path filter of this host throws the answers away",
  "not-joined": "those who are there have not joined the group",
  unknown: "unknown",
};

/** An interface all of whose ways are closed for the same reason has one line. */
function rows(paths: readonly CheckedPath[]): readonly (readonly string[])[] {
  const byInterface = Map.groupBy(paths, ({ interfaceName }) => interfaceName);
  return [...byInterface].flatMap(([name = "by routes", ways]) => {
    const [first] = ways;
    const reason = first?.reason;
    const isClosed = reason !== undefined && reason in SKIPPED;
    return isClosed && ways.every((way) => way.reason === reason)
      ? [[name, "any", "–", "no", "", REASONS[reason]]]
      : ways.map((way) => [name, ...cells(way)]);
  });
}

function cells({ method, address, responderCount, reason }: CheckedPath): readonly string[] {
  const [works, why] = reason === undefined ? ["yes", ""] : ["no", REASONS[reason]];
  return [method, address ?? "–", works, String(responderCount), why];
}
