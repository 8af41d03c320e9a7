import type { Rendering } from "@udp/core/cli";
import { columns, counted } from "@udp/core/cli";
import type { DistributionDocument } from "../probe/delay-document.ts";
import type {
  DirectionDocument,
  LossPlacesDocument,
  PeerDocument,
  RatioDocument,
  UnansweredDocument,
} from "../probe/loss-document.ts";
import type { ProbeDocument } from "../probe/probe-document.ts";
import { inMs } from "./in-ms.ts";
import { toTheSecond } from "./to-the-second.ts";

/** A measurement; its words are made of the document alone, so that a saved one reads the same. */
export function measurement(document: ProbeDocument): Rendering<ProbeDocument> {
  return { text: () => describe(document).join("\n"), document: () => document };
}

function describe(document: ProbeDocument): readonly string[] {
  return [
    heading(document),
    loss(document),
    ...directions(document),
    ...places(document),
    "",
    ...times(document),
    "",
    ...remarks(document),
  ];
}

function heading(document: ProbeDocument): string {
  const { startedAt, target, local, plan, protocol, engine, sentCount, isStopped } = document;
  const what = `${counted(sentCount, "datagram")} of ${plan.payloadBytes} bytes`;
  const end = isStopped ? "; stopped" : "";
  const where = `${toTheSecond(startedAt)} ${target} from ${local}`;
  return `${where}: ${what}${pace(document)} (protocol ${protocol}, engine ${engine}${end})`;
}

function pace({ plan, sentCount }: ProbeDocument): string {
  if (sentCount < 2) return "";
  const burst = plan.burstSize === 1 ? "" : `${plan.burstSize} `;
  const every = plan.schedule === "fixed" ? "every" : "on average every";
  return `, ${burst}${every} ${inMs(plan.intervalNs)} ms`;
}

function loss(document: ProbeDocument): string {
  const { sentCount, receivedCount, unanswered, peer, lateCount } = document;
  const refusedCount = peer?.refusedCount ?? 0;
  const [name, missing] =
    document.loss === null ? ["not answered", unanswered] : ["lost", document.loss];
  const parts = [
    `Answered ${receivedCount} of ${sentCount}`,
    ...(refusedCount === 0 ? [] : [`refused ${refusedCount}`]),
    `${name} ${missing.count}${certainty(missing)}`,
  ];
  // Where datagrams were refused too, runs are not those of losses.
  const runs = refusedCount === 0 ? lossRuns(unanswered) : [];
  return [parts.join(", "), ...runs, ...(lateCount > 0 ? [`late ${lateCount}`] : [])].join("; ");
}

function certainty({ ratio, lowerRatio, upperRatio }: RatioDocument): string {
  if (ratio === null) return "";
  return `: ${percent(ratio)} (95 % certain: ${percent(lowerRatio)} to ${percent(upperRatio)})`;
}

function lossRuns({ longestRunCount, runCount, meanRunCount }: UnansweredDocument): string[] {
  if (longestRunCount < 2) return [];
  const mean = meanRunCount?.toFixed(1);
  return [`longest run ${longestRunCount}, ${counted(runCount, "run")} of ${mean} on average`];
}

function directions({ forward, backward, peer, protocol }: ProbeDocument): readonly string[] {
  if (peer === null) {
    return [
      protocol === "probe"
        ? "The far end did not say what it saw: forward and backward losses cannot be told apart"
        : "Forward and backward losses cannot be told apart: the far end does not count",
    ];
  }
  const row = (name: string, { lostCount, duplicatedCount }: DirectionDocument) => [
    name,
    shown(lostCount),
    shown(duplicatedCount),
  ];
  const rows = [["", "lost", "duplicated"], row("forward", forward), row("backward", backward)];
  return [...columns(rows, "right"), ...refusals(peer)];
}

function refusals({ refusedCount }: PeerDocument): readonly string[] {
  if (refusedCount === 0) return [];
  return [
    `The far end refused to answer ${refusedCount}: its limits, not the path; see --rate-per-source of udp-echo server`,
  ];
}

const PLACES: readonly (readonly [keyof LossPlacesDocument, string])[] = [
  ["ownSendBufferCount", "in this host's full send buffer, and never sent"],
  ["forwardPathCount", "on the way there"],
  ["peerReceiveBufferCount", "in the far end's full receive buffer"],
  ["peerSendBufferCount", "not taken by the far end's system"],
  ["backwardPathCount", "on the way back"],
  ["ownReceiveBufferCount", "in this host's full receive buffer"],
  ["unknownCount", "not known where"],
];

function places({ lossPlaces }: ProbeDocument): readonly string[] {
  const told = PLACES.filter(([place]) => lossPlaces[place] > 0);
  if (told.length === 0) return [];
  return [`Lost: ${told.map(([place, words]) => `${lossPlaces[place]} ${words}`).join(", ")}`];
}

const STATISTICS = [
  ["min", "minNs"],
  ["median", "medianNs"],
  ["mean", "meanNs"],
  ["p90", "p90Ns"],
  ["p95", "p95Ns"],
  ["p99", "p99Ns"],
  ["p99.9", "p999Ns"],
  ["p99.99", "p9999Ns"],
  ["max", "maxNs"],
  ["stddev", "standardDeviationNs"],
  ["MAD", "medianAbsoluteDeviationNs"],
] as const satisfies readonly (readonly [string, keyof DistributionDocument])[];

function times(document: ProbeDocument): readonly string[] {
  const rows: readonly (readonly [string, DistributionDocument | null])[] = [
    ["round trip", document.rtt],
    ["from intended", document.rttFromIntended],
    ["sent late", document.timerError],
    ["send call", document.sendCall],
    ["far end", document.serverProcessing],
    ["queueing forward", document.queueing?.forward ?? null],
    ["queueing backward", document.queueing?.backward ?? null],
    ["one way forward", document.oneWay?.forward ?? null],
    ["one way backward", document.oneWay?.backward ?? null],
    ["IPDV", document.ipdv],
    ["to itself", document.noise?.selfRtt ?? null],
    ["woken late", document.noise?.sleepError ?? null],
  ];
  const cells = rows.flatMap(([name, distribution]) =>
    distribution === null || distribution.count === 0
      ? []
      : [[name, ...STATISTICS.map(([, field]) => timeCell(distribution[field]))]],
  );
  return columns([["ms", ...STATISTICS.map(([name]) => name)], ...cells], "right");
}

function remarks(document: ProbeDocument): readonly string[] {
  const { stamps, jitterNs, lateSendRatio, reordering, receivedCount } = document;
  const strays = Object.entries({
    "from a wrong source": document.wrongSourceCount,
    "of another key": document.wrongHmacCount,
    malformed: document.malformedCount,
    "not known to the far end any more": document.forgottenCount,
    "too large for the path, and never sent": document.tooLargeCount,
  }).filter(([, count]) => count > 0);
  return [
    stamps === "kernel"
      ? "Round trips by the kernel's stamps, at this host"
      : "Round trips by this program's clock, around its calls",
    ...(jitterNs === null ? [] : [`Jitter ${inMs(jitterNs)} ms (RFC 3550, of round trips)`]),
    ...(lateSendRatio === null ? [] : [`Sent more than 0.1 ms late: ${percent(lateSendRatio)}`]),
    ...hopLimits(document),
    ...(reordering.reorderedCount === 0
      ? []
      : [
          `Reordered ${reordering.reorderedCount} of ${receivedCount} (RFC 4737), by up to ${reordering.maxExtent}`,
        ]),
    ...(strays.length === 0
      ? []
      : [`Others: ${strays.map(([name, count]) => `${count} ${name}`).join(", ")}`]),
  ];
}

function hopLimits({ peerHopLimit }: ProbeDocument): readonly string[] {
  if (peerHopLimit === null) return [];
  const { min, max } = peerHopLimit;
  return [
    `TTL left at the far end: ${min === max ? min : `${min} to ${max}, so more than one path`}`,
  ];
}

function timeCell(ns: number | null): string {
  return ns === null ? "–" : inMs(ns);
}

/** To three digits, or to as many as it takes to be less than all. */
function percent(ratio: number | null): string {
  if (ratio === null) return "–";
  for (let digits = 3; ; digits++) {
    const percentage = Number((100 * ratio).toPrecision(digits));
    if (percentage < 100 || ratio >= 1) return `${percentage} %`;
  }
}

function shown(count: number | null): string {
  return count === null ? "–" : String(count);
}
