import type { PacketTooBig } from "./packet-too-big.ts";

/** What a measurement says of a path, the gravest first. */
export const VERDICTS = [
  "not-measurable",
  "ptb-lies",
  "asymmetric",
  "black-hole",
  "fragments-dropped",
  "icmp",
  "clean",
] as const;

/** One of {@link VERDICTS}. */
export type Verdict = (typeof VERDICTS)[number];

/**
 * Where the word that a packet was too large gets lost. `all`: a router knows it and does not say
 * so, it does cut what may be cut. `far`: a nearer router said so of a larger size. `layer2`: not
 * even the router knows. `unknown`: `all` or `layer2`, which only IPv4 tells apart.
 */
export type BlackHoleKind = "all" | "far" | "layer2" | "unknown";

/** How a Packet Too Big was contradicted by what arrived. */
export type PtbLie = "too-small" | "too-large" | "below-minimum";

/** What was found out about a path, in IP packet bytes. */
export interface Evidence {
  /** The largest packet that arrived, and what is larger does not; `undefined` where nothing answered. */
  readonly pathMtuBytes: number | undefined;
  /** The same for the way back, where it was measured by itself. */
  readonly backwardMtuBytes: number | undefined;
  /** What the first interface lets out. */
  readonly interfaceMtuBytes: number;
  /** The least that a link of this family may have. */
  readonly minimumBytes: number;
  /** Each one quoted a probe of ours. */
  readonly packetsTooBig: readonly PacketTooBig[];
  /** Whether datagrams that were cut before they left arrived; `undefined` where it was not tried. */
  readonly doFragmentsArrive: boolean | undefined;
  /** IPv4: whether a packet larger than the path MTU arrived where routers were allowed to cut it. */
  readonly doRoutersFragment: boolean | undefined;
}

/** What a path is, in one word. */
export function judge(evidence: Evidence): Verdict {
  const { pathMtuBytes, backwardMtuBytes, interfaceMtuBytes } = evidence;
  if (pathMtuBytes === undefined) return "not-measurable";
  if (findPtbLie(evidence) !== undefined) return "ptb-lies";
  if (backwardMtuBytes !== undefined && backwardMtuBytes !== pathMtuBytes) return "asymmetric";
  if (findBlackHole(evidence) !== undefined) return "black-hole";
  if (evidence.doFragmentsArrive === false) return "fragments-dropped";
  return pathMtuBytes < interfaceMtuBytes ? "icmp" : "clean";
}

/** Which kind of black hole the path is, if it is one. */
export function findBlackHole(evidence: Evidence): BlackHoleKind | undefined {
  const { pathMtuBytes, interfaceMtuBytes, packetsTooBig, doRoutersFragment } = evidence;
  if (pathMtuBytes === undefined || pathMtuBytes >= interfaceMtuBytes) return undefined;
  if (packetsTooBig.some(({ mtuBytes }) => mtuBytes === pathMtuBytes)) return undefined;
  if (packetsTooBig.length > 0) return "far";
  if (doRoutersFragment === undefined) return "unknown";
  return doRoutersFragment ? "all" : "layer2";
}

/** The first Packet Too Big that does not fit what arrived, if there is one. */
export function findPtbLie(evidence: Evidence): PtbLie | undefined {
  const lies = evidence.packetsTooBig.map((packet) => lieOf(packet, evidence));
  return lies.find((lie) => lie !== undefined);
}

/** A router that is nearer than the narrowest hop says more than the path MTU, and does not lie. */
function lieOf({ mtuBytes, quotedBytes }: PacketTooBig, evidence: Evidence): PtbLie | undefined {
  const { pathMtuBytes = 0, minimumBytes } = evidence;
  if (mtuBytes < minimumBytes) return "below-minimum";
  if (mtuBytes < pathMtuBytes) return "too-small";
  return mtuBytes >= quotedBytes ? "too-large" : undefined;
}
