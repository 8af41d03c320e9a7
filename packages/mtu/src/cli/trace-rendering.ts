import { formatEndpoint } from "@udp/core";
import type { Rendering } from "@udp/core/cli";
import type { HopDocument, TraceDocument } from "../documents.ts";
import type { TraceHop } from "../hop.ts";
import type { Trace } from "../trace.ts";

export function traceReport(trace: Trace): Rendering<TraceDocument> {
  return {
    text: () => [...trace.hops.map(hopLine), endLine(trace), ...largeLines(trace)].join("\n"),
    document: () => ({
      schema: "udp-mtu/1",
      kind: "trace",
      target: formatEndpoint(trace.target),
      family: trace.family,
      hops: trace.hops.map(hopDocument),
      end: trace.end,
      largePacketBytes: trace.largePacketBytes ?? null,
      vanishingPoint: trace.vanishingPoint ? { ...trace.vanishingPoint } : null,
    }),
  };
}

function hopLine({ hop, addresses, rttsMs, mtuBeyondBytes }: TraceHop): string {
  const number = String(hop).padStart(3);
  if (addresses.length === 0) return `${number}  *`;
  const rtt = rttsMs.length > 0 ? `  ${roundTripTimes(rttsMs)}` : "";
  const mtu = mtuBeyondBytes === undefined ? "" : `  MTU beyond: ${mtuBeyondBytes}`;
  return `${number}  ${addresses.join(", ")}${rtt}${mtu}`;
}

function endLine({ hops, end, target }: Trace): string {
  const count = hops.length === 1 ? "1 hop" : `${hops.length} hops`;
  switch (end) {
    case "reached":
      return `Reached ${target.address} in ${count}`;
    case "unreachable":
      return `The last of ${count} says that ${target.address} cannot be reached`;
    case "silent":
      return `Did not reach ${target.address} in ${count}`;
  }
}

/** What became of the large packets, where there were any. */
function largeLines({ hops, largePacketBytes, vanishingPoint }: Trace): string[] {
  if (largePacketBytes === undefined) return [];
  const packets = `Packets of ${largePacketBytes} bytes`;
  if (vanishingPoint !== undefined) {
    const { afterHop, beforeHop, unansweredCount } = vanishingPoint;
    const last = afterHop === 0 ? "this host" : `hop ${afterHop}`;
    return [
      `${packets} vanish between ${last} and hop ${beforeHop}: ${unansweredCount} sent, none answered`,
    ];
  }
  const passed = hops.findLast((hop) => (hop.answeredPacketBytes ?? 0) >= largePacketBytes);
  return [passed ? `${packets} get as far as hop ${passed.hop}` : `${packets}: nothing is known`];
}

function hopDocument(hop: TraceHop): HopDocument {
  return {
    ...hop,
    answeredPacketBytes: hop.answeredPacketBytes ?? null,
    mtuBeyondBytes: hop.mtuBeyondBytes ?? null,
  };
}

/** The least and the median. */
function roundTripTimes(rttsMs: readonly number[]): string {
  const sorted = rttsMs.toSorted((one, other) => one - other);
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  const high = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return `${(sorted[0] ?? 0).toFixed(2)}/${((low + high) / 2).toFixed(2)} ms`;
}
