import { formatEndpoint, nsToMs, printableLine } from "@udp/core";
import type { Rendering } from "@udp/core/cli";
import type { Advice, AdviceSetting } from "../advice.ts";
import { adviceFor } from "../advice.ts";
import type { Discovery } from "../discover.ts";
import type { DiscoveryDocument, WayDocument } from "../documents.ts";
import { lossRatio } from "../loss-estimate.ts";
import { describePacketBytes } from "../packet-size.ts";
import type { SearchOutcome } from "../search.ts";
import type { TooBigReport } from "../too-big-reports.ts";
import type { BlackHoleKind, PtbLie, Verdict } from "../verdict.ts";
import { beliefDocument, origin } from "./kernel-rendering.ts";
import { describeObstacle } from "./obstacle-words.ts";

/** The verdict and the number. */
export function discoveryReport(
  discovery: Discovery,
  measuredAt: Date,
): Rendering<DiscoveryDocument> {
  return {
    text: () => [verdictLine(discovery), ...pathMtuLines(discovery)].join("\n"),
    document: () => discoveryDocument(discovery, measuredAt),
  };
}

/** How that is known, what it took and what it means: one line for each. */
export function discoveryDetails(discovery: Discovery): string {
  const { forward, believed, family } = discovery;
  const rows: readonly Row[] = [
    ["there", describeForward(discovery)],
    ...sizeRows(forward),
    ...backwardRows(discovery),
    ...discovery.packetsTooBig.map((packet) => ["heard", describeTooBig(packet)] as const),
    ...discovery.obstacles.map((one) => ["heard", describeObstacle(one, family)] as const),
    ...fragmentRows(discovery),
    ["believed", `${believed.kernelMtuBytes} bytes, by the kernel ${origin(believed)}`],
    ["took", describeCost(discovery)],
  ];
  const lines = rows.map(([name, text]) => `  ${name.padEnd(ROW_NAME_WIDTH)}  ${text}`);
  return [...lines, ...adviceLines(discovery)].join("\n");
}

type Row = readonly [name: string, text: string];

function verdictLine(discovery: Discovery): string {
  const { verdict, blackHole, ptbLie } = discovery;
  const meaning =
    (verdict === "black-hole" && blackHole && BLACK_HOLES[blackHole]) ||
    (verdict === "ptb-lies" && ptbLie && PTB_LIES[ptbLie]) ||
    (verdict === "not-measurable" && whyNotMeasurable(discovery)) ||
    MEANINGS[verdict];
  return `Verdict: ${verdict}: ${meaning}`;
}

function whyNotMeasurable({ farEnd, pathMtuBytes, obstacles, family }: Discovery): string {
  if (pathMtuBytes !== undefined) return "so much is lost that what is larger may only be lost too";
  if (farEnd !== undefined) return "the far end answered once and then no more";
  const [obstacle] = obstacles;
  return obstacle === undefined ? "nothing answered" : describeObstacle(obstacle, family);
}

/** Nothing where there is no number. */
function pathMtuLines(discovery: Discovery): string[] {
  const { pathMtuBytes, backwardMtuBytes, forward } = discovery;
  if (pathMtuBytes === undefined) return [];
  const known = describePacketBytes(pathMtuBytes);
  const number = `${forward.isExact ? "" : "at least "}${pathMtuBytes} bytes`;
  const meaning = known === undefined ? "" : ` [${known}]`;
  const isOtherBack = backwardMtuBytes !== undefined && backwardMtuBytes !== pathMtuBytes;
  const atLeast = discovery.backward?.isExact ? "" : "at least ";
  const back = isOtherBack ? `, back ${atLeast}${backwardMtuBytes} bytes` : "";
  return [`Path MTU: ${number}${meaning}${back}`, ...sourceLines(discovery)];
}

function sourceLines({ farEnd, target, backward }: Discovery): string[] {
  const endpoint = formatEndpoint(target);
  switch (farEnd) {
    case "reflector":
      return [
        `  by the reflector at ${endpoint}, ${backward ? "each way by itself" : "the way there alone"}`,
      ];
    case "echo":
      return [
        `  by the echo server at ${endpoint}, there and back together: the narrower way, unless the echo was cut`,
      ];
    case "closed-port":
      return [`  by the closed port ${endpoint}, the way there alone`];
    case undefined:
      return [];
  }
}

function describeForward(discovery: Discovery): string {
  const { forward, believed } = discovery;
  const interfaceName = printableLine(believed.interfaceName);
  return describeWay(forward, `the most that interface ${interfaceName} takes`);
}

function backwardRows({ backward, isBackwardCutShort }: Discovery): readonly Row[] {
  const stopped = "the reflector has sent what it may, and stopped";
  if (backward === undefined) return isBackwardCutShort ? [["back", stopped]] : [];
  const found = describeWay(backward, "the most that could be asked for");
  const text = isBackwardCutShort && !backward.isExact ? `${found}; ${stopped}` : found;
  return [["back", text], ...sizeRows(backward)];
}

function describeWay(way: SearchOutcome, maximum: string): string {
  const { pathMtuBytes, refutedBytes, limitedBy, errorProbability } = way;
  if (pathMtuBytes === undefined) return "nothing arrived";
  const arrived = `${pathMtuBytes} bytes arrived`;
  if (limitedBy === "maximum") return `${arrived}, ${maximum}`;
  if (refutedBytes === undefined) return `${arrived}, larger ones were not decided`;
  return `${arrived}, ${refutedBytes} did not (by chance: ${describeChance(errorProbability)})`;
}

function describeChance(probability: number): string {
  return probability >= 0.5
    ? "likely"
    : `1 in ${Math.round(1 / probability).toLocaleString("en-US")}`;
}

function describeTooBig({ from, mtuBytes, quotedBytes, count, claim }: TooBigReport): string {
  const times = count === 1 ? "once" : `${count} times`;
  const most = claim === "unstated" ? "no number" : `${mtuBytes} bytes at most`;
  return `Packet Too Big from ${from}, ${times}: ${most}; the smallest that drew it had ${quotedBytes}`;
}

function sizeRows({ sizes }: SearchOutcome): readonly Row[] {
  if (sizes.length === 0) return [];
  const tried = sizes.map(({ bytes, acknowledgedCount, sentCount }) => {
    return `${bytes} ${acknowledgedCount}/${sentCount}`;
  });
  return [["sizes", `${tried.join(", ")} (arrived/sent)`]];
}

function fragmentRows({ doFragmentsArrive, doRoutersFragment }: Discovery): readonly Row[] {
  if (doFragmentsArrive === undefined) return [];
  if (!doFragmentsArrive) return [["fragments", "do not arrive"]];
  return [["fragments", doRoutersFragment ? "arrive, and routers make them" : "arrive"]];
}

function describeCost(discovery: Discovery): string {
  const { probes, roundTrips } = costOf(discovery);
  const { forward } = discovery;
  const { rttNs } = forward;
  const rtt = rttNs === undefined ? "" : ` of ${nsToMs(rttNs).toFixed(2)} ms`;
  const { arrivedCount, lostCount } = forward.loss;
  const passCount = arrivedCount + lostCount;
  const loss =
    lostCount === 0 ? "" : `; of ${passCount} that pass, ${lostCount} went unanswered in time`;
  return `${count(probes, "probe")} in ${count(roundTrips, "round trip")}${rtt}${loss}`;
}

function count(value: number, noun: string): string {
  return value === 1 ? `1 ${noun}` : `${value} ${noun}s`;
}

/** Of both ways, and of the packets that were to be cut. */
function costOf(discovery: Discovery): Pick<DiscoveryDocument, "probes" | "roundTrips"> {
  const { forward, backward, fragmentProbeCount, fragmentRoundTripCount } = discovery;
  return {
    probes: forward.probeCount + (backward?.probeCount ?? 0) + fragmentProbeCount,
    roundTrips: forward.roundTripCount + (backward?.roundTripCount ?? 0) + fragmentRoundTripCount,
  };
}

/** For what is sent and comes back, the narrower way decides. */
function adviceOf(discovery: Discovery): readonly Advice[] {
  const { pathMtuBytes, backwardMtuBytes = Number.POSITIVE_INFINITY, family } = discovery;
  if (pathMtuBytes === undefined) return [];
  return adviceFor(Math.min(pathMtuBytes, backwardMtuBytes), family);
}

function adviceLines(discovery: Discovery): string[] {
  const rows = adviceOf(discovery).map(({ setting, bytes, reason }) => {
    const value = String(bytes ?? "none").padStart(5);
    return `  ${SETTINGS[setting].padEnd(SETTING_WIDTH)}  ${value}  ${reason}`;
  });
  return rows.length > 0 ? ["At most, over this path:", ...rows] : [];
}

function discoveryDocument(discovery: Discovery, measuredAt: Date): DiscoveryDocument {
  const { forward, backward } = discovery;
  return {
    schema: "udp-mtu/1",
    kind: "discovery",
    measuredAt: measuredAt.toISOString(),
    target: formatEndpoint(discovery.target),
    family: discovery.family,
    verdict: discovery.verdict,
    blackHole: discovery.blackHole ?? null,
    ptbLie: discovery.ptbLie ?? null,
    pathMtuBytes: discovery.pathMtuBytes ?? null,
    backwardMtuBytes: discovery.backwardMtuBytes ?? null,
    ...costOf(discovery),
    rttMs: forward.rttNs === undefined ? null : nsToMs(forward.rttNs),
    witnesses: {
      farEnd: discovery.farEnd ?? null,
      forward: wayDocument(forward),
      backward: backward ? wayDocument(backward) : null,
      isBackwardCutShort: discovery.isBackwardCutShort,
      packetsTooBig: discovery.packetsTooBig.map((packet) => ({
        ...packet,
        from: packet.from ?? null,
      })),
      obstacles: discovery.obstacles.map(({ from, icmp, reason, count }) => ({
        from: from ?? null,
        icmp: icmp ?? null,
        reason,
        count,
      })),
      doFragmentsArrive: discovery.doFragmentsArrive ?? null,
      doRoutersFragment: discovery.doRoutersFragment ?? null,
    },
    believed: beliefDocument(discovery.believed),
    advice: adviceDocument(discovery),
  };
}

function wayDocument(way: SearchOutcome): WayDocument {
  return {
    arrivedBytes: way.pathMtuBytes ?? null,
    missingBytes: way.refutedBytes ?? null,
    isExact: way.isExact,
    errorProbability: way.errorProbability,
    probes: way.probeCount,
    roundTrips: way.roundTripCount,
    lossRatio: lossRatio(way.loss) ?? null,
    sizes: way.sizes.map((size) => ({
      bytes: size.bytes,
      sent: size.sentCount,
      arrived: size.acknowledgedCount,
      refusedHere: size.refusedCount,
      unsent: size.unsentCount,
    })),
  };
}

function adviceDocument(discovery: Discovery): DiscoveryDocument["advice"] {
  const bytes = new Map(adviceOf(discovery).map((advice) => [advice.setting, advice.bytes]));
  const most = (setting: AdviceSetting): number | null => bytes.get(setting) ?? null;
  return {
    "udp-payload": most("udp-payload"),
    "tcp-mss": most("tcp-mss"),
    "quic-max-udp-payload-size": most("quic-max-udp-payload-size"),
    "wireguard-mtu": most("wireguard-mtu"),
    "vxlan-mtu": most("vxlan-mtu"),
  };
}

const ROW_NAME_WIDTH = "fragments".length;
const SETTING_WIDTH = "QUIC max_udp_payload_size".length;

const MEANINGS: Readonly<Record<Verdict, string>> = {
  "not-measurable": "nothing answered",
  "ptb-lies": "a router's Packet Too Big is contradicted by what arrived",
  asymmetric: "the two ways carry different sizes",
  "black-hole": "what is too large vanishes without a word",
  "fragments-dropped": "whole packets arrive, fragments do not",
  icmp: "a router says what is too large, and what arrived agrees",
  clean: "nothing on the way is narrower than the interface",
};

const BLACK_HOLES: Readonly<Record<BlackHoleKind, string>> = {
  all: "what is too large vanishes without a word, though a router cuts what may be cut",
  far: "a nearer router says what is too large for it, the narrowest one says nothing",
  layer2: "what is too large vanishes, and not even a router knows",
  unknown: MEANINGS["black-hole"],
};

const PTB_LIES: Readonly<Record<PtbLie, string>> = {
  "too-small": "a router claims that less passes than what arrived",
  "too-large": "a router refused a packet that by its own word passes",
  "below-minimum": "a router claims less than every link must carry",
};

const SETTINGS: Readonly<Record<AdviceSetting, string>> = {
  "udp-payload": "UDP payload",
  "tcp-mss": "TCP MSS",
  "quic-max-udp-payload-size": "QUIC max_udp_payload_size",
  "wireguard-mtu": "WireGuard MTU",
  "vxlan-mtu": "VXLAN inner MTU",
};
